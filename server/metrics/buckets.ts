/**
 * A histogram that costs a comparison or two for each value: what is counted stands in plain numbers,
 * and `/metrics` reads them when it is asked.
 */
export class Buckets {
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[];
  /** One for each bound, not yet summed up, and one for what is above them all. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > (this.bounds[index] ?? 0)) index++;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.sum += value;
  }
}

/** Of an answer, in seconds. */
export const ANSWER_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
/** Of a commit, in seconds. */
export const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
/** Jobs in one commit. */
export const COMMIT_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000];
/** From a webhook's event to its effect, in seconds. */
export const WEBHOOK_SECONDS = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
