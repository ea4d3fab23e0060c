/**
 * How often a payment was tried in vain [PAY-10]. Stripe keeps no count, so it is the larger of two:
 * the failures that looks have seen, each by its own name, and the notices of failure that arrived,
 * each once. Two failures between two looks are two notices; a lost notice is still one look.
 */
import type { PaymentRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';

export async function countFailures(
  tx: Tx,
  row: PaymentRow,
  failure: string | null,
): Promise<Pick<PaymentRow, 'attempts' | 'last_failure'>> {
  const isNew = failure !== null && failure !== row.last_failure;
  const { told } = await tx
    .selectFrom('provider_events')
    .select(({ fn }) => fn.countAll<number>().as('told'))
    .where('payment_id', '=', row.id)
    .where('type', '=', 'payment_intent.payment_failed')
    .executeTakeFirstOrThrow();
  return {
    attempts: Math.max(row.attempts + (isNew ? 1 : 0), Number(told)),
    last_failure: failure ?? row.last_failure,
  };
}
