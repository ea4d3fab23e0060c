/** When a client tries again: later each time, and never all at once [LIMIT-4] [SYNC-2]. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../support/random.ts';

const LATER = new Set(['busy', 'unavailable', 'rate_limited', 'internal']);
const MIN_MS = 50;
const MAX_MS = 800;
const MOST_PATIENCE = 16;
const random = createRandom(1);
const jittered = (ms: number) => sleep(ms * (0.5 + random.below(1000) / 1000));

/**
 * How long a client waits for a silent server, in multiples of what is usual: where the machine has too
 * much to do, clients that all give up early only give it more.
 */
export function createPatience() {
  let patience = 1;
  return {
    now: () => patience,
    wait() {
      patience = Math.min(patience * 2, MOST_PATIENCE);
    },
    relax() {
      patience = Math.max(patience / 2, 1);
    },
  };
}

/** Whether a refusal says nothing about the request itself. */
export const isForLater = (code: string): boolean => LATER.has(code);

export const waitAsTold = (retryAfterMs = 100): Promise<void> =>
  jittered(Math.min(retryAfterMs, MAX_MS));

/** @param tries that have failed in a row */
export const backOff = (tries: number): Promise<void> =>
  jittered(Math.min(MIN_MS * 2 ** tries, MAX_MS));
