/** The witness by itself: heads that cannot be made for a while, and processes that share one. */
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

/** Of several processes: what one of them claims, the others do not have until its time is over. */
function createClaims() {
  const claims = new Map<string, number>();
  return {
    kind: 'redis' as const,
    async claim(key: string, ttlMs: number) {
      if ((claims.get(key) ?? 0) > performance.now()) return false;
      claims.set(key, performance.now() + ttlMs);
      return true;
    },
  };
}

function startProcess(shared: ReturnType<typeof createClaims>) {
  let n = 1;
  const heads = {
    sign: vi.fn(async () => ({ n, hash: 'h', at: 1, signature: 's', key: 'k' })),
    length: async () => n,
    sentUpTo: async () => 0,
    markSent: async () => {},
    announcedKey: async () => null,
  };
  const logger = { error: vi.fn(), warn: vi.fn() };
  const given = { heads, witnessUrl: null, logger, shared, headEveryMs: EVERY_MS };
  const witness = createWitness(given);
  return {
    witness,
    sent: () => heads.sign.mock.calls.length,
    write() {
      n++;
      witness.noteNews();
    },
  };
}

it('[LEDGER-3] of two processes one sends a head, and the other goes on when it ends', async () => {
  const claims = createClaims();
  const [one, other] = [startProcess(claims), startProcess(claims)];
  const talk = async (...writers: { write(): void }[]) => {
    for (let ms = 0; ms < 10 * EVERY_MS; ms += 100) {
      for (const writer of writers) writer.write();
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  await Promise.all([one.witness.begin(), other.witness.begin()]);
  await vi.advanceTimersByTimeAsync(0);
  expect([one.sent(), other.sent()]).toEqual([1, 0]);
  // Whose turn it was not, has the next one.
  await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
  expect([one.sent(), other.sent()]).toEqual([1, 1]);
  await talk(one, other);
  const together = one.sent() + other.sent();
  expect(together).toBeGreaterThanOrEqual(10);
  // At most one in nine tenths of the time; two processes by themselves would send twenty more.
  expect(together).toBeLessThanOrEqual(14);

  await one.witness.close();
  const [ofOne, ofOther] = [one.sent(), other.sent()];
  await talk(other);
  expect(one.sent()).toBe(ofOne);
  expect(other.sent() - ofOther).toBeGreaterThanOrEqual(8);
  await other.witness.close();
});

it('[LEDGER-3] sends by itself where nobody can say whose turn it is', async () => {
  const shared = { ...createClaims(), claim: () => Promise.reject(new Error('away')) };
  const both = [startProcess(shared), startProcess(shared)];
  for (const { witness } of both) await witness.begin();
  await vi.advanceTimersByTimeAsync(0);
  for (const { sent } of both) expect(sent()).toBe(1);
  for (const { witness } of both) await witness.close();
});
