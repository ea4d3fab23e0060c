/** One wait of `protocol/back-off.ts` at a time, with its timer. */
import { backOffMs, type Refused } from '../../protocol/back-off.ts';

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
  let timer: ReturnType<typeof setTimeout> | undefined;
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
