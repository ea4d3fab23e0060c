import { expect, it } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';
import { createMemoryShared } from './shared/memory-shared.ts';

function limiterAt(clock: { now: () => number }, tries: number) {
  const shared = createMemoryShared(clock);
  return {
    shared,
    limiter: createRateLimiter(shared, { name: 'test', tries, windowMs: 1000 }),
  };
}

it('counts each key within a window of its own', async () => {
  let now = 0;
  const { limiter } = limiterAt({ now: () => now }, 2);
  await limiter.take('a');
  now = 600;
  await limiter.take('a');
  await limiter.take('b');
  await expect(limiter.take('a')).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterMs: 400,
  });
  now = 1000;
  await limiter.take('a');
  await limiter.take('b');
  await expect(limiter.take('b')).rejects.toThrow('rate_limited');
  await limiter.reset('b');
  await limiter.take('b');
});

it('under ever new keys forgets the oldest alone, and remembers ten thousand', async () => {
  const { limiter, shared } = limiterAt({ now: () => 0 }, 1);
  const other = createRateLimiter(shared, { name: 'other', tries: 1, windowMs: 1000 });
  await other.take('a');
  for (let key = 0; key < 25_000; key++) await limiter.take(`${key}`);
  for (const key of ['15000', '20000', '24999']) {
    await expect(limiter.take(key)).rejects.toThrow('rate_limited');
  }
  await limiter.take('14999');
  // A flood of one kind makes nobody forget another.
  await expect(other.take('a')).rejects.toThrow('rate_limited');
});

it('takes a key that began anew for a new one', async () => {
  let now = 0;
  const { limiter } = limiterAt({ now: () => now }, 1);
  await limiter.take('a');
  now = 1000;
  await limiter.take('b');
  await limiter.take('a');
  for (let key = 0; key < 9999; key++) await limiter.take(`${key}`);
  await expect(limiter.take('a')).rejects.toThrow('rate_limited');
});

it('locks nobody out for hours because the clock was put back', async () => {
  let now = 20_000_000;
  const { limiter } = limiterAt({ now: () => now }, 1);
  await limiter.take('a');
  now -= 3 * 3_600_000;
  await limiter.take('a');
  await expect(limiter.take('a')).rejects.toMatchObject({ retryAfterMs: 1000 });
});
