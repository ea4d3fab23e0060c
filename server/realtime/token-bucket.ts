/** How much one socket may ask: a burst, refilled steadily. Two numbers, because there are many. */
import { AppError } from '../app-error.ts';

export interface TokenBucket {
  tokens: number;
  filledAt: number;
}
export interface BucketSize {
  burst: number;
  perSecond: number;
}

export const fullBucket = ({ burst }: BucketSize, now: number): TokenBucket => ({
  tokens: burst,
  filledAt: now,
});

/** @throws AppError `rate_limited` with the time until there is one again */
export function takeToken(bucket: TokenBucket, size: BucketSize, now: number): void {
  const elapsedMs = Math.max(0, now - bucket.filledAt);
  const tokens = Math.min(size.burst, bucket.tokens + (elapsedMs * size.perSecond) / 1000);
  bucket.filledAt = now;
  bucket.tokens = tokens;
  if (tokens < 1) {
    throw new AppError('rate_limited', {
      retryAfterMs: Math.ceil(((1 - tokens) * 1000) / size.perSecond),
    });
  }
  bucket.tokens = tokens - 1;
}
