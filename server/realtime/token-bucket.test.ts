import { expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { fullBucket, takeToken } from './token-bucket.ts';

const SIZE = { burst: 3, perSecond: 2 };

it('allows a burst, then as much as is refilled, and names the wait', () => {
  const bucket = fullBucket(SIZE, 0);
  for (let times = 0; times < 3; times++) takeToken(bucket, SIZE, 0);
  try {
    takeToken(bucket, SIZE, 100);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 400 });
  }
  takeToken(bucket, SIZE, 500);
  expect(() => takeToken(bucket, SIZE, 500)).toThrow('rate_limited');
});

it('never holds more than the burst, nor goes wrong when the clock does', () => {
  const bucket = fullBucket(SIZE, 0);
  takeToken(bucket, SIZE, 1e9);
  expect(bucket.tokens).toBe(2);
  takeToken(bucket, SIZE, 0);
  expect(bucket.tokens).toBe(1);
});
