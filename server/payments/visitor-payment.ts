/** Which payments a visitor may see: those of the own conversation, once they stand in its log. */
import { AppError } from '../app-error.ts';
import type { PaymentRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import { isAnnounced } from './payment-rows.ts';

/** @throws AppError `payment_unknown`, also for another's, so that an id can not be tried out */
export async function findVisitorPayment(
  db: Database,
  visitorId: string,
  paymentId: string,
): Promise<PaymentRow> {
  const payment = await db
    .selectFrom('payments')
    .innerJoin('conversations', 'conversations.id', 'payments.conversation_id')
    .selectAll('payments')
    .where('payments.id', '=', paymentId)
    .where('conversations.visitor_id', '=', visitorId)
    .executeTakeFirst();
  if (!payment || !isAnnounced(payment)) throw new AppError('payment_unknown');
  return payment;
}
