/**
 * The SQLite store: `node:sqlite` under Kysely's SQLite dialect, opened so that an acknowledged
 * write survives `kill -9` and power loss (WAL with `synchronous=FULL`).
 *
 * What is deleted or overwritten is gone from the files: `secure_delete` fills it with zeros, in freed
 * pages of the journal too, and `shred` empties the write-ahead log, which holds the pages of before.
 * What the disk itself or a backup keeps of them is beyond a database's reach.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { isAsFolded, type SqliteStore } from './store.ts';

/** Kysely prepares each query when it runs it, and quotes the names of tables. */
const READS_LOG = /^begin|"(?:conversations|entries)"/;
const BUSY_TIMEOUT_MS = 5000;
/** 16 MiB of log before it is moved into the database: a quarter less processor time a commit. */
const CHECKPOINT_PAGES = 4000;
/** At most. The indexes of the log's tables are written all over, and read before they are written. */
const CACHE_KB = 32_768;
/** Several in a row are one; another connection or transaction may be in the way for a moment. */
const SHRED_AFTER_MS = 500;

/** @param dataDir made if it is missing, readable by its owner alone. */
export async function openSqliteStore(dataDir: string): Promise<SqliteStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return openSqliteFile(join(dataDir, 'bulkhead.db'));
}

/** @param path made if it is missing, in a folder that exists; readable by its owner alone. */
export async function openSqliteFile(path: string): Promise<SqliteStore> {
  const sqlite = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  chmodSync(path, 0o600);
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
  sqlite.exec('pragma secure_delete = on');
  sqlite.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; pragma cache_size = -${CACHE_KB}`);

  const shredder = createShredder(sqlite);
  // A process that was killed may have left what it was about to shred.
  shredder.shred();

  let beforeRead = () => {};
  const database = adapt(sqlite, (sql) => {
    if (READS_LOG.test(sql) && !isAsFolded(sql)) beforeRead();
  });
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  try {
    await migrate(db);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return {
    kind: 'sqlite',
    db,
    sqlite,
    // One connection: transactions stand in a line, and each sees what the one before has left.
    transact: (work) => db.transaction().execute(work),
    // There is one process, and commands beside it, which start nothing.
    alone: (_name, work) => work(),
    beforeRead(run) {
      beforeRead = run;
    },
    onUntold() {},
    shred: shredder.shredLater,
    isAlive: async () => sqlite.isOpen && sqlite.prepare('select 1').get() !== undefined,
    async close() {
      shredder.close();
      // Kysely closes the database only if it has used it.
      await db.destroy();
      if (sqlite.isOpen) sqlite.close();
    },
  };
}

/** Closing the last connection empties the write-ahead log as well. */
function createShredder(sqlite: DatabaseSync) {
  let timer: NodeJS.Timeout | undefined;

  function shred(): boolean {
    if (!sqlite.isOpen || sqlite.isTransaction) return false;
    // Without waiting: everything else of this process would wait too.
    sqlite.exec('pragma busy_timeout = 0');
    const { busy } = sqlite.prepare('pragma wal_checkpoint(truncate)').get() ?? {};
    sqlite.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return busy === 0;
  }
  function shredLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (!shred()) shredLater();
    }, SHRED_AFTER_MS).unref();
  }
  return { shred, shredLater, close: () => clearTimeout(timer) };
}

const isInput = (value: unknown): value is SQLInputValue =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  ArrayBuffer.isView(value);

const toInputs = (parameters: readonly unknown[]): SQLInputValue[] =>
  parameters.map((value) => {
    if (!isInput(value)) throw new TypeError(`SQLite cannot store a ${typeof value}`);
    return value;
  });

/** More than the code has queries; those with lists of any length are many, and are let go again. */
const STATEMENTS_MAX = 500;

/** Kysely expects the face of better-sqlite3, and prepares each query anew. */
function adapt(sqlite: DatabaseSync, beforePrepare: (sql: string) => void): SqliteDatabase {
  /** In the order of first use. Each is run to its end at once, so nobody meets one at work. */
  const statements = new Map<string, SqliteStatement>();

  function prepare(sql: string): SqliteStatement {
    const statement = toStatement(sqlite, sql);
    statements.set(sql, statement);
    const [oldest] = statements.size > STATEMENTS_MAX ? statements.keys() : [];
    if (oldest !== undefined) statements.delete(oldest);
    return statement;
  }

  return {
    close: () => sqlite.close(),
    prepare(sql) {
      beforePrepare(sql);
      // SQLite may have ended the transaction with its error; that there is nothing left to roll back
      // would hide why (sqlite.org, Response To Errors Within A Transaction).
      if (sql === 'rollback' && !sqlite.isTransaction) return NOTHING;
      return statements.get(sql) ?? prepare(sql);
    },
  };
}

const NOTHING: SqliteStatement = {
  reader: true,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

function toStatement(sqlite: DatabaseSync, sql: string): SqliteStatement {
  const statement = sqlite.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...toInputs(parameters)),
    run: (parameters) => statement.run(...toInputs(parameters)),
    // Row by row, while others may ask the same.
    iterate: (parameters) => sqlite.prepare(sql).iterate(...toInputs(parameters)),
  };
}
