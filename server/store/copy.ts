/**
 * Moves everything from one store into an empty one, and proves that both hold the same: backup and
 * restore are this. Knows tables and rows, and nothing of what they mean.
 */
import { createHash } from 'node:crypto';
import type { Database, Store, Tx } from './store.ts';

/** Whom others refer to comes first. A test holds this against the schema. */
export const TABLES = [
  'sites',
  'agents',
  'agent_sessions',
  'visitors',
  'visitor_tokens',
  'conversations',
  'entries',
  'journal',
  'payments',
  'refunds',
  'payment_history',
  'payment_templates',
  'provider_events',
  'incidents',
  'alerts',
  'reports',
  'dropped_reports',
  'ledger',
  'ledger_details',
  'ledger_given',
  'ledger_heads',
  'exposure_reports',
  'exposed',
  'notices',
  'notice_updates',
  'notice_affected',
] as const;
export type TableName = (typeof TABLES)[number];

/** By what a table is read page by page. */
const KEYS: { readonly [table in TableName]?: readonly string[] } = {
  entries: ['conversation_id', 'seq'],
  visitor_tokens: ['hash'],
  payment_history: ['payment_id', 'n'],
  dropped_reports: ['site_id'],
  ledger: ['n'],
  ledger_details: ['n'],
  ledger_given: ['visitor_id', 'category'],
  ledger_heads: ['n'],
  exposed: ['report_id', 'position'],
  notice_updates: ['notice_id', 'n'],
  notice_affected: ['notice_id', 'visitor_id', 'conversation_id'],
};

export interface Progress {
  table: TableName;
  rows: number;
}
export interface TableSum {
  table: TableName;
  rows: number;
  /** Sum of the rows' SHA-256, hex: the same whatever order a database sorts them in. */
  sha256: string;
}

/** Thrown with words for the operator; nothing was changed. */
export class CopyError extends Error {}

const SUM_MODULUS = 1n << 256n;
const BATCH = 1_000;
/** SQLite takes 32,766 parameters in a statement. */
const PARAMETERS_MAX = 30_000;

type Row = Readonly<Record<string, unknown>>;

/** Page by page, by key, so that a table of any size passes through. */
async function* readTable(db: Database, table: TableName): AsyncGenerator<Row[]> {
  const { ref } = db.dynamic;
  const keys = KEYS[table] ?? ['id'];
  let last: Row | undefined;
  while (true) {
    let query = db.selectFrom(table).selectAll().limit(BATCH);
    for (const key of keys) query = query.orderBy(ref(key));
    if (last) {
      const from = last;
      query = query.where(({ eb, and, or }) =>
        or(
          keys.map((key, index) =>
            and([
              ...keys.slice(0, index).map((equal) => eb(ref(equal), '=', from[equal])),
              eb(ref(key), '>', from[key]),
            ]),
          ),
        ),
      );
    }
    const rows: Row[] = await query.execute();
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
    last = rows.at(-1);
  }
}

/** Columns in one order, whatever order the database gives them in. */
const canonical = (row: Row) =>
  JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));

export async function sumTable(db: Database, table: TableName): Promise<TableSum> {
  let sum = 0n;
  let rows = 0;
  for await (const page of readTable(db, table)) {
    for (const row of page) {
      const digest = createHash('sha256').update(canonical(row)).digest('hex');
      sum = (sum + BigInt(`0x${digest}`)) % SUM_MODULUS;
    }
    rows += page.length;
  }
  return { table, rows, sha256: sum.toString(16).padStart(64, '0') };
}

async function insert(tx: Tx, table: TableName, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).length;
  const most = Math.max(1, Math.floor(PARAMETERS_MAX / Math.max(1, columns)));
  for (let from = 0; from < rows.length; from += most) {
    await tx
      .insertInto(table)
      .values(rows.slice(from, from + most) as never)
      .execute();
  }
}

/** A source that is written to meanwhile is read as it was at one instant. */
const snapshot = ({ kind, db }: Store) =>
  kind === 'sqlite' ? db.transaction() : db.transaction().setIsolationLevel('repeatable read');

/**
 * In one transaction of the target: all of it or nothing.
 * @throws CopyError when the target has rows, or holds something else afterwards
 */
export async function copyStore(
  source: Store,
  target: Store,
  onProgress: (progress: Progress) => void,
): Promise<TableSum[]> {
  for (const table of TABLES) {
    const found = await target.db.selectFrom(table).selectAll().limit(1).executeTakeFirst();
    if (found) throw new CopyError(`The target is not empty: it has rows in ${table}`);
  }
  return snapshot(source).execute((from) =>
    target.db.transaction().execute((to) => copyTables(from, to, onProgress)),
  );
}

async function copyTables(
  from: Tx,
  to: Tx,
  onProgress: (progress: Progress) => void,
): Promise<TableSum[]> {
  const sums: TableSum[] = [];
  for (const table of TABLES) {
    let rows = 0;
    for await (const page of readTable(from, table)) {
      await insert(to, table, page);
      rows += page.length;
      onProgress({ table, rows });
    }
    const [before, after] = [await sumTable(from, table), await sumTable(to, table)];
    if (before.sha256 !== after.sha256) {
      throw new CopyError(
        `${table} differs after the copy (${before.rows} rows, then ${after.rows}): nothing was kept`,
      );
    }
    sums.push(after);
  }
  return sums;
}
