/**
 * What all processes remember together, in Redis. Every key expires by itself, its name tells nothing,
 * and what is kept is sealed.
 */
import { AppError } from '../app-error.ts';
import type { Clock } from '../world.ts';
import { createMemoryShared } from './memory-shared.ts';
import type { RedisLink } from './redis-link.ts';
import type { Seal } from './seal.ts';
import type { Counted, Shared } from './shared.ts';

const RETRY_AFTER_MS = 2000;

interface RedisSharing {
  link: RedisLink;
  seal: Seal;
  clock: Clock;
}

export function createRedisShared({ link, seal, clock }: RedisSharing): Shared {
  const { client, prefix } = link;
  const own = createMemoryShared(clock);
  const nameOf = (kind: string, key: string) => `${prefix}:${kind}:${seal.nameOf(key)}`;

  /** While the others cannot be asked, this process answers for itself. */
  async function orOwn<T>(ask: () => Promise<T>, byItself: () => Promise<T>): Promise<T> {
    if (!link.isAlive()) return byItself();
    try {
      return await ask();
    } catch {
      return byItself();
    }
  }

  return {
    kind: 'redis',
    async claim(key, ttlMs) {
      const name = nameOf('used', key);
      try {
        return (await client.set(name, '', 'PX', Math.ceil(ttlMs), 'NX')) === 'OK';
      } catch (cause) {
        throw new AppError('unavailable', { cause, retryAfterMs: RETRY_AFTER_MS });
      }
    },
    count: (key, windowMs) =>
      orOwn(
        () => countInRedis(nameOf('count', key), windowMs),
        () => own.count(key, windowMs),
      ),
    async forget(key) {
      await own.forget(key);
      await orOwn(
        async () => void (await client.unlink(nameOf('count', key))),
        async () => {},
      );
    },
    keep: (key, value, ttlMs) =>
      orOwn(
        async () => void (await client.set(nameOf('kept', key), seal.close(value), 'PX', ttlMs)),
        () => own.keep(key, value, ttlMs),
      ),
    kept: (key) =>
      orOwn(
        async () => {
          const sealed = await client.getBuffer(nameOf('kept', key));
          return sealed ? seal.open(sealed) : own.kept(key);
        },
        () => own.kept(key),
      ),
    isAlive: link.isAlive,
    close: link.close,
  };

  async function countInRedis(name: string, windowMs: number): Promise<Counted> {
    const replies = await client.multi().incr(name).pexpire(name, windowMs, 'NX').pttl(name).exec();
    const [tries, , endsInMs] = (replies ?? []).map(([error, reply]) => {
      if (error) throw error;
      return Number(reply);
    });
    if (tries === undefined || endsInMs === undefined) throw new Error('Redis answered nothing');
    return { tries, endsInMs: Math.max(0, endsInMs) };
  }
}
