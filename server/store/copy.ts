/**
 * Moves everything from one store into an empty one, and proves that both hold the same: backup and
 * restore are this. Knows tables and rows, and nothing of what they mean.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { storable } from './postgres.ts';
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
  'ledger_waiting',
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
  step: 'copied' | 'compared';
  rows: number;
  /** How many there will be. */
  of: number;
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
      // As one value: both databases find it in the key, and walk on from there.
      const place = sql`(${sql.join(keys.map((key) => sql.ref(key)))})`;
      query = query.where(sql<boolean>`${place} > (${sql.join(keys.map((key) => from[key]))})`);
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

/** How a store would have a row that came from another. */
type Keep = (row: Row) => Row;
const asIs: Keep = (row) => row;
const storableRow: Keep = (row) =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, storable(value)]));

export async function sumTable(
  db: Database,
  table: TableName,
  { keep = asIs, onRows = () => {} }: { keep?: Keep; onRows?: (rows: number) => void } = {},
): Promise<TableSum> {
  let sum = 0n;
  let rows = 0;
  for await (const page of readTable(db, table)) {
    for (const row of page.map(keep)) {
      const digest = createHash('sha256').update(canonical(row)).digest('hex');
      sum = (sum + BigInt(`0x${digest}`)) % SUM_MODULUS;
    }
    rows += page.length;
    onRows(rows);
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

/** While one store is read the transaction of the other is idle, for as long as it takes. */
async function takeTime({ kind }: Store, tx: Tx): Promise<void> {
  if (kind !== 'postgres') return;
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  await sql`set local statement_timeout = 0`.execute(tx);
}

async function countRows(db: Database, table: TableName): Promise<number> {
  const { rows } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return Number(rows);
}

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
  const keep = target.kind === 'postgres' ? storableRow : asIs;
  return snapshot(source).execute((from) =>
    target.db.transaction().execute(async (to) => {
      await takeTime(source, from);
      await takeTime(target, to);
      const sums: TableSum[] = [];
      for (const table of TABLES) sums.push(await copyTable({ from, to, keep, onProgress }, table));
      return sums;
    }),
  );
}

interface Copying {
  from: Tx;
  to: Tx;
  keep: Keep;
  onProgress(progress: Progress): void;
}

async function copyTable(
  { from, to, keep, onProgress }: Copying,
  table: TableName,
): Promise<TableSum> {
  const of = await countRows(from, table);
  let rows = 0;
  for await (const page of readTable(from, table)) {
    await insert(to, table, page);
    rows += page.length;
    onProgress({ table, step: 'copied', rows, of });
  }
  const before = await sumTable(from, table, { keep });
  const after = await sumTable(to, table, {
    onRows: (compared) => onProgress({ table, step: 'compared', rows: compared, of }),
  });
  if (before.sha256 !== after.sha256) {
    throw new CopyError(
      `${table} differs after the copy (${before.rows} rows, then ${after.rows}): nothing was kept`,
    );
  }
  return after;
}
