/**
 * What became of the money after it was paid: refunds, a dispute, a fraud warning. Pure: reads the
 * provider's objects, and says where a paid payment stands by them [PAY-9]. Knows no rows.
 */
import type Stripe from 'stripe';
import type { DisputeState, PaymentStatus, RefundStatus } from '../../protocol/entries.ts';

/** A refund as the provider has it. */
export interface ProviderRefund {
  id: string;
  /** Ours, from the metadata; `null` for one that was made elsewhere. */
  refundId: string | null;
  amountMinor: number;
  reason: string | null;
  status: RefundStatus;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** Everything that the provider says of a payment that was paid. */
export interface Books {
  refunds: readonly ProviderRefund[];
  /** The one that decides, where there were several. */
  dispute: DisputeState | null;
  fraudWarning: boolean;
}

export const REFUND_METADATA = 'refund_id';

/** https://docs.stripe.com/api/refunds/object#refund_object-status */
const REFUND_STATUS: Readonly<Record<string, RefundStatus>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
};

/** What is used of Stripe's objects; a merchant's backend sends no more than this. */
export type SeenRefund = Pick<
  Stripe.Refund,
  'id' | 'amount' | 'metadata' | 'reason' | 'status' | 'created'
>;
export type SeenDispute = Pick<Stripe.Dispute, 'amount' | 'reason' | 'status'> & {
  evidence_details: Pick<Stripe.Dispute.EvidenceDetails, 'due_by'>;
};

/** `requires_action` and what may come are under way. */
export const fromRefund = (refund: SeenRefund): ProviderRefund => ({
  id: refund.id,
  refundId: refund.metadata?.[REFUND_METADATA] ?? null,
  amountMinor: refund.amount,
  reason: refund.reason,
  status: REFUND_STATUS[refund.status ?? ''] ?? 'pending',
  createdAt: refund.created * 1000,
});

const REASON_MAX_LENGTH = 60;
const STATUS_MAX_LENGTH = 40;

const fromDispute = ({ amount, reason, status, evidence_details }: SeenDispute): DisputeState => ({
  amountMinor: amount,
  reason: reason.slice(0, REASON_MAX_LENGTH),
  status: status.slice(0, STATUS_MAX_LENGTH),
  ...(evidence_details.due_by !== null && { dueAt: evidence_details.due_by * 1000 }),
});

/** Over, and the money is the merchant's. An inquiry that was closed never took it. */
const SETTLED_FOR_MERCHANT = ['won', 'warning_closed', 'prevented'];

/** Whether the money is, or may go, back to the payer's bank. `lost` is: it stays there. */
export const holdsMoney = (dispute: DisputeState | null): boolean =>
  dispute !== null && !SETTLED_FOR_MERCHANT.includes(dispute.status);

/** Whether nothing more can come of it. */
export const isDisputeOver = ({ status }: DisputeState): boolean =>
  status === 'lost' || SETTLED_FOR_MERCHANT.includes(status);

/** @param disputes newest first. @returns the newest that holds money, else the newest */
export function decidingDispute(disputes: readonly SeenDispute[]): DisputeState | null {
  const states = disputes.map(fromDispute);
  return states.find(holdsMoney) ?? states[0] ?? null;
}

/** Whether a refund takes from what remains: what failed or was called off does not. */
export const countsAsRefunded = (status: RefundStatus): boolean =>
  status === 'pending' || status === 'succeeded';

/** @returns the minor units that are given back or on their way, as the provider counts them too. */
export const sumRefunded = (
  refunds: readonly Pick<ProviderRefund, 'amountMinor' | 'status'>[],
): number =>
  refunds.reduce(
    (sum, { amountMinor, status }) => sum + (countsAsRefunded(status) ? amountMinor : 0),
    0,
  );

/** Where a payment stands that was paid; a dispute outweighs what was given back. */
export function paidStatus(
  amountMinor: number,
  { refunds, dispute }: Pick<Books, 'refunds' | 'dispute'>,
): PaymentStatus {
  if (holdsMoney(dispute)) return 'disputed';
  const refundedMinor = sumRefunded(refunds);
  if (refundedMinor >= amountMinor) return 'refunded';
  return refundedMinor > 0 ? 'partially_refunded' : 'succeeded';
}
