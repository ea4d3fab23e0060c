/** Between the rows of `refunds` and the words of the protocol, and what they leave to give back. */
import type { RefundState } from '../../protocol/entries.ts';
import { REFUND_REASONS, type RefundReason } from '../../protocol/payments.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import { countsAsRefunded } from './books.ts';
import type { RefundOrder } from './provider.ts';
import { isPaid } from './states.ts';

/** Oldest first. */
export const findRefunds = (db: Database, paymentId: string): Promise<RefundRow[]> =>
  db
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

export const toRefundState = (row: RefundRow): RefundState => ({
  refundId: row.id,
  amountMinor: row.amount_minor,
  status: row.status,
});

/** What was given back or is on its way; not what waits for an approval. */
export const refundedMinorOf = (refunds: readonly RefundRow[]): number =>
  sum(refunds.filter(({ status }) => countsAsRefunded(status)));

/** Where a refund can be asked for: paid, and not with the payer's bank [PAY-9]. */
export const isRefundable = (payment: Pick<PaymentRow, 'status'>): boolean =>
  isPaid(payment.status) && payment.status !== 'disputed';

/** What can still be asked for; what waits for an approval is taken already. */
export const remainingMinor = (payment: PaymentRow, refunds: readonly RefundRow[]): number =>
  Math.max(
    payment.amount_minor -
      sum(refunds.filter(({ status }) => status === 'waiting' || countsAsRefunded(status))),
    0,
  );

export const refundableMinor = (payment: PaymentRow, refunds: readonly RefundRow[]): number =>
  isRefundable(payment) ? remainingMinor(payment, refunds) : 0;

/** Agreed here, and as far as is known not with the provider. */
export const isUnsent = ({ status, provider_id }: RefundRow): boolean =>
  status === 'pending' && provider_id === null;

/** From the row and nothing else, so that a second try asks for the very same refund [PAY-9]. */
export const toRefundOrder = (row: RefundRow, intentId: string): RefundOrder => ({
  refundId: row.id,
  paymentId: row.payment_id,
  intentId,
  amountMinor: row.amount_minor,
  reason: toReason(row.reason),
});

const toReason = (text: string | null): RefundReason =>
  REFUND_REASONS.find((reason) => reason === text) ?? 'requested_by_customer';

const sum = (refunds: readonly RefundRow[]) =>
  refunds.reduce((total, { amount_minor }) => total + amount_minor, 0);
