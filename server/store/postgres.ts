/**
 * The PostgreSQL store: any number of server processes on one database. Numbers come back as numbers
 * and text goes in as Postgres can keep it, so that nobody above sees which store it is.
 *
 * Transactions are serializable and are run again when the database says that another was in the
 * way: the code above was written as if nobody else were writing, and this makes that true.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Kysely,
  OperationNodeTransformer,
  PostgresDialect,
  type PrimitiveValueListNode,
  sql,
  type ValueNode,
} from 'kysely';
import { DatabaseError, Pool, type PoolConfig, types } from 'pg';
import { DatabaseUnreachableError, DatabaseUnusableError } from './database-errors.ts';
import { createGate } from './gate.ts';
import { createLostAnswers } from './lost-answers.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import type { Database, LockName, PostgresStore, Tx } from './store.ts';

/** Connections of one process; a small server of the database allows a hundred in all. */
const POOL_MAX = 20;
const CONNECT_TIMEOUT_MS = 10_000;
/** A process that was paused or cut off inside a transaction must not keep its locks from the others. */
const IDLE_IN_TRANSACTION_MS = 15_000;
/** A statement that takes longer is stuck: none of ours reads more than a page. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** Of a database that has fallen silent and cannot say so itself. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 5_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/** Advisory locks: any numbers, the same in every release. */
const LOCKS: Readonly<Record<LockName, number>> = { migration: 7_240_001, ledger: 7_240_003 };

const TRY_LOCK_EVERY_MS = 50;

/**
 * Serializable transactions of one process that run side by side. Each may be in the way of all others,
 * and whoever loses begins again: a crowd of them would do the same work many times.
 */
const SIDE_BY_SIDE = 4;
const MAX_RUNS = 12;
const RERUN_AFTER_MS = 5;
const RERUN_AFTER_MAX_MS = 400;
/**
 * Locks of a table that nobody else locks. The first run shares it with all others; whoever has lost has
 * it alone, in the whole installation, so that a race is lost once. It is the one kind of lock that is
 * taken before the transaction decides which instant it sees. Without sequential scans, each of which
 * reads a whole table and so is at odds with whoever writes to it, however small it is.
 */
const begun = (mode: 'row share' | 'exclusive') =>
  sql.raw(`lock table kysely_migration_lock in ${mode} mode; set local enable_seqscan = off`);
const WITH_OTHERS = begun('row share');
const ALONE = begun('exclusive');
/**
 * Serialization failure and deadlock; and a unique key, which is how the loser of a race may hear of it
 * before the database has seen that the two could not have run one after the other.
 */
const RACES: readonly string[] = ['40001', '40P01', '23505'];

const INT8 = 20;
const NUMERIC = 1700;

