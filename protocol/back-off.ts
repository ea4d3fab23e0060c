/**
 * When a client tries again: later each time, and at a random instant of that time, so that thousands
 * who were refused or cut off together do not come back together [SYNC-4]. Pure; the timer is
 * `back-off-timer.ts`'s.
 */
const STEP_MS = 3000;
/** Slower than by doubling: a few of ten thousand fail three times while a server starts. */
const GROWTH = 1.5;
const MAX_MS = 30_000;

/** What a refusal says to a client, as far as it goes by it. */
export interface Refused {
  code?: string;
  message?: string;
  /** Not before this, in milliseconds. */
  retryAfterMs?: number | undefined;
}

/** Whether a refusal says nothing about what was asked: the same may be accepted later. */
export const isPassing = (code = ''): boolean =>
  /^(busy|unavailable|rate_limited|internal)$/.test(code);

/** @returns how long to wait, in milliseconds, after `tries` that failed since the last that did not. */
export const backOffMs = (tries: number, refusal?: Refused): number =>
  (refusal?.retryAfterMs ?? 0) + Math.random() * Math.min(MAX_MS, STEP_MS * GROWTH ** tries);
