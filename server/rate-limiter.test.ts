import { expect, it } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

it('counts each key within a window of its own', () => {
  let now = 0;
  const limiter = createRateLimiter({ clock: { now: () => now }, tries: 2, windowMs: 1000 });
  limiter.take('a');
  now = 600;
  limiter.take('a');
  limiter.take('b');
  expect(() => limiter.take('a')).toThrow(
    expect.objectContaining({ code: 'rate_limited', retryAfterMs: 400 }),
  );
  now = 1000;
  limiter.take('a');
  limiter.take('b');
  expect(() => limiter.take('b')).toThrow('rate_limited');
  limiter.reset('b');
  limiter.take('b');
});

it('under ever new keys forgets the oldest alone, and remembers ten thousand', () => {
  const limiter = createRateLimiter({ clock: { now: () => 0 }, tries: 1, windowMs: 1000 });
  for (let key = 0; key < 25_000; key++) limiter.take(`${key}`);
  for (const key of ['15000', '20000', '24999']) {
    expect(() => limiter.take(key)).toThrow('rate_limited');
  }
  limiter.take('14999');
});

it('takes a key that began anew for a new one', () => {
  let now = 0;
  const limiter = createRateLimiter({ clock: { now: () => now }, tries: 1, windowMs: 1000 });
  limiter.take('a');
  now = 1000;
  limiter.take('b');
  limiter.take('a');
  for (let key = 0; key < 9999; key++) limiter.take(`${key}`);
  expect(() => limiter.take('a')).toThrow('rate_limited');
});
