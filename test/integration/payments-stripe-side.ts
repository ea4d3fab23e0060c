/** Stripe's side of a payment world: what Stripe.js, the merchant and Stripe's webhooks do. */
import Stripe from 'stripe';
import type { StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import type { PaymentOpenGrant } from '../../protocol/http.ts';

export interface Forgery {
  secret?: string;
  ageMs?: number;
  /** The body is another one than was signed. */
  altered?: boolean;
  /** In place of a right one; `null` sends none. */
  signature?: string | null;
}

export function createStripeSide(standIn: StripeStandIn, webhookSecret: string) {
  const { control } = standIn;
  const idIn = (clientSecret: string) => clientSecret.split('_secret_')[0] ?? '';

  /** As Stripe.js asks: a form with the publishable key and the client secret. */
  async function fromBrowser(path: string, fields: Record<string, string>) {
    const form = new URLSearchParams({ key: standIn.publishableKey, ...fields });
    const response = await fetch(`${standIn.url}/v1/${path}`, { method: 'POST', body: form });
    return (await response.json()) as { status?: string; error?: { code: string } };
  }

  return {
    stripe: control,

    /** @returns the intent's status, or the code of what went wrong */
    async confirm(clientSecret: string, card: string): Promise<string | undefined> {
      const fields = { client_secret: clientSecret, payment_method: card };
      const answer = await fromBrowser(`payment_intents/${idIn(clientSecret)}/confirm`, fields);
      return answer.error?.code ?? answer.status;
    },
    async challenge(clientSecret: string, outcome: 'authenticated' | 'failed'): Promise<void> {
      const { id, next_action } = control.paymentIntent(idIn(clientSecret));
      const source = String(next_action?.use_stripe_sdk?.source);
      const fields = { client_secret: clientSecret, payment_intent: id, source, outcome };
      await fromBrowser('3ds2/authenticate', fields);
    },
    asMerchant<T>(act: (stripe: Stripe) => Promise<T>): Promise<T> {
      const { secretKey, host, port } = standIn;
      return act(new Stripe(secretKey, { host, port, protocol: 'http', telemetry: false }));
    },
    intentOf: ({ clientSecret }: PaymentOpenGrant) => control.paymentIntent(idIn(clientSecret)),
    /** How many calls carried this idempotency key. */
    callsWith: (key: string): number =>
      control.requests().filter(({ idempotencyKey }) => idempotencyKey === key).length,
    /** How many intents Stripe has made for a payment. */
    intentsMadeFor: (paymentId: string): number =>
      control.events().filter(({ type, data }) => {
        const { metadata } = data.object as { metadata?: Record<string, string> };
        return type === 'payment_intent.created' && metadata?.payment_id === paymentId;
      }).length,

    /** An event by hand. `null` is no body at all. */
    async deliver(url: string, event: object | null, forgery: Forgery = {}) {
      const payload = event === null ? '' : JSON.stringify(event);
      const right = Stripe.webhooks.generateTestHeaderString({
        payload,
        secret: forgery.secret ?? webhookSecret,
        timestamp: Math.floor((Date.now() - (forgery.ageMs ?? 0)) / 1000),
      });
      const { signature = right } = forgery;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(signature !== null && { 'stripe-signature': signature }),
        },
        ...(event !== null && { body: forgery.altered ? `${payload} ` : payload }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}
