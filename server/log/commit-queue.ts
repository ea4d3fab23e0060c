/**
 * Group commit: what arrives together is written in one transaction and answered once it is on disk.
 * A lone job is written in the same turn of the event loop. Under load commits keep a distance that
 * grows with what they take, so that a slow disk means larger batches and not more waiting.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { busy } from '../load/load.ts';
import type { QueueBounds } from '../metrics/meters.ts';
import type { SqliteStore } from '../store/store.ts';

export interface CommitQueue<Job, Result> {
  /**
   * Resolves once the job's transaction has committed; rejects with why the job was refused, `busy`
   * where too many wait already, or with what the database failed with.
   */
  add(job: Job): Promise<Result>;
  /** Writes what waits. After it, nothing is accepted. */
  close(): Promise<void>;
}

const MIN_DISTANCE_MS = 2;
const MAX_DISTANCE_MS = 50;
/** Between two commits, as a multiple of what the last one took: half of the time at most. */
const DISTANCE = 1;

interface Waiting<Job, Result> {
  job: Job;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}
type Settled<Result> = { result: Result } | { refused: unknown };

export interface CommitQueueOptions<Job, Result> extends QueueBounds {
  store: SqliteStore;
  /** Synchronous; throws to refuse one job without harm to the others. Must then have written nothing. */
  write(job: Job): Result;
  /** Before the commit, once all are written. */
  seal(): void;
  /** The transaction failed: what was written since the last commit is to be forgotten. */
  reset(): void;
  /** After the commit and before the answers, in the order of writing. */
  onCommitted(results: readonly Result[]): void;
}

export function createCommitQueue<Job, Result>(
  options: CommitQueueOptions<Job, Result>,
): CommitQueue<Job, Result> {
  const { store, write, seal, reset, onCommitted, maxWaiting, meter } = options;
  const begin = store.sqlite.prepare('begin immediate');
  const commit = store.sqlite.prepare('commit');
  const rollback = store.sqlite.prepare('rollback');
  let waiting: Waiting<Job, Result>[] = [];
  let scheduled: Promise<void> | null = null;
  let closed = false;
  let notBefore = Number.NEGATIVE_INFINITY;
  /** Of the first that waits. */
  let arrivedAt = 0;

  function flush(): void {
    const batch = waiting;
    waiting = [];
    meter.waiting = 0;
    if (batch.length === 0) return;
    const waitedSince = arrivedAt;
    let settled: Settled<Result>[];
    try {
      settled = commitAll(batch);
    } catch (error) {
      meter.failures++;
      for (const { reject } of batch) reject(error);
      return;
    }
    meter.sizes.observe(batch.length);
    meter.append.observe((performance.now() - waitedSince) / 1000);
    onCommitted(settled.flatMap((one) => ('result' in one ? [one.result] : [])));
    settled.forEach((one, index) => {
      if ('result' in one) batch[index]?.resolve(one.result);
      else batch[index]?.reject(one.refused);
    });
  }

  function commitAll(batch: readonly Waiting<Job, Result>[]): Settled<Result>[] {
    const startedAt = performance.now();
    begin.run();
    try {
      const settled = batch.map(({ job }) => attempt(job));
      seal();
      commit.run();
      const endedAt = performance.now();
      meter.commit.observe((endedAt - startedAt) / 1000);
      notBefore = nextCommitAt(startedAt, endedAt);
      return settled;
    } catch (error) {
      if (store.sqlite.isTransaction) rollback.run();
      reset();
      throw error;
    }
  }

  function attempt(job: Job): Settled<Result> {
    try {
      return { result: write(job) };
    } catch (refused) {
      // A failure of the database itself may have broken the transaction: then nobody's job counts.
      if (!store.sqlite.isTransaction || isDatabaseError(refused)) throw refused;
      return { refused };
    }
  }

  /** Everything is synchronous, so only an open transaction of Kysely's can be in the way. */
  async function flushWhenFree(): Promise<void> {
    scheduled = null;
    if (!store.sqlite.isTransaction) flush();
    else {
      await store.db.connection().execute(async () => {
        // Whoever held the connection publishes first what it has committed.
        await nextTurn();
        flush();
      });
    }
  }

  return {
    add(job) {
      if (closed) return Promise.reject(new Error('The log is closed'));
      if (waiting.length >= maxWaiting) return Promise.reject(busy());
      if (waiting.length === 0) arrivedAt = performance.now();
      meter.waiting++;
      return new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject });
        scheduled ??= new Promise((done) => {
          const flushNow = () => void flushWhenFree().then(done, done);
          const waitMs = notBefore - performance.now();
          if (waitMs <= 0) setImmediate(flushNow);
          else setTimeout(flushNow, waitMs);
        });
      });
    },
    async close() {
      closed = true;
      await scheduled;
      await flushWhenFree();
    },
  };
}

function nextCommitAt(startedAt: number, now: number): number {
  const distanceMs = DISTANCE * (now - startedAt);
  return now + Math.min(Math.max(distanceMs, MIN_DISTANCE_MS), MAX_DISTANCE_MS);
}

const isDatabaseError = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
