/**
 * Group commit for a database that answers later: what arrives while a batch is under way is the next
 * one, so a slow commit means larger batches and not more waiting.
 */
import { AppError } from '../app-error.ts';
import { busy } from '../load/load.ts';
import type { QueueBounds } from '../metrics/meters.ts';
import { isOutage, isRace } from '../store/postgres.ts';

/** Another process's transaction was in the way; a batch that lost so often is not alone. */
const MAX_RUNS = 5;
const RETRY_AFTER_MS = 2_000;

export type Settled<Result> = { result: Result } | { refused: unknown };

export interface BatchQueue<Job, Result> {
  /** Resolves once the job's transaction has committed; rejects with why the job was refused. */
  add(job: Job): Promise<Result>;
  /** Writes what waits. After it, nothing is accepted. */
  close(): Promise<void>;
}

export interface BatchQueueOptions<Job, Result> extends QueueBounds {
  /** Jobs in one transaction: a pause that nobody notices. */
  max: number;
  /** One transaction, with an outcome for each job. Run again when another was in the way. */
  write(jobs: readonly Job[]): Promise<Settled<Result>[]>;
  /** After the commit and before the answers, in the order of writing. */
  onCommitted(results: readonly Result[]): void;
}

interface Waiting<Job, Result> {
  job: Job;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

export function createBatchQueue<Job, Result>(
  options: BatchQueueOptions<Job, Result>,
): BatchQueue<Job, Result> {
  const { max, write, onCommitted, maxWaiting, meter } = options;
  const waiting: Waiting<Job, Result>[] = [];
  let running: Promise<void> | null = null;
  let closed = false;
  /** Of the first that waits. */
  let arrivedAt = 0;

  async function runBatches(): Promise<void> {
    // What arrives in this turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await runOne(waiting.splice(0, max));
    running = null;
  }

  async function runOne(batch: readonly Waiting<Job, Result>[]): Promise<void> {
    const waitedSince = arrivedAt;
    const startedAt = performance.now();
    // Those that are left over came while the one before was under way.
    arrivedAt = startedAt;
    meter.waiting = waiting.length;
    let settled: Settled<Result>[];
    try {
      settled = await commit(batch.map(({ job }) => job));
    } catch (error) {
      meter.failures++;
      const reason = isOutage(error)
        ? new AppError('unavailable', { cause: error, retryAfterMs: RETRY_AFTER_MS })
        : error;
      for (const { reject } of batch) reject(reason);
      return;
    }
    const now = performance.now();
    meter.commit.observe((now - startedAt) / 1000);
    meter.append.observe((now - waitedSince) / 1000);
    meter.sizes.observe(batch.length);
    onCommitted(settled.flatMap((one) => ('result' in one ? [one.result] : [])));
    settled.forEach((one, index) => {
      if ('result' in one) batch[index]?.resolve(one.result);
      else batch[index]?.reject(one.refused);
    });
  }

  async function commit(jobs: readonly Job[]): Promise<Settled<Result>[]> {
    for (let run = 1; ; run++) {
      try {
        return await write(jobs);
      } catch (error) {
        if (!isRace(error) || run === MAX_RUNS) throw error;
      }
    }
  }

  return {
    add(job) {
      if (closed) return Promise.reject(new Error('The log is closed'));
      if (waiting.length >= maxWaiting) return Promise.reject(busy());
      if (waiting.length === 0) arrivedAt = performance.now();
      meter.waiting = waiting.length + 1;
      return new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject });
        running ??= runBatches();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
}
