/** What every action of the stand-in works with: the objects, the events, the clock. */
import type Stripe from 'stripe';
import type { Outcome } from './cards.ts';
import { type ApiObject, createId, nowSeconds, type ObjectStore } from './object-store.ts';

/** The account that the configured keys belong to. */
export const OWN_ACCOUNT = 'acct_standin';

/** The release of the API that the installed `stripe` package speaks. */
export const API_VERSION = '2026-10-28.endive';

export interface Timing {
  /** How long an asynchronous refund takes to settle. */
  refundSettlesMs: number;
  /** How long after the payment a dispute comes in. */
  disputeAfterMs: number;
  /** Added to every browser call, so that people see the states in between. */
  browserLatencyMs: number;
}

export interface Context {
  store: ObjectStore;
  timing: Timing;
  /** What the card behind a payment method will do; all that is kept of a number. */
  outcomes: Map<string, Outcome>;
  /** Card numbers as received by the confirm endpoint, for tests to ask about. */
  receivedNumbers: string[];
  /** How many of the next charges go through `processing` first. */
  processing: { next: number };
  /** Every event of every account, oldest first. */
  events(): Stripe.Event[];
  emit(account: string, type: Stripe.Event['type'], object: ApiObject): void;
  later(delayMs: number, action: () => void): void;
}

/** Who asks: the owner of the secret key, or a browser with the publishable one. */
export interface Caller {
  kind: 'secret' | 'publishable';
  account: string;
}

/** An event carries the object as it was; what happens to it later must not show. */
export function createEvent(
  account: string,
  type: Stripe.Event['type'],
  object: ApiObject,
): Stripe.Event {
  return {
    id: createId('evt'),
    object: 'event',
    // Only events of a connected account name it.
    ...(account === OWN_ACCOUNT ? {} : { account }),
    api_version: API_VERSION,
    created: nowSeconds(),
    data: { object: structuredClone(object) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  } as Stripe.Event;
}
