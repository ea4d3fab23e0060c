/**
 * The one way to the database, of whichever kind. Whoever writes several rows that belong together
 * goes through `transact`; only the append path of the log knows which store it stands on.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely, Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type Tx = Transaction<Schema>;

interface StoreBase {
  readonly db: Database;
  /**
   * As if nobody else were writing. Where the store runs transactions side by side, `work` may be run
   * again from its beginning, so it does nothing that a rollback would not undo.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Soon takes from the disk what was deleted or overwritten, where the store can. */
  shred(): void;
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
}

export type Store = SqliteStore | PostgresStore;
