/** Notices of a breach, their updates, and whom each of them concerns. */
import type { Kysely } from 'kysely';

const INSTANT = 'bigint';

export async function createNotices(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('notices')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
    .addColumn('exposure_id', 'text')
    .addColumn('words', 'text', (column) => column.notNull())
    .addColumn('discovered_at', INSTANT, (column) => column.notNull())
    .addColumn('banner', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('visitors', 'integer', (column) => column.notNull())
    .addColumn('conversations', 'integer', (column) => column.notNull())
    .addColumn('told', 'integer', (column) => column.notNull())
    .addColumn('telling', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull().references('agents.id'))
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('published_at', INSTANT)
    .addColumn('closed_at', INSTANT)
    .execute();
  await db.schema
    .createTable('notice_updates')
    .addColumn('notice_id', 'text', (column) => column.notNull().references('notices.id'))
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('at', INSTANT, (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id'))
    .addPrimaryKeyConstraint('notice_updates_key', ['notice_id', 'n'])
    .execute();
  await db.schema
    .createTable('notice_affected')
    .addColumn('notice_id', 'text', (column) => column.notNull().references('notices.id'))
    .addColumn('visitor_id', 'text', (column) => column.notNull())
    .addColumn('conversation_id', 'text', (column) => column.notNull())
    .addColumn('categories', 'text', (column) => column.notNull())
    .addColumn('first_at', INSTANT, (column) => column.notNull())
    .addColumn('last_at', INSTANT, (column) => column.notNull())
    .addColumn('told_at', INSTANT)
    .addPrimaryKeyConstraint('notice_affected_key', ['notice_id', 'visitor_id', 'conversation_id'])
    .execute();
  await db.schema
    .createIndex('notice_affected_untold')
    .on('notice_affected')
    .columns(['notice_id', 'told_at'])
    .execute();
}