/** Sums and instants; ours stay below 2^53, and one that does not would be wrong in silence. */
function toNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is no safe integer`);
  return number;
}

const parsers: PoolConfig['types'] = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if ((oid === INT8 || oid === NUMERIC) && format !== 'binary') return toNumber;
    return types.getTypeParser(oid, format ?? 'text');
  },
};

/** Postgres keeps every character but NUL. */
export const storable = <T>(value: T): T | string =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;

class StorableValues extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    return { ...super.transformValue(node), value: storable(node.value) };
  }
  protected override transformPrimitiveValueList(node: PrimitiveValueListNode) {
    const list = super.transformPrimitiveValueList(node);
    return { ...list, values: list.values.map(storable) };
  }
}
const storableValues = new StorableValues();

export const isRace = (error: unknown): boolean =>
  error instanceof DatabaseError && RACES.includes(error.code ?? '');

/**
 * Operator intervention, connection failure, resources: the classes of codes that pass by themselves;
 * and a transaction that was idle for too long, since this process was paused.
 */
const OUTAGES = /^(08|53|57|25P03)/;

/** Whether the database was out of reach, rather than unwilling. */
export const isOutage = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? OUTAGES.test(error.code ?? '')
    : error instanceof Error && ('syscall' in error || /connection|timeout/i.test(error.message));

function createPool(url: string, config: PoolConfig): Pool {
  const pool = new Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: 'bulkhead',
    types: parsers,
    ...config,
  });
  // A connection that breaks while it is idle is taken out of the pool; the next query says so.
  pool.on('error', () => {});
  // One that breaks between two queries of a transaction has nobody else who listens; the next query
  // says so, and an error that nobody hears would end the process.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}

/** By trying, since a statement that waits is taken for one that is stuck. */
async function waitForLock(one: Database, lock: number): Promise<void> {
  const isTaken = async () => {
    const { rows } = await sql<{
      taken: boolean;
    }>`select pg_try_advisory_lock(${lock}) as taken`.execute(one);
    return rows[0]?.taken === true;
  };
  while (!(await isTaken())) await sleep(TRY_LOCK_EVERY_MS);
}

/** Processes that start together migrate one after the other; the later ones find it done. */
async function migrateAlone(url: string): Promise<void> {
  // A migration may take longer than any statement of a running server.
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: createPool(url, { max: 1 }) }),
  });
  try {
    await db.connection().execute(async (one) => {
      // The connection ends below, and the lock with it.
      await sql`select pg_advisory_lock(${LOCKS.migration})`.execute(one);
      await migrate(one);
    });
  } catch (error) {
    if (error instanceof DatabaseUnusableError) throw error;
    throw new DatabaseUnreachableError(new URL(url).host, error);
  } finally {
    await db.destroy();
  }
}

/**
 * @param url `postgres://user:password@host:port/database`
 * @throws DatabaseTooNewError, MigrationFailedError, DatabaseUnreachableError
 */
export async function openPostgresStore(url: string): Promise<PostgresStore> {
  await migrateAlone(url);
  const pool = createPool(url, {
    max: POOL_MAX,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: SILENCE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  const isAlive = () =>
    pool.query('select 1').then(
      () => true,
      () => false,
    );
  const lost = createLostAnswers(isAlive);
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    log: lost.note,
    plugins: [
      {
        transformQuery: ({ node }) => storableValues.transformNode(node),
        transformResult: async ({ result }) => result,
      },
    ],
  });
  const gate = createGate(SIDE_BY_SIDE);
  const afterwards = new WeakMap<Tx, (() => Promise<void>)[]>();

  async function commit<T>(work: (tx: Tx) => Promise<T>) {
    for (let run = 1; ; run++) {
      const after: (() => Promise<void>)[] = [];
      const begin = async (tx: Tx) => {
        await (run === 1 ? WITH_OTHERS : ALONE).execute(tx);
        afterwards.set(tx, after);
        return work(tx);
      };
      try {
        const result = await db.transaction().setIsolationLevel('serializable').execute(begin);
        return { result, after };
      } catch (error) {
        if (!isRace(error) || run === MAX_RUNS) throw error;
        if (run === 1) continue;
        const most = Math.min(RERUN_AFTER_MS * 2 ** run, RERUN_AFTER_MAX_MS);
        await sleep(most * Math.random());
      }
    }
  }

  return {
    kind: 'postgres',
    db,
    pool,
    async transact(work) {
      const { result, after } = await gate(() => commit(work));
      await Promise.all(after.map((run) => run()));
      return result;
    },
    afterCommit(tx, run) {
      const after = afterwards.get(tx);
      if (!after) throw new Error('This transaction was not begun by transact');
      after.push(run);
    },
    alone: (name, work) =>
      db.connection().execute(async (one) => {
        await waitForLock(one, LOCKS[name]);
        try {
          return await work();
        } finally {
          await sql`select pg_advisory_unlock(${LOCKS[name]})`.execute(one);
        }
      }),
    shred() {
      // Its vacuum and its write-ahead log are the operator's.
    },
    isAlive,
    onUntold: lost.onUntold,
    close() {
      lost.close();
      return db.destroy();
    },
  };
}
