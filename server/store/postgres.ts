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
  type ValueNode,
} from 'kysely';
import { DatabaseError, Pool, type PoolConfig, types } from 'pg';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import type { PostgresStore } from './store.ts';

/** Connections of one process; a small server of the database allows a hundred in all. */
const POOL_MAX = 20;
const CONNECT_TIMEOUT_MS = 10_000;
/** A statement that takes longer is stuck: none of ours reads more than a page. */
const STATEMENT_TIMEOUT_MS = 60_000;

const MAX_RUNS = 12;
const RERUN_AFTER_MS = 5;
const RERUN_AFTER_MAX_MS = 400;
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

/** Operator intervention, connection failure, resources: the classes of codes that pass by themselves. */
const OUTAGES = /^(08|53|57)/;

/** Whether the database was out of reach, rather than unwilling. */
export const isOutage = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? OUTAGES.test(error.code ?? '')
    : error instanceof Error && ('syscall' in error || /connection|timeout/i.test(error.message));

/** @param url `postgres://user:password@host:port/database` @throws why it cannot be used */
export async function openPostgresStore(url: string): Promise<PostgresStore> {
  const pool = new Pool({
    connectionString: url,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'bulkhead',
    types: parsers,
  });
  // A connection that breaks while it is idle is taken out of the pool; the next query says so.
  pool.on('error', () => {});
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [
      {
        transformQuery: ({ node }) => storableValues.transformNode(node),
        transformResult: async ({ result }) => result,
      },
    ],
  });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    kind: 'postgres',
    db,
    pool,
    async transact(work) {
      for (let run = 1; ; run++) {
        try {
          return await db.transaction().setIsolationLevel('serializable').execute(work);
        } catch (error) {
          if (!isRace(error) || run === MAX_RUNS) throw error;
          const most = Math.min(RERUN_AFTER_MS * 2 ** run, RERUN_AFTER_MAX_MS);
          await sleep(most * Math.random());
        }
      }
    },
    shred() {
      // Its vacuum and its write-ahead log are the operator's.
    },
    isAlive: () =>
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
    close: () => db.destroy(),
  };
}
