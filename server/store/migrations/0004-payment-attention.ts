/** What somebody has to see to, beside the payment [PAY-12], and keys that are of no more use. */
import type { Kysely } from 'kysely';

export async function addPaymentAttention(db: Kysely<never>): Promise<void> {
  const payments = () => db.schema.alterTable('payments');
  await payments().addColumn('attention', 'text').execute();
  await payments()
    .addColumn('keys_spent', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
