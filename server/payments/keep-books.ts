/**
 * Brings the rows of a payment's refunds, and what the payment's own row says of them, to what the
 * provider says. In the caller's transaction; appends nothing itself.
 */
import type { DisputeState } from '../../protocol/entries.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import { cleanText } from '../log/entry-draft.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import type { ProviderRefund } from './books.ts';
import { record } from './history.ts';
import type { ReadBooks } from './read-books.ts';
import { findRefunds, refundedMinorOf } from './refund-rows.ts';

export interface Kept {
  columns: Pick<PaymentRow, 'refunded_minor' | 'dispute' | 'fraud_warning'>;
  refunds: RefundRow[];
  /** Whether both sides have news. */
  changed: boolean;
  /** Whether only agents have: a visitor hears nothing of a fraud warning. */
  warned: boolean;
}

interface Keeping extends Pick<Deps, 'random'> {
  /** The instant of the whole transaction. */
  now: number;
}

export async function keepBooks(
  keeping: Keeping,
  tx: Tx,
  payment: PaymentRow,
  books: ReadBooks,
): Promise<Kept> {
  const before = await findRefunds(tx, payment.id);
  let changed = false;
  for (const refund of books.refunds) {
    changed = (await keepRefund(keeping, tx, payment, { refund, known: before })) || changed;
  }
  for (const id of books.refused) {
    const row = before.find((one) => one.id === id && one.provider_id === null);
    if (!row) continue;
    await setRefund(keeping, tx, { ...row, status: 'failed' });
    const detail = 'provider_refused';
    await tell(keeping, tx, row, { kind: 'provider_error', detail });
    changed = true;
  }
  const refunds = changed ? await findRefunds(tx, payment.id) : before;
  const columns = {
    refunded_minor: refundedMinorOf(refunds),
    dispute: books.dispute === null ? null : JSON.stringify(cleanDispute(books.dispute)),
    fraud_warning: books.fraudWarning ? 1 : payment.fraud_warning,
  };
  const disputeChanged = columns.dispute !== payment.dispute;
  if (disputeChanged && books.dispute) {
    const { status, amountMinor } = books.dispute;
    await record(tx, {
      paymentId: payment.id,
      at: keeping.now,
      kind: 'state',
      detail: `dispute ${status}`,
      amountMinor,
    });
  }
  return {
    columns,
    refunds,
    changed: changed || disputeChanged || columns.refunded_minor !== payment.refunded_minor,
    warned: columns.fraud_warning !== payment.fraud_warning,
  };
}

/** The words are Stripe's, or those of a merchant's backend [CARD-2]. */
const cleanDispute = (dispute: DisputeState): DisputeState => ({
  ...dispute,
  reason: cleanText(dispute.reason),
  status: cleanText(dispute.status),
});

interface Seen {
  refund: ProviderRefund;
  known: readonly RefundRow[];
}

/** @returns whether it was news */
async function keepRefund(
  keeping: Keeping,
  tx: Tx,
  payment: PaymentRow,
  { refund, known }: Seen,
): Promise<boolean> {
  const row =
    known.find(({ provider_id }) => provider_id === refund.id) ??
    known.find(({ id, provider_id }) => provider_id === null && id === refund.refundId);
  if (!row) {
    const made = foreignRow(keeping, payment, refund);
    await tx.insertInto('refunds').values(made).execute();
    await tell(keeping, tx, made, { kind: 'state', detail: `refund ${refund.status}` });
    return true;
  }
  if (row.status === refund.status && row.provider_id === refund.id) return false;
  await setRefund(keeping, tx, { ...row, status: refund.status, provider_id: refund.id });
  if (row.status === refund.status) return false;
  await tell(keeping, tx, row, { kind: 'state', detail: `refund ${refund.status}` });
  return true;
}

/** Made in the provider's dashboard, or by another program of the merchant. */
const foreignRow = (
  { now, random }: Keeping,
  { id }: PaymentRow,
  refund: ProviderRefund,
): RefundRow => ({
  id: newId(random, 'rf'),
  payment_id: id,
  client_id: refund.id,
  amount_minor: refund.amountMinor,
  reason: refund.reason && cleanText(refund.reason),
  status: refund.status,
  requested_by: null,
  approved_by: null,
  provider_id: refund.id,
  created_at: refund.createdAt,
  updated_at: now,
});

async function setRefund({ now }: Keeping, tx: Tx, row: RefundRow): Promise<void> {
  const { status, provider_id } = row;
  await tx
    .updateTable('refunds')
    .set({ status, provider_id, updated_at: now })
    .where('id', '=', row.id)
    .execute();
}

const tell = (
  { now }: Keeping,
  tx: Tx,
  row: RefundRow,
  line: { kind: 'state' | 'provider_error'; detail: string },
): Promise<void> =>
  record(tx, {
    paymentId: row.payment_id,
    at: now,
    amountMinor: row.amount_minor,
    ...line,
  });
