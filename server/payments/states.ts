/**
 * Where a payment stands, and how it may move on [PAY-1]. Owns the state machine, pure and without
 * a clock; knows nothing of rows, sockets or the network.
 *
 * A payment moves only as its provider says. What the provider says may arrive late, twice or in
 * another order, so a move is allowed or ignored by this table alone.
 */
import type { PaymentState, PaymentStatus } from '../../protocol/entries.ts';

/** The part of a payment's state that changes after it was asked for. */
export type Standing = Pick<PaymentState, 'status' | 'reason' | 'card' | 'paidAt'>;

const PAID = ['succeeded', 'partially_refunded', 'refunded', 'disputed'] as const;
const ENDED = ['canceled', 'expired'] as const;

/**
 * Where each status may go. Whatever was missed may be jumped over. `failed` goes back to
 * `processing` because the same intent may be tried again; it never goes back to `open`, so that a
 * decline stays on screen until something better is known.
 */
const MOVES: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  created: ['open', 'processing', 'failed', ...PAID, ...ENDED],
  open: ['processing', 'failed', ...PAID, ...ENDED],
  processing: ['failed', ...PAID, ...ENDED],
  failed: ['processing', ...PAID, ...ENDED],
  // Among these it stands as refunds and disputes say: a refund that failed and a dispute that was
  // won lead back. What was paid never becomes unpaid.
  succeeded: PAID,
  partially_refunded: PAID,
  refunded: PAID,
  disputed: PAID,
  canceled: [],
  expired: [],
};

/** Whether the client secret may still be given out. `processing` is, for the sheet to say so. */
export const isPayable = (status: PaymentStatus): boolean =>
  status === 'created' || status === 'open' || status === 'processing' || status === 'failed';

/** Whether somebody may be paying at this moment, so that a lost webhook would be missed. */
export const isWatched = (status: PaymentStatus): boolean =>
  status === 'open' || status === 'processing' || status === 'failed';

/** Whether the money was taken, whatever became of it afterwards. */
export const isPaid = (status: PaymentStatus): boolean => PAID.some((paid) => paid === status);

/** @returns what a payment becomes after `seen`, or `null` where that is no step forward. */
export function transition(now: Standing, seen: Standing): Standing | null {
  if (now.status !== seen.status) return MOVES[now.status].includes(seen.status) ? seen : null;
  // The same status may still have news: another decline, or the card that was not known yet.
  const anotherReason = seen.reason !== undefined && seen.reason !== now.reason;
  const cardNowKnown = seen.card !== undefined && now.card === undefined;
  return anotherReason || cardNowKnown ? seen : null;
}

const REASON_MAX_LENGTH = 300;
/** On the card of a request that was voided against card testing [PAY-10]. */
export const TOO_MANY_TRIES = 'There were too many tries to pay.';

/** What is read of a charge, `latest_charge` of an intent. */
export interface SeenCharge {
  /** Seconds since the epoch. */
  created: number;
  amount_refunded: number;
  disputed: boolean;
  payment_method_details: {
    card?: { brand: string | null; last4: string | null } | null | undefined;
  } | null;
}

/** What is read of a PaymentIntent; Stripe's own object fits. */
export interface SeenIntent {
  id: string;
  status: string;
  cancellation_reason: string | null;
  client_secret: string | null;
  last_payment_error: {
    message?: string | undefined;
    code?: string | undefined;
    charge?: string | undefined;
    payment_method?: { id: string } | undefined;
  } | null;
  latest_charge: string | SeenCharge | null;
}

/**
 * What a freshly fetched PaymentIntent says, with `latest_charge` expanded.
 * Statuses: https://docs.stripe.com/payments/paymentintents/lifecycle
 */
export function fromIntent(intent: SeenIntent): Standing {
  switch (intent.status) {
    case 'requires_payment_method':
      return intent.last_payment_error
        ? failure(intent.last_payment_error.message)
        : { status: 'created' };
    case 'requires_confirmation':
    case 'requires_action':
      return { status: 'open' };
    case 'canceled':
      return ended(intent.cancellation_reason);
    case 'succeeded':
      return paid(typeof intent.latest_charge === 'string' ? null : intent.latest_charge);
    default:
      // `processing`, `requires_capture` and what Stripe may add: under way, and not paid.
      return { status: 'processing' };
  }
}

function failure(message: string | undefined): Standing {
  const reason = message?.slice(0, REASON_MAX_LENGTH);
  return { status: 'failed', ...(reason && { reason }) };
}

/** `automatic` and `expired` are Stripe's own; `VoidReason` in `provider.ts` names ours. */
function ended(why: string | null): Standing {
  switch (why) {
    case 'automatic':
    case 'expired':
    case 'abandoned':
      return { status: 'expired' };
    case 'fraudulent':
      return { status: 'canceled', reason: TOO_MANY_TRIES };
    default:
      return { status: 'canceled' };
  }
}

/** Paid, and by what; where it stands among the paid states is for the books to say. */
function paid(charge: SeenCharge | null): Standing {
  const card = charge?.payment_method_details?.card;
  return {
    status: 'succeeded',
    ...(charge && { paidAt: charge.created * 1000 }),
    ...(card?.brand && card.last4 && { card: { brand: card.brand, last4: card.last4 } }),
  };
}
