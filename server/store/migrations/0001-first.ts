/** Sites, people, the conversation log, payments and reports. */
import type { Kysely } from 'kysely';

const INSTANT = 'bigint';

export async function createFirstTables(db: Kysely<never>): Promise<void> {
  await createPeople(db);
  await createLog(db);
  await createPayments(db);
}

async function createPeople(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('sites')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('public_key', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('color', 'text', (column) => column.notNull())
    .addColumn('greeting', 'text', (column) => column.notNull())
    .addColumn('allowed_origins', 'text', (column) => column.notNull())
    .addColumn('stripe_publishable_key', 'text')
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('agents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('password', 'text', (column) => column.notNull())
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('agent_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('agent_id', 'text', (column) =>
      column.notNull().references('agents.id').onDelete('cascade'),
    )
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('used_at', INSTANT, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('visitors')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
    .addColumn('name', 'text')
    .addColumn('email', 'text')
    .addColumn('page', 'text')
    .addColumn('first_page', 'text')
    .addColumn('first_seen_at', INSTANT, (column) => column.notNull())
    .addColumn('locale', 'text')
    .addColumn('browser', 'text')
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('visitor_tokens')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('visitor_id', 'text', (column) =>
      column.notNull().references('visitors.id').onDelete('cascade'),
    )
    .addColumn('issued_at', INSTANT, (column) => column.notNull())
    .addColumn('replaced_at', INSTANT)
    .execute();
}

async function createLog(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('conversations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
    .addColumn('visitor_id', 'text', (column) =>
      column.notNull().unique().references('visitors.id'),
    )
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('last_seq', 'integer', (column) => column.notNull())
    .addColumn('assignee_id', 'text', (column) => column.references('agents.id'))
    .addColumn('visitor_read_seq', 'integer', (column) => column.notNull())
    .addColumn('agent_read_seq', 'integer', (column) => column.notNull())
    .addColumn('unread', 'integer', (column) => column.notNull())
    .addColumn('preview', 'text', (column) => column.notNull())
    .addColumn('preview_by', 'text', (column) => column.notNull())
    .addColumn('updated_at', INSTANT, (column) => column.notNull())
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('conversations_by_update')
    .on('conversations')
    .columns(['updated_at', 'id'])
    .execute();

  await db.schema
    .createTable('entries')
    .addColumn('conversation_id', 'text', (column) =>
      column.notNull().references('conversations.id'),
    )
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('at', INSTANT, (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('author_kind', 'text', (column) => column.notNull())
    .addColumn('author_id', 'text')
    .addColumn('author_name', 'text')
    .addColumn('client_id', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('entries_primary', ['conversation_id', 'seq'])
    .addUniqueConstraint('entries_client_id', ['conversation_id', 'client_id'])
    .execute();

  await db.schema
    .createTable('journal')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('entries', 'text', (column) => column.notNull())
    .execute();
}

async function createPayments(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('payments')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('conversation_id', 'text', (column) =>
      column.notNull().references('conversations.id'),
    )
    .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
    .addColumn('requested_by', 'text', (column) => column.notNull().references('agents.id'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('amount_minor', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('card_brand', 'text')
    .addColumn('card_last4', 'text')
    .addColumn('intent_id', 'text', (column) => column.unique())
    .addColumn('next_look_at', INSTANT)
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('updated_at', INSTANT, (column) => column.notNull())
    .addUniqueConstraint('payments_client_id', ['conversation_id', 'client_id'])
    .execute();
  await db.schema
    .createIndex('payments_by_next_look')
    .on('payments')
    .column('next_look_at')
    .execute();

  await db.schema
    .createTable('provider_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('received_at', INSTANT, (column) => column.notNull())
    .addColumn('payment_id', 'text', (column) => column.references('payments.id'))
    .addColumn('outcome', 'text', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('reports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('release', 'text', (column) => column.notNull())
    .addColumn('page', 'text', (column) => column.notNull())
    .addColumn('user_agent', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('first_at', INSTANT, (column) => column.notNull())
    .addColumn('last_at', INSTANT, (column) => column.notNull())
    .execute();
}
