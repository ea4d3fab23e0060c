/** What a payment needs to be run on: requests in full, refunds, history, templates, roles, minting. */
import type { Kysely } from 'kysely';

const INSTANT = 'bigint';
const MONEY = 'bigint';

export async function completePayments(db: Kysely<never>): Promise<void> {
  await extendPayments(db);
  await createRefunds(db);
  await createHistory(db);
  await extendPeopleAndSites(db);
}

/** SQLite adds one column a statement. */
async function extendPayments(db: Kysely<never>): Promise<void> {
  const payments = () => db.schema.alterTable('payments');
  await payments().addColumn('line_items', 'text').execute();
  await payments().addColumn('receipt_email', 'text').execute();
  await payments().addColumn('expires_at', INSTANT).execute();
  await payments().addColumn('approval', 'text').execute();
  await payments().addColumn('approved_by', 'text').execute();
  await payments().addColumn('reference', 'text').execute();
  await payments().addColumn('paid_at', INSTANT).execute();
  await payments()
    .addColumn('refunded_minor', MONEY, (column) => column.notNull().defaultTo(0))
    .execute();
  await payments()
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await payments().addColumn('last_failure', 'text').execute();
  await payments()
    .addColumn('fraud_warning', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await payments().addColumn('dispute', 'text').execute();
  await payments().addColumn('pending_edit', 'text').execute();
  await payments()
    .addColumn('minted_by', 'text', (column) => column.notNull().defaultTo('server'))
    .execute();
  await db.schema
    .createIndex('payments_by_creation')
    .on('payments')
    .columns(['created_at', 'id'])
    .execute();
}

async function createRefunds(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('refunds')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('payment_id', 'text', (column) => column.notNull().references('payments.id'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('amount_minor', MONEY, (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('requested_by', 'text', (column) => column.references('agents.id'))
    .addColumn('approved_by', 'text')
    .addColumn('provider_id', 'text', (column) => column.unique())
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('updated_at', INSTANT, (column) => column.notNull())
    .addUniqueConstraint('refunds_client_id', ['payment_id', 'client_id'])
    .execute();
}

async function createHistory(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('payment_history')
    .addColumn('payment_id', 'text', (column) =>
      column.notNull().references('payments.id').onDelete('cascade'),
    )
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('at', INSTANT, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('agent_id', 'text')
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('amount_minor', MONEY)
    .addPrimaryKeyConstraint('payment_history_primary', ['payment_id', 'n'])
    .execute();
  await db.schema
    .createTable('payment_templates')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull().references('agents.id'))
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addColumn('updated_at', INSTANT, (column) => column.notNull())
    .execute();
}

async function extendPeopleAndSites(db: Kysely<never>): Promise<void> {
  await db.schema
    .alterTable('agents')
    .addColumn('role', 'text', (column) => column.notNull().defaultTo('owner'))
    .execute();
  const sites = () => db.schema.alterTable('sites');
  await sites()
    .addColumn('minting', 'text', (column) => column.notNull().defaultTo('server'))
    .execute();
  await sites().addColumn('stripe_account', 'text').execute();
  await sites().addColumn('merchant_url', 'text').execute();
  await sites().addColumn('merchant_secret', 'text').execute();
  await sites().addColumn('payment_policy', 'text').execute();
}
