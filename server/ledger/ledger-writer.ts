/** How events become durable lines: one writer for each kind of store, behind the same face. */
import type { DataCategory } from '../../protocol/ledger.ts';
import type { QueueBounds } from '../metrics/meters.ts';
import type { Tx } from '../store/store.ts';
import type { RandomBytes } from '../world.ts';
import type { Giver, LedgerEvent } from './ledger.ts';

/** Something that happened, or that a visitor gave something, which is a line only if it is news. */
export type LedgerJob =
  | { at: number; event: LedgerEvent }
  | { at: number; visitor: Giver; category: DataCategory };

export interface LedgerWriter {
  /** Resolves once it is durable, with the line's `n`, or 0 where it was no news. */
  add(job: LedgerJob): Promise<number>;
  /** Durable with the caller's transaction, or never was. A line once that transaction has ended. */
  addIn(tx: Tx, jobs: readonly LedgerJob[]): Promise<void>;
  /** Makes lines of what a process that was killed has left. */
  settle(): Promise<void>;
  /** Writes what waits and accepts no more. */
  close(): Promise<void>;
}

export interface LedgerWriting {
  random: RandomBytes;
  /** After a commit, or just before it. */
  onNews(): void;
  bounds: QueueBounds;
}
