/**
 * How late the event loop is. One long turn is no overload; what counts is that it has been late at
 * every look of the last second.
 */
export interface Pressure {
  /** The least lateness of the last looks, in milliseconds. */
  lagMs(): number;
  /** The most since it was last asked, for `/metrics`. */
  takeWorstMs(): number;
  close(): void;
}

const LOOK_EVERY_MS = 250;
const LOOKS = 4;

export function createPressure(now: () => number = () => performance.now()): Pressure {
  const recent: number[] = Array(LOOKS).fill(0);
  let looks = 0;
  let least = 0;
  let worst = 0;
  let expectedAt = now() + LOOK_EVERY_MS;

  const timer = setInterval(() => {
    const at = now();
    const late = Math.max(0, at - expectedAt);
    expectedAt = at + LOOK_EVERY_MS;
    recent[looks++ % LOOKS] = late;
    least = Math.min(...recent);
    worst = Math.max(worst, late);
  }, LOOK_EVERY_MS).unref();

  return {
    lagMs: () => least,
    takeWorstMs() {
      const most = worst;
      worst = 0;
      return most;
    },
    close: () => clearInterval(timer),
  };
}
