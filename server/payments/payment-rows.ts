/** Between the rows of `payments` and the words of the protocol; the one place that knows both. */
import type { Author, DisputeState, LineItem, PaymentState } from '../../protocol/entries.ts';
import { cleanText } from '../log/entry-draft.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import type { IntentOrder, IntentRef } from './provider.ts';
import { toRefundState } from './refund-rows.ts';
import { isPaid, isPayable, type Standing } from './states.ts';

export const findPayment = (db: Database, id: string): Promise<PaymentRow | undefined> =>
  db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst();

export const toStanding = (row: PaymentRow): Standing => ({
  status: row.status,
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.card_brand !== null &&
    row.card_last4 !== null && { card: { brand: row.card_brand, last4: row.card_last4 } }),
  ...(row.paid_at !== null && { paidAt: row.paid_at }),
});

/**
 * Whether it stands in the log. A first request whose intent could not be made yet does not, and is
 * forgotten when the provider refuses it [PAY-3].
 */
export const isAnnounced = (row: PaymentRow): boolean =>
  row.intent_id !== null ||
  row.revision > 1 ||
  row.approval !== null ||
  row.approved_by !== null ||
  row.status !== 'created';

/** Whether its time to be paid is over, and nobody has paid. */
export const hasExpired = (row: PaymentRow, now: number): boolean =>
  row.expires_at !== null && row.expires_at <= now && isPayable(row.status);

/** What a `payment` entry says: the whole state, so that the newest entry alone is enough. */
export const toPaymentState = (
  row: PaymentRow,
  refunds: readonly RefundRow[] = [],
): PaymentState => ({
  paymentId: row.id,
  revision: row.revision,
  amountMinor: row.amount_minor,
  currency: row.currency,
  description: row.description,
  ...(row.line_items !== null && { lineItems: JSON.parse(row.line_items) as LineItem[] }),
  ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  ...(row.approval !== null && { approval: row.approval }),
  ...(row.reference !== null && { reference: row.reference }),
  ...toStanding(row),
  ...booksOf(row, refunds),
});

export const entryOf = (row: PaymentRow, author: Author, refunds?: readonly RefundRow[]) => ({
  conversationId: row.conversation_id,
  author,
  type: 'payment' as const,
  payment: toPaymentState(row, refunds),
});

/** What is given back of a charge over another sum is no part of what was asked for [PAY-12]. */
const booksOf = (row: PaymentRow, refunds: readonly RefundRow[]) => ({
  ...(row.refunded_minor > 0 && { refundedMinor: row.refunded_minor }),
  ...(refunds.length > 0 && isPaid(row.status) && { refunds: refunds.map(toRefundState) }),
  ...(row.dispute !== null && { dispute: JSON.parse(row.dispute) as DisputeState }),
});

/** From the row and nothing else, so that a second try asks for the very same intent [PAY-3]. */
export const toIntentOrder = (row: PaymentRow): IntentOrder => ({
  paymentId: row.id,
  revision: row.revision,
  conversationId: row.conversation_id,
  siteId: row.site_id,
  amountMinor: row.amount_minor,
  currency: row.currency,
  description: row.description,
  reference: row.reference,
  receiptEmail: row.receipt_email,
  keysSpent: row.keys_spent,
  // An intent is asked for after the row was written, edited or approved.
  askedSince: row.updated_at,
});

export const toIntentRef = (row: PaymentRow): IntentRef => ({
  paymentId: row.id,
  intentId: row.intent_id ?? '',
  amountMinor: row.amount_minor,
  currency: row.currency,
});

/** Words of the provider, or of a merchant's backend, may repeat what somebody typed [CARD-2]. */
export const standingColumns = ({ status, reason, card }: Standing) => ({
  status,
  reason: reason === undefined ? null : cleanText(reason),
  card_brand: card ? cleanText(card.brand) : null,
  card_last4: card?.last4 ?? null,
});

/** @param at milliseconds since the epoch; `null` where nothing can be missed. */
export async function setNextLook(db: Database, id: string, at: number | null): Promise<void> {
  await db.updateTable('payments').set({ next_look_at: at }).where('id', '=', id).execute();
}

/** Leaves a request alone that could not be made, unless another try has made it by now. */
export async function leaveUnmade(db: Database, id: string): Promise<void> {
  await db
    .updateTable('payments')
    .set({ next_look_at: null })
    .where('id', '=', id)
    .where('intent_id', 'is', null)
    .execute();
}

/** Forgets a request that the provider refused to make, which nobody has seen. */
export async function dropUnmade(db: Database, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('payments')
    .where('id', '=', id)
    .where('intent_id', 'is', null)
    .where('revision', '=', 1)
    .where('approval', 'is', null)
    .where('approved_by', 'is', null)
    .where('status', '=', 'created')
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
