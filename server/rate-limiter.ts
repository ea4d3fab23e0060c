/**
 * Counts tries per key within a window that starts with the first one, over all processes of the
 * installation: there against floods and guessing, not for accounting.
 */
import { AppError } from './app-error.ts';
import type { Shared } from './shared/shared.ts';

export interface RateLimiter {
  /** @throws AppError `rate_limited` with `retryAfterMs` once the key has used up its tries */
  take(key: string): Promise<void>;
  /** Gives a key its tries back. */
  reset(key: string): Promise<void>;
}

export interface RateLimit {
  /** Of what is limited; no two limits have the same. */
  name: string;
  tries: number;
  windowMs: number;
}

export function createRateLimiter(
  shared: Pick<Shared, 'count' | 'forget'>,
  { name, tries, windowMs }: RateLimit,
): RateLimiter {
  return {
    async take(key) {
      const counted = await shared.count(`${name}:${key}`, windowMs);
      if (counted.tries > tries) {
        throw new AppError('rate_limited', { retryAfterMs: counted.endsInMs });
      }
    },
    reset: (key) => shared.forget(`${name}:${key}`),
  };
}
