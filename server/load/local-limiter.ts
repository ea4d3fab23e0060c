/**
 * Counts tries per key of this process alone, within a window that starts with the first one: for what
 * is decided before anything may be waited for.
 */
import { AppError } from '../app-error.ts';

export interface LocalLimiter {
  /** @throws AppError `rate_limited` with `retryAfterMs` once the key has used up its tries */
  take(key: string): void;
}

/** An attack with ever new keys must not fill the memory. */
const MAX_KEYS = 10_000;

export function createLocalLimiter(tries: number, windowMs: number): LocalLimiter {
  /** In the order in which they began, so the oldest stands in front. */
  const windows = new Map<string, { tries: number; endsAt: number }>();

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
      const now = performance.now();
      const window = windows.get(key);
      if (!window || window.endsAt <= now) return begin(key, now);
      if (window.tries >= tries) {
        throw new AppError('rate_limited', { retryAfterMs: Math.ceil(window.endsAt - now) });
      }
      window.tries++;
    },
  };
}
