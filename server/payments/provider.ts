/**
 * What this server asks of whoever mints its payment intents, and what it reads in the answers,
 * whoever that is: Stripe with our key, Stripe for a connected account, or a merchant's backend
 * [PAY-11]. The objects are Stripe's own; only what is used of them is named here. Pure.
 */
import type { DisputeState } from '../../protocol/entries.ts';
import type { RefundReason } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { ProviderRefund } from './books.ts';
import { fromIntent, type SeenIntent, type Standing } from './states.ts';

/** What is asked for, in full, so that a second try sends the very same bytes. */
export interface IntentOrder {
  paymentId: string;
  revision: number;
  conversationId: string;
  siteId: string;
  amountMinor: number;
  currency: string;
  description: string;
  /** Short, for people; stands in the intent's metadata. */
  reference: string | null;
  /** Where the provider sends its receipt. */
  receiptEmail: string | null;
  /** How often its key was given up, because the provider had stored a fault of its own under it. */
  keysSpent: number;
  /** Nothing was asked for before, in milliseconds since the epoch. */
  askedSince: number;
}

/**
 * The provider failed, and answers so to whoever comes with the same key, for a day
 * (https://docs.stripe.com/api/idempotent_requests). Whether it acted, only looking for it tells.
 */
export class StoredFault extends AppError {
  constructor(options: ErrorOptions) {
    super('provider_unreachable', options);
  }
}

/** What an intent that was made before has to agree with. */
export type IntentRef = Pick<IntentOrder, 'paymentId' | 'amountMinor' | 'currency'> & {
  intentId: string;
};

/** As with an intent: in full, so that a second try is the same request [PAY-9]. */
export interface RefundOrder {
  refundId: string;
  paymentId: string;
  intentId: string;
  amountMinor: number;
  reason: RefundReason;
}

/**
 * Why an intent is voided. Stands in the intent itself, so that whoever looks at it later, after a
 * crash for one, knows it too: `abandoned` is a request that expired, `fraudulent` one that was tried
 * too often, `requested_by_customer` what an agent called off, `duplicate` an outdated revision.
 */
export type VoidReason = 'abandoned' | 'fraudulent' | 'requested_by_customer' | 'duplicate';

/** What this server wants to know of a PaymentIntent. */
export interface ProviderIntent {
  id: string;
  /** What it charges, as the provider says; `ask-provider.ts` holds it against the row. */
  amountMinor: number;
  /** Upper-case. */
  currency: string;
  standing: Standing;
  /** Names the last failed try to pay; another one has another name. */
  failure: string | null;
  /** What its charge says was given back, `pending` included; more of it is in `listRefunds`. */
  refundedMinor: number;
  /** Whether its charge was ever disputed; how that stands is in `findDispute`. */
  disputed: boolean;
  /** A function, so that nothing that prints this object prints the secret [PAY-4]. */
  clientSecret: () => string | null;
}

/** What this server wants to know of a webhook: where to look, never what to believe [PAY-5]. */
export interface ProviderEvent {
  id: string;
  type: string;
  livemode: boolean;
  /** The connected account that it is about, where there is one. */
  account: string | null;
  intentId: string | null;
  /** At the provider, in milliseconds since the epoch. */
  createdAt: number | null;
}

/** Every function throws AppError `provider_unreachable` or `provider_refused`. */
export interface PaymentGateway {
  /** With the idempotency key of `intentKey`. May throw `StoredFault`. */
  createIntent(order: IntentOrder): Promise<ProviderIntent>;
  /** The one that was made for it, though nobody heard of it; `null` where there is none. */
  findIntent(order: IntentOrder): Promise<ProviderIntent | null>;
  retrieveIntent(intent: IntentRef): Promise<ProviderIntent>;
  /** Refused where it is paid, under way or canceled already. */
  cancelIntent(intent: IntentRef, why: VoidReason): Promise<ProviderIntent>;
  /** With the idempotency key `rf:<refundId>`, and `refundId` in its metadata. */
  createRefund(order: RefundOrder): Promise<ProviderRefund>;
  /** All of them, also those that were made elsewhere. */
  listRefunds(intentId: string): Promise<ProviderRefund[]>;
  findDispute(intentId: string): Promise<DisputeState | null>;
  /** Whether an early fraud warning came. */
  hasFraudWarning(intentId: string): Promise<boolean>;
}

export const intentMetadata = (order: IntentOrder): Record<string, string> => ({
  payment_id: order.paymentId,
  conversation_id: order.conversationId,
  site_id: order.siteId,
  revision: String(order.revision),
  ...(order.reference !== null && { reference: order.reference }),
});

/** `pr:<paymentId>:<revision>`, until that one is spent [PAY-3]. */
export const intentKey = ({ paymentId, revision, keysSpent }: IntentOrder): string =>
  [`pr:${paymentId}:${revision}`, ...(keysSpent > 0 ? [keysSpent] : [])].join(':');

/** Whether an intent was made for this payment and revision. */
export const isMadeFor = (
  { metadata }: { metadata: Record<string, string> },
  { paymentId, revision }: IntentOrder,
): boolean => metadata.payment_id === paymentId && metadata.revision === String(revision);

/** Stripe's own object fits. */
export type MintedIntent = SeenIntent & { amount: number; currency: string };

export function toProviderIntent(intent: MintedIntent): ProviderIntent {
  const { latest_charge: charge, client_secret: secret } = intent;
  const known = typeof charge === 'string' ? null : charge;
  return {
    id: intent.id,
    amountMinor: intent.amount,
    currency: intent.currency.toUpperCase(),
    standing: fromIntent(intent),
    failure: failureOf(intent),
    refundedMinor: known?.amount_refunded ?? 0,
    disputed: known?.disputed ?? false,
    clientSecret: () => secret,
  };
}

/** A declined charge has an id; a failed 3-D Secure has none, but spends its payment method. */
function failureOf({ last_payment_error: error }: SeenIntent): string | null {
  if (!error) return null;
  return error.charge ?? error.payment_method?.id ?? error.code ?? 'unnamed';
}

interface SeenEvent {
  id: string;
  type: string;
  livemode: boolean;
  account?: string | null | undefined;
  /** In seconds. */
  created?: number;
  data: { object: unknown };
}

/** Which intent an event is about: its object, or what a charge, refund or dispute belongs to. */
export function toProviderEvent(event: SeenEvent): ProviderEvent {
  const { object } = event.data;
  return {
    id: event.id,
    type: event.type,
    livemode: event.livemode,
    account: event.account ?? null,
    createdAt: event.created === undefined ? null : event.created * 1000,
    intentId: event.type.startsWith('payment_intent.')
      ? stringIn(object, 'id')
      : stringIn(object, 'payment_intent'),
  };
}

function stringIn(object: unknown, field: string): string | null {
  if (typeof object !== 'object' || object === null || !(field in object)) return null;
  const value: unknown = Reflect.get(object, field);
  return typeof value === 'string' ? value : null;
}
