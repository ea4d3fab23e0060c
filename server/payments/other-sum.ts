/**
 * An intent that is over another sum than was asked for [PAY-6] [PAY-12]. Nothing of it is told to
 * the visitor; the agents see what it is over and whether it was charged, and what is given back of
 * it is sent and followed here. Once everything is back the request is canceled. Never says paid.
 */
import type { PaymentAttention } from '../../protocol/payments.ts';
import type { Deps } from '../deps.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { readAttention } from './attention.ts';
import { record } from './history.ts';
import { keepBooks } from './keep-books.ts';
import { entryOf, findPayment, standingColumns } from './payment-rows.ts';
import type { PaymentGateway, ProviderIntent } from './provider.ts';
import { awaitedOf, type ReadBooks, readBooks } from './read-books.ts';
import { findRefunds, refundedMinorOf } from './refund-rows.ts';
import { nextLookAt, orAtExpiry } from './schedule.ts';
import { isPaid, isPayable } from './states.ts';

export interface Found {
  row: PaymentRow;
  intent: ProviderIntent;
}
type Differing = Extract<PaymentAttention, { code: 'amount_differs' }>;

/** On the card of a request that ended so. */
export const RETURNED_REASON = 'Another amount was charged, and was given back in full.';

/** @returns the row as it is now. @throws AppError as the gateway, when its books cannot be read */
export async function keepOtherSum(
  deps: Deps,
  gateway: PaymentGateway,
  { row, intent }: Found,
): Promise<PaymentRow> {
  const { store, log, logger } = deps;
  logger.error({ paymentId: row.id, intentId: intent.id }, 'the provider has another sum');
  const refunds = await findRefunds(store.db, row.id);
  const books = isPaid(intent.standing.status)
    ? await readBooks({ gateway, logger, payment: row, refunds, intent })
    : null;
  const { payment, changed } = await log.transact(async (tx, append) => {
    const before = (await findPayment(tx, row.id)) ?? row;
    const { kept, isNews } = await keep(deps, tx, before, { intent, books });
    const ended = kept.attention === null && isPayable(before.status);
    const after = ended ? await end(deps, tx, kept) : kept;
    if (ended) await append(entryOf(after, { kind: 'system' }));
    await tx.updateTable('payments').set(after).where('id', '=', row.id).execute();
    return { payment: after, changed: isNews };
  });
  if (changed) deps.publisher.paymentChanged(row.id);
  return payment;
}

interface Charge {
  intent: ProviderIntent;
  /** `null` where nothing was charged. */
  books: ReadBooks | null;
}

async function keep(
  { clock, random }: Deps,
  tx: Tx,
  row: PaymentRow,
  { intent, books }: Charge,
): Promise<{ kept: PaymentRow; isNews: boolean }> {
  const now = clock.now();
  // Its row counts nothing as given back: that would be of a payment that nobody has made.
  const refunded_minor = refundedMinorOf(await findRefunds(tx, row.id));
  const read = books && (await keepBooks({ random, now }, tx, { ...row, refunded_minor }, books));
  const attention = differing(row, { intent, refunds: read?.refunds ?? [], now });
  const differs = JSON.stringify(attention) !== JSON.stringify(readAttention(row));
  if (differs && attention) await recordSum(tx, row, attention, now);
  const isNews = differs || read?.changed === true || read?.warned === true;
  const updated_at = isNews ? now : row.updated_at;
  // What is not charged is watched, so that it is seen when the sum is put right again.
  const status = books ? 'succeeded' : 'open';
  const at = nextLookAt(status, updated_at, now, books && awaitedOf(books));
  const kept = {
    ...row,
    ...(read && { dispute: read.columns.dispute, fraud_warning: read.columns.fraud_warning }),
    intent_id: row.intent_id ?? intent.id,
    // It was not void, so the edit that would have followed came to nothing.
    pending_edit: null,
    attention: attention && JSON.stringify(attention),
    updated_at,
    next_look_at: orAtExpiry(at, row, now),
  };
  return { kept, isNews };
}

/** @returns `null` once all of it is back: a refund that is under way may still fail */
function differing(
  row: PaymentRow,
  { intent, refunds, now }: { intent: ProviderIntent; refunds: readonly RefundRow[]; now: number },
): Differing | null {
  const before = readAttention(row);
  const { amountMinor, currency } = intent;
  const charged = isPaid(intent.standing.status);
  const back = refundedMinorOf(refunds.filter(({ status }) => status === 'succeeded'));
  if (charged && back >= amountMinor) return null;
  const since = before?.code === 'amount_differs' ? before.since : now;
  const returnedMinor = refundedMinorOf(refunds);
  return { code: 'amount_differs', since, amountMinor, currency, charged, returnedMinor };
}

/** In the intent's own currency, so the amount stands in the words. */
function recordSum(tx: Tx, { id }: PaymentRow, sum: Differing, at: number): Promise<void> {
  const { amountMinor, currency, charged, returnedMinor } = sum;
  const what = charged ? 'charged' : 'is over';
  const back = returnedMinor > 0 ? `, ${returnedMinor} of it given back` : '';
  const detail = `provider_refused: the intent ${what} ${amountMinor} ${currency}${back}`;
  return record(tx, { paymentId: id, at, kind: 'provider_error', detail });
}

async function end({ clock }: Deps, tx: Tx, row: PaymentRow): Promise<PaymentRow> {
  const at = clock.now();
  await record(tx, {
    paymentId: row.id,
    at,
    kind: 'state',
    detail: `canceled: ${RETURNED_REASON}`,
  });
  const ended = standingColumns({ status: 'canceled', reason: RETURNED_REASON });
  return { ...row, ...ended, updated_at: at };
}
