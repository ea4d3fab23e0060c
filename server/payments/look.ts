/**
 * Brings a payment to what its provider says: makes the intent if there is none yet, else fetches
 * it, voids it when its time is over, and moves the payment by the answer. Requests, openings,
 * refreshes, webhooks and the reconciler all come down to this one step, so it may be repeated at any
 * time and be cut short anywhere [PAY-5].
 */
import type { Author } from '../../protocol/entries.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { Turns } from '../shared/turns.ts';
import type { PaymentRow } from '../store/schema.ts';
import { advance } from './advance.ts';
import { askProvider, noting } from './ask-provider.ts';
import { ATTEMPTS_PER_PAYMENT, type Attempts } from './attempts.ts';
import { paidStatus } from './books.ts';
import type { Gateways } from './gateways.ts';
import { type Found, keepOtherSum } from './other-sum.ts';
import { dropUnmade, findPayment, hasExpired, isAnnounced, setNextLook } from './payment-rows.ts';
import { applyEdit, readPendingEdit } from './pending-edit.ts';
import type { PaymentGateway, ProviderIntent } from './provider.ts';
import { awaitedOf, type ReadBooks, readBooks } from './read-books.ts';
import { findRefunds } from './refund-rows.ts';
import { nextLookAt, orAtExpiry } from './schedule.ts';
import { isPaid, isPayable } from './states.ts';
import { isVoid } from './void-intent.ts';

export interface Seen {
  payment: PaymentRow;
  /**
   * `null` where none is to be made, since it waits for an approval or ended without one; and where
   * nothing is believed of it, since it is over another sum.
   */
  intent: ProviderIntent | null;
}

/** @throws AppError `payment_unknown`, `provider_unreachable` or `provider_refused` */
export type Look = (paymentId: string) => Promise<Seen>;

/** What looking takes. All of a payment's looks, edits and cancellations go by the same turns. */
export interface Looking {
  deps: Deps;
  gateways: Gateways;
  turns: Turns;
  attempts: Attempts;
}

/** Whether it is certain that nothing came of a look; while a provider is away nothing is. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && error.code !== 'provider_unreachable';

const SYSTEM: Author = { kind: 'system' };

/** Takes a turn, which it shares with others who wait for a look at the same payment. */
export const createLook = (looking: Looking): Look =>
  looking.turns.shared((paymentId) => lookNow(looking, paymentId));

/** For whoever has the payment's turn already. */
export async function lookNow(looking: Looking, paymentId: string): Promise<Seen> {
  const { deps } = looking;
  const row = await findPayment(deps.store.db, paymentId);
  if (!row) throw new AppError('payment_unknown');
  const isOver = hasExpired(row, deps.clock.now());
  if (isOver && !isAnnounced(row)) {
    // Its time is over before anybody has seen it: it is not to turn up now.
    await dropUnmade(deps.store.db, paymentId);
    throw new AppError('payment_unknown');
  }
  if (row.approval === 'waiting' || (row.intent_id === null && !isPayable(row.status))) {
    return withoutIntent(looking, row, isOver);
  }
  const intent = await askProvider(looking, row, isOver ? 'abandoned' : null);
  const edit = readPendingEdit(row);
  if (edit && isVoid(intent)) {
    const now = deps.clock.now();
    await deps.log.transact((tx, append) => applyEdit(tx, append, row, { edit, now }));
    return lookNow(looking, paymentId);
  }
  const seen = await settle(looking, { row, intent });
  const { payment } = seen;
  const tooMany = payment.attempts >= ATTEMPTS_PER_PAYMENT && isPayable(payment.status);
  if (!tooMany || payment.status === 'processing' || seen.intent === null) return seen;
  const voided = await askProvider(looking, payment, 'fraudulent');
  return settle(looking, { row: payment, intent: voided });
}

/**
 * Whoever else holds the key can change an intent. Of one with another sum nothing is believed and
 * its secret goes to nobody, so that no entry says paid of what was not asked for [PAY-6]. What is
 * void charges nothing, whatever its sum, and may end.
 */
async function settle(looking: Looking, found: Found): Promise<Seen> {
  const { row, intent } = found;
  const isSame = intent.amountMinor === row.amount_minor && intent.currency === row.currency;
  if (isSame || isVoid(intent)) return { payment: await apply(looking, found), intent };
  const { deps, gateways } = looking;
  const gateway = await gateways.of(row);
  return {
    payment: await noting(deps, row, () => keepOtherSum(deps, gateway, found)),
    intent: null,
  };
}

/** What waits for an approval is not known to the provider, so nothing is asked. */
async function withoutIntent({ deps }: Looking, row: PaymentRow, isOver: boolean): Promise<Seen> {
  if (!isOver) {
    const at = orAtExpiry(null, row, deps.clock.now());
    await setNextLook(deps.store.db, row.id, at);
    return { payment: { ...row, next_look_at: at }, intent: null };
  }
  const payment = await advance(deps, row.id, {
    standing: { status: 'expired' },
    author: SYSTEM,
    nextLookAt: () => null,
  });
  return { payment, intent: null };
}

/** Moves the payment by what was seen of it. */
async function apply(
  { deps, gateways, attempts }: Looking,
  { row: before, intent }: Found,
): Promise<PaymentRow> {
  const books = isPaid(intent.standing.status)
    ? await noting(deps, before, async () =>
        readBooksOf(deps, await gateways.of(before), before, intent),
      )
    : undefined;
  const payment = await advance(deps, before.id, {
    standing: books
      ? { ...intent.standing, status: paidStatus(before.amount_minor, books) }
      : intent.standing,
    books,
    author: SYSTEM,
    intentId: intent.id,
    failure: intent.failure,
    // A webhook that arrived meanwhile asked for a look of its own.
    nextLookAt: (row) => {
      const marked = row.next_look_at !== before.next_look_at;
      if (marked && row.next_look_at !== null) return row.next_look_at;
      const now = deps.clock.now();
      const at = nextLookAt(row.status, row.updated_at, now, books && awaitedOf(books));
      return orAtExpiry(at, row, now);
    },
  });
  for (let more = payment.attempts - before.attempts; more > 0; more--) {
    await attempts.failed(before.id);
  }
  return payment;
}

async function readBooksOf(
  { store, logger }: Deps,
  gateway: PaymentGateway,
  payment: PaymentRow,
  intent: ProviderIntent,
): Promise<ReadBooks> {
  const refunds = await findRefunds(store.db, payment.id);
  return readBooks({ gateway, logger, payment, refunds, intent });
}
