/**
 * The only file that talks to Stripe. Owns its client, the mapping of its errors and the reading of
 * its webhooks; knows nothing of rows, entries or sockets.
 *
 * What leaves here carries no key, no card and no visible client secret: Stripe's own error objects
 * hold whole intents, so none of them is passed on, not even as a cause.
 */
import Stripe from 'stripe';
import { AppError } from '../app-error.ts';
import { decidingDispute, fromRefund, type ProviderRefund, REFUND_METADATA } from './books.ts';
import {
  intentKey,
  intentMetadata,
  isMadeFor,
  type PaymentGateway,
  type ProviderEvent,
  type ProviderIntent,
  StoredFault,
  toProviderEvent,
  toProviderIntent,
} from './provider.ts';

/** An agent waits ten seconds for an answer [SEND-5]: two tries and the pause between must fit. */
const TIMEOUT_MS = 4000;
const MAX_RETRIES = 1;
const PAGE_SIZE = 100;
/** Between this server and Stripe. */
const CLOCK_SKEW_MS = 15 * 60_000;

export interface GatewayConfig {
  secretKey: string;
  webhookSecret: string;
  /** Origin of the API; Stripe's own where none is given. */
  apiBase?: string | undefined;
}

/** Stripe, with one key and for one account. */
export interface StripeGateway extends PaymentGateway {
  /** Whether the key is a live one. */
  livemode: boolean;
  /** @throws AppError `signature_invalid`, or `bad_request` for what is signed and no event. */
  readEvent(body: Uint8Array, signature: string, receivedAt: number): ProviderEvent;
}

/** @param account a connected account, `acct_…`, whose intents these are: direct charges */
export function createGateway(
  { secretKey, webhookSecret, apiBase }: GatewayConfig,
  account?: string,
): StripeGateway {
  const stripe = new Stripe(secretKey, {
    ...(apiBase && addressOf(apiBase)),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: MAX_RETRIES,
    telemetry: false,
    ...(account !== undefined && { stripeAccount: account }),
  });
  const expand = ['latest_charge'];

  return {
    livemode: /^[a-z]+_live_/.test(secretKey),

    createIntent: (order) =>
      asking(() =>
        stripe.paymentIntents.create(
          {
            amount: order.amountMinor,
            currency: order.currency.toLowerCase(),
            description: order.description,
            // A redirect would bring the visitor back with the client secret in the URL [PAY-4].
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            ...(order.receiptEmail !== null && { receipt_email: order.receiptEmail }),
            metadata: intentMetadata(order),
            expand,
          },
          { idempotencyKey: intentKey(order) },
        ),
      ),

    findIntent: (order) =>
      translating(async () => {
        // Not the search, which lags behind: what was made a moment ago has to be found.
        const gte = Math.floor((order.askedSince - CLOCK_SKEW_MS) / 1000);
        const listed = stripe.paymentIntents.list({
          created: { gte },
          limit: PAGE_SIZE,
          expand: ['data.latest_charge'],
        });
        for await (const intent of listed) {
          if (isMadeFor(intent, order)) return toProviderIntent(intent);
        }
        return null;
      }),

    retrieveIntent: ({ intentId }) =>
      asking(() => stripe.paymentIntents.retrieve(intentId, { expand })),

    cancelIntent: ({ intentId }, why) =>
      asking(() => stripe.paymentIntents.cancel(intentId, { cancellation_reason: why, expand })),

    createRefund: ({ refundId, paymentId, intentId, amountMinor, reason }) =>
      translating(async () =>
        fromRefund(
          await stripe.refunds.create(
            {
              payment_intent: intentId,
              amount: amountMinor,
              reason,
              metadata: { [REFUND_METADATA]: refundId, payment_id: paymentId },
            },
            { idempotencyKey: `rf:${refundId}` },
          ),
        ),
      ),

    listRefunds: (intentId) =>
      translating(async () => {
        const refunds: ProviderRefund[] = [];
        const all = stripe.refunds.list({ payment_intent: intentId, limit: PAGE_SIZE });
        for await (const refund of all) refunds.push(fromRefund(refund));
        return refunds;
      }),

    findDispute: (intentId) =>
      translating(async () => {
        const { data } = await stripe.disputes.list({ payment_intent: intentId, limit: PAGE_SIZE });
        return decidingDispute(data);
      }),

    hasFraudWarning: (intentId) =>
      translating(async () => {
        const found = { payment_intent: intentId, limit: 1 };
        return (await stripe.radar.earlyFraudWarnings.list(found)).data.length > 0;
      }),

    readEvent(body, signature, receivedAt) {
      try {
        const event = stripe.webhooks.constructEvent(
          Buffer.from(body),
          signature,
          webhookSecret,
          undefined,
          undefined,
          receivedAt,
        );
        return toProviderEvent(event);
      } catch (error) {
        const forged = error instanceof Stripe.errors.StripeSignatureVerificationError;
        throw new AppError(forged ? 'signature_invalid' : 'bad_request');
      }
    },
  };
}

function addressOf(apiBase: string): { protocol: 'http' | 'https'; host: string; port: string } {
  const { protocol, hostname, port } = new URL(apiBase);
  const insecure = protocol === 'http:';
  return {
    protocol: insecure ? 'http' : 'https',
    host: hostname,
    port: port || (insecure ? '80' : '443'),
  };
}

const asking = (request: () => Promise<Stripe.PaymentIntent>): Promise<ProviderIntent> =>
  translating(async () => toProviderIntent(await request()));

async function translating<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toAppError(error);
  }
}

/**
 * Only a plain refusal says that nothing happened. A broken connection, a fault of Stripe's, a
 * conflict with a request still under way and a rate limit leave the outcome unknown.
 */
export function toAppError(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) {
    return error instanceof Error ? error : new Error('Stripe failed without an error');
  }
  const refused =
    error.statusCode !== undefined &&
    error.statusCode >= 400 &&
    error.statusCode < 500 &&
    error.statusCode !== 409 &&
    error.statusCode !== 429;
  const cause = new Error(describe(error));
  if (error.headers?.['idempotent-replayed'] === 'true' && !refused) {
    return new StoredFault({ cause });
  }
  return new AppError(refused ? 'provider_refused' : 'provider_unreachable', { cause });
}

/** Stripe's words are left out: they may repeat what was sent to it, and end with part of a key. */
const describe = ({ type, code, param, statusCode, requestId }: Stripe.errors.StripeError) =>
  Object.entries({ type, code, param, statusCode, requestId })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
