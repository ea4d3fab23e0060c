/**
 * Lines of the ledger that are durable and not yet in its chain: written in transactions that run side
 * by side, where no two may wait for the same last line. Always empty on SQLite, which has no such.
 */
import { type Kysely, PostgresAdapter } from 'kysely';

export async function createLedgerWaiting(db: Kysely<never>): Promise<void> {
  const counts = db.getExecutor().adapter instanceof PostgresAdapter;
  await db.schema
    .createTable('ledger_waiting')
    .addColumn('id', counts ? 'bigserial' : 'integer', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('job', 'text', (column) => column.notNull())
    .execute();
}
