/** Both kinds of `Shared`, and what Redis gets to see of it. */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import pino from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createKeys } from '../../server/keys.ts';
import { createLogger } from '../../server/logger.ts';
import { createMemoryShared } from '../../server/shared/memory-shared.ts';
import { openRedisLink } from '../../server/shared/redis-link.ts';
import { createRedisShared } from '../../server/shared/redis-shared.ts';
import { createSeal } from '../../server/shared/seal.ts';
import type { Shared } from '../../server/shared/shared.ts';
import { systemClock, systemRandom } from '../../server/world.ts';
import { findWhyNoRedis, findWhyNoRedisServer, REDIS_URL, startRedis } from '../support/redis.ts';
import { sharedContract } from './shared-contract.ts';

const logger = pino({ level: 'silent' });

describe('memory', () => {
  sharedContract(async () => {
    const shared = createMemoryShared(systemClock);
    return [shared, shared];
  });
});

async function openShared(url: string, prefix: string, beatMs?: number): Promise<Shared> {
  const link = openRedisLink({ url, prefix, logger, ...(beatMs !== undefined && { beatMs }) });
  const seal = createSeal(createKeys('a secret of at least 32 characters'), systemRandom);
  await vi.waitFor(() => expect(link.isAlive()).toBe(true), 10_000);
  return createRedisShared({ link, seal, clock: systemClock });
}
const newPrefix = () => `test-${randomBytes(6).toString('hex')}`;

const whyNot = await findWhyNoRedis();
describe.skipIf(whyNot)(`redis${whyNot ? ` (${whyNot})` : ''}`, () => {
  const prefix = newPrefix();
  sharedContract(async () => [
    await openShared(REDIS_URL, prefix),
    await openShared(REDIS_URL, prefix),
  ]);

  it('shows Redis neither keys nor what is kept, and lets everything expire', async () => {
    const own = newPrefix();
    const shared = await openShared(REDIS_URL, own);
    await shared.claim('ticket:alpha', 60_000);
    await shared.count('sign-in-email:ada@chat.example', 60_000);
    await shared.keep('payment-opened-by:pr_1', '192.0.2.7', 60_000);
    const redis = new Redis(REDIS_URL);
    const names = await redis.keys(`${own}:*`);
    expect(names).toHaveLength(3);
    for (const name of names) {
      expect(name).not.toMatch(/ada|alpha|pr_1/);
      expect(await redis.get(name)).not.toContain('192.0.2.7');
      expect(await redis.pttl(name)).toBeGreaterThan(0);
    }
    redis.disconnect();
    await shared.close();
  });
});

const whyNoServer = findWhyNoRedisServer();
describe.skipIf(whyNoServer)(`redis that fails${whyNoServer ? ` (${whyNoServer})` : ''}`, () => {
  it('that refuses the password hands it to no logger, and no logger writes it down', async () => {
    const redis = await startRedis('open-sesame');
    const url = redis.url.replace('open-sesame', 'hunter2');
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    const refused = new Promise<Error>((resolve) => client.once('error', resolve));
    client.connect().catch(() => {});
    const err = await refused;
    client.disconnect();
    // It is in there: whoever hands over the error as it is has given it away.
    expect(inspect(err, { depth: null })).toContain('hunter2');

    const handed: unknown[] = [];
    const hand = (...given: unknown[]) => void handed.push(given);
    const all = { error: hand, warn: hand, info: hand };
    const link = openRedisLink({ url, prefix: newPrefix(), logger: all });
    const said = () => inspect(handed, { depth: null });
    await vi.waitFor(() => expect(said()).toContain('WRONGPASS'), 10_000);
    expect(said()).not.toContain('hunter2');
    await link.close();

    const lines: string[] = [];
    const written = createLogger('info', { write: (line) => void lines.push(line) });
    written.error({ err }, 'Redis');
    written.error({ err: new Error('something else', { cause: err }) }, 'because of Redis');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('').match(/WRONGPASS/g)).toHaveLength(2);
    await redis.close();
  });

  it.each(['is gone', 'is silent'])('goes on by itself while it %s', async (how) => {
    const redis = await startRedis();
    const shared = await openShared(redis.url, newPrefix(), 100);
    await shared.keep('note:a', 'there', 60_000);
    if (how === 'is gone') await redis.kill();
    else redis.pause();
    await vi.waitFor(() => expect(shared.isAlive()).toBe(false), 10_000);
    await expect(shared.claim('ticket:a', 60_000)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await shared.count('limit:a', 60_000)).tries).toBe(1);
    expect((await shared.count('limit:a', 60_000)).tries).toBe(2);
    await shared.keep('note:b', 'here', 60_000);
    expect(await shared.kept('note:b')).toBe('here');
    if (how === 'is gone') await redis.start();
    else redis.resume();
    await vi.waitFor(() => expect(shared.isAlive()).toBe(true), 10_000);
    expect(await shared.claim('ticket:a', 60_000)).toBe(true);
    await shared.close();
    await redis.close();
  });
});
