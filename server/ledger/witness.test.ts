/** The witness by itself: heads that cannot be made for a while. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Heads } from './heads.ts';
import { createWitness } from './witness.ts';

const EVERY_MS = 1000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('[LEDGER-3] goes on when the store comes back that a head could not be read from', async () => {
  const head = { n: 1, hash: 'h', at: 1, signature: 's', key: 'k' };
  const sign = vi.fn<Heads['sign']>().mockRejectedValueOnce(new Error('away'));
  sign.mockResolvedValue(head);
  const heads = {
    sign,
    length: async () => 1,
    sentUpTo: async () => 0,
    markSent: async () => {},
    announcedKey: async () => null,
  };
  const logger = { error: vi.fn(), warn: vi.fn() };
  const witness = createWitness({ heads, witnessUrl: null, logger, headEveryMs: EVERY_MS });
  await witness.begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(sign).toHaveBeenCalledTimes(1);
  expect(logger.error).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect(sign).toHaveBeenCalledTimes(2);
  await witness.close();
});
