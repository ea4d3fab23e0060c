/** One wait of `back-off.ts` at a time, with its timer. */
import { backOffMs, type Refused } from './back-off.ts';

// Every realm has these two, and this folder is compiled with the types of none.
type Timer = number | object;
declare const setTimeout: (act: () => void, ms: number) => Timer;
declare const clearTimeout: (timer: Timer | undefined) => void;

export interface BackOff {
  /** Runs `act` after the next wait, and nothing that was to be run before. */
  later(act: () => void, refusal?: Refused): void;
  isWaiting(): boolean;
  /** What was to be run is not. */
  cancel(): void;
  /** It worked, or there is reason to believe that it would now: the next wait is short again. */
  reset(): void;
}

export function createBackOff(): BackOff {
  let tries = 0;
  let timer: Timer | undefined;
  function cancel() {
    clearTimeout(timer);
    timer = undefined;
  }
  return {
    later(act, refusal) {
      cancel();
      timer = setTimeout(
        () => {
          timer = undefined;
          act();
        },
        backOffMs(tries++, refusal),
      );
    },
    isWaiting: () => timer !== undefined,
    cancel,
    reset() {
      tries = 0;
      cancel();
    },
  };
}
