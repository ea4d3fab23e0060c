/**
 * The ledger, what stands beside its chain and can be erased, and what was asked of it. Each index is
 * for one question of an exposure report, so that none of them ever walks the whole ledger.
 */
import type { Kysely } from 'kysely';

const INSTANT = 'bigint';
const NUMBER = 'bigint';

export async function createLedgerTables(db: Kysely<never>): Promise<void> {
  await createChain(db);
  await createIndexes(db);
  await createReports(db);
}

async function createChain(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('ledger')
    // `integer` and not `bigint`: in SQLite that makes it the table's own order.
    .addColumn('n', 'integer', (column) => column.primaryKey())
    .addColumn('at', INSTANT, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('site_id', 'text')
    .addColumn('agent_id', 'text')
    .addColumn('visitor_id', 'text')
    .addColumn('conversation_id', 'text')
    .addColumn('release', 'text')
    .addColumn('detail_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('ledger_details')
    .addColumn('n', 'integer', (column) => column.primaryKey().references('ledger.n'))
    .addColumn('salt', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('address', 'text')
    .execute();
  await db.schema
    .createTable('ledger_given')
    .addColumn('visitor_id', 'text', (column) => column.notNull())
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull().references('ledger.n'))
    .addPrimaryKeyConstraint('ledger_given_primary', ['visitor_id', 'category'])
    .execute();
  await db.schema
    .createTable('ledger_heads')
    .addColumn('n', 'integer', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('at', INSTANT, (column) => column.notNull())
    .addColumn('signature', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('sent_at', INSTANT)
    .execute();
}

async function createIndexes(db: Kysely<never>): Promise<void> {
  const ledger = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('ledger').columns(columns).execute();
  await ledger('ledger_by_instant', ['at', 'n']);
  await ledger('ledger_by_kind', ['kind', 'n']);
  await ledger('ledger_by_site', ['site_id', 'kind', 'n']);
  await ledger('ledger_by_agent', ['agent_id', 'kind', 'n']);
  await ledger('ledger_by_visitor', ['visitor_id', 'kind', 'n']);
  await ledger('ledger_by_release', ['release', 'kind', 'n']);
  await db.schema
    .createIndex('ledger_details_by_address')
    .on('ledger_details')
    .columns(['address', 'n'])
    .execute();
}

async function createReports(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('exposure_reports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('asked_at', INSTANT, (column) => column.notNull())
    .addColumn('asked_by', 'text')
    .addColumn('question', 'text', (column) => column.notNull())
    .addColumn('head', 'text', (column) => column.notNull())
    .addColumn('counts', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('exposure_reports_by_instant')
    .on('exposure_reports')
    .columns(['asked_at', 'id'])
    .execute();
  await db.schema
    .createTable('exposed')
    // Before its report, which is written last and makes it visible.
    .addColumn('report_id', 'text', (column) => column.notNull())
    .addColumn('position', NUMBER, (column) => column.notNull())
    .addColumn('visitor_id', 'text', (column) => column.notNull())
    .addColumn('conversation_id', 'text')
    .addColumn('site_id', 'text', (column) => column.notNull())
    .addColumn('categories', 'text', (column) => column.notNull())
    .addColumn('first_at', INSTANT, (column) => column.notNull())
    .addColumn('last_at', INSTANT, (column) => column.notNull())
    .addColumn('read_by', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('exposed_primary', ['report_id', 'position'])
    .execute();
  await db.schema
    .createIndex('exposed_by_visitor')
    .on('exposed')
    .columns(['report_id', 'visitor_id'])
    .execute();
}
