/**
 * The one way to the database, of whichever kind. Whoever writes several rows that belong together
 * goes through `transact`; only the append path of the log knows which store it stands on.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type Tx = Transaction<Schema>;

export type LockName = 'migration' | 'ledger';
const FOLDED_MARK = '/* as folded */';
/**
 * At the end of a query (`modifyEnd`) that can do without the newest entries and what they changed:
 * `beforeRead` does not run for it. What it misses, `ConversationLog.unfolded` knows.
 */
export const AS_FOLDED = sql.raw(FOLDED_MARK);
export const isAsFolded = (query: string): boolean => query.endsWith(FOLDED_MARK);

interface StoreBase {
  readonly db: Database;
  /**
   * As if nobody else were writing. Where the store runs transactions side by side, `work` may be run
   * again from its beginning, so it does nothing that a rollback would not undo.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One process at a time for each name; the others wait. For what a start has to do once. */
  alone<T>(name: LockName, work: () => Promise<T>): Promise<T>;
  /** Soon takes from the disk what was deleted or overwritten, where the store can. */
  shred(): void;
  /**
   * `run` is called when something may have been written whose answer was lost, so that whoever asked
   * for it was refused and told nobody. Never where the database is in this very process.
   */
  onUntold(run: () => void): void;
  /** Whether the database still answers; for `/readyz`. */
  isAlive(): Promise<boolean>;
  close(): Promise<void>;
}

export interface SqliteStore extends StoreBase {
  readonly kind: 'sqlite';
  /** The connection under `db`; it may be inside one of Kysely's transactions. */
  readonly sqlite: DatabaseSync;
  /**
   * `run` is called before every query through `db` that reads the conversations or their entries,
   * and before a transaction begins: the log keeps its newest entries elsewhere for a moment.
   */
  beforeRead(run: () => void): void;
}

export interface PostgresStore extends StoreBase {
  readonly kind: 'postgres';
  readonly pool: Pool;
  /**
   * `run` is called once the transaction of `transact` has committed, and `transact` waits for it.
   * It must not fail: what was committed cannot be taken back.
   */
  afterCommit(tx: Tx, run: () => Promise<void>): void;
}

export type Store = SqliteStore | PostgresStore;
