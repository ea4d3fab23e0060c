/**
 * Counts tries per key within a window that starts with the first one. Kept in memory: a limit of
 * one process, there against floods and guessing, not for accounting.
 */
import { AppError } from './app-error.ts';
import type { Clock } from './deps.ts';

export interface RateLimiter {
  /** @throws AppError `rate_limited` with `retryAfterMs` once the key has used up its tries */
  take(key: string): void;
  /** Gives a key its tries back. */
  reset(key: string): void;
}

interface Window {
  tries: number;
  endsAt: number;
}

/** An attack with ever new keys must not fill the memory. */
const MAX_KEYS = 10_000;

export function createRateLimiter(options: {
  clock: Clock;
  tries: number;
  windowMs: number;
}): RateLimiter {
  const { clock, tries, windowMs } = options;
  /** In the order in which they began, so the oldest stands in front. */
  const windows = new Map<string, Window>();

  function begin(key: string, now: number): void {
    windows.delete(key);
    for (const [oldest, { endsAt }] of windows) {
      if (windows.size < MAX_KEYS && endsAt > now) break;
      windows.delete(oldest);
    }
    windows.set(key, { tries: 1, endsAt: now + windowMs });
  }

  return {
    take(key) {
      const now = clock.now();
      const window = windows.get(key);
      if (!window || window.endsAt <= now) return begin(key, now);
      if (window.tries >= tries) {
        throw new AppError('rate_limited', { retryAfterMs: window.endsAt - now });
      }
      window.tries++;
    },
    reset: (key) => void windows.delete(key),
  };
}
