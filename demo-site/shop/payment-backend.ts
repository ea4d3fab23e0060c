/**
 * The merchant's side of a payment that the merchant mints (docs/payments.md): the chat server asks,
 * signed; this shop asks Stripe with its own key, which never leaves it; and it forwards what Stripe
 * tells it. Picks each field by name, so that a breached chat vendor can ask for nothing else.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import Stripe from 'stripe';

export type PaymentBackendOptions = {
  readonly stripe: Stripe;
  /** Of the webhook endpoint that Stripe knows. */
  readonly webhookSecret: string;
  /** As `npm run admin -- site update … --minting merchant` printed it. */
  readonly bulkheadSecret: () => string;
  readonly siteKey: string;
  /** Origin of the chat server. */
  readonly chatUrl: string;
};

/** Whatever the chat server sends; what an action needs is read with `String` and `Number`. */
type Asked = Readonly<Record<string, unknown>>;

const TOLERANCE_S = 300;
const BODY_LIMIT_BYTES = 256 * 1024;
const expand = ['latest_charge'];

export async function addPaymentBackend(
  app: FastifyInstance,
  { stripe, webhookSecret, bulkheadSecret, siteKey, chatUrl }: PaymentBackendOptions,
): Promise<void> {
  const sign = (seconds: string, body: Buffer) =>
    createHmac('sha256', bulkheadSecret()).update(`${seconds}.`).update(body).digest();

  function isSigned(header: unknown, body: Buffer): boolean {
    const [, seconds = '', mac = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(header)) ?? [];
    const isFresh = Math.abs(Date.now() / 1000 - Number(seconds)) < TOLERANCE_S;
    return mac !== '' && isFresh && timingSafeEqual(sign(seconds, body), Buffer.from(mac, 'hex'));
  }

  /** Only what was made for this chat: the other payments of the shop are none of its business. */
  async function ours(asked: Asked): Promise<Stripe.PaymentIntent> {
    const intent = await stripe.paymentIntents.retrieve(String(asked.intent), { expand });
    if (intent.metadata.payment_id) return intent;
    throw new Stripe.errors.StripeInvalidRequestError({ statusCode: 404, message: 'Not ours' });
  }

  async function carryOut(asked: Asked): Promise<unknown> {
    const idempotencyKey = String(asked.key);
    const metadata = asked.metadata as Record<string, string>;
    switch (asked.action) {
      case 'intent.create':
        return stripe.paymentIntents.create(
          {
            amount: Number(asked.amount),
            currency: String(asked.currency),
            description: String(asked.description),
            ...(asked.receipt_email ? { receipt_email: String(asked.receipt_email) } : {}),
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            metadata,
            expand,
          },
          { idempotencyKey },
        );
      case 'intent.retrieve':
        return ours(asked);
      case 'intent.cancel':
        return stripe.paymentIntents.cancel((await ours(asked)).id, {
          cancellation_reason: asked.reason as Stripe.PaymentIntentCancelParams.CancellationReason,
          expand,
        });
      case 'refund.create':
        return stripe.refunds.create(
          {
            payment_intent: (await ours(asked)).id,
            amount: Number(asked.amount),
            reason: asked.reason as Stripe.RefundCreateParams.Reason,
            metadata,
          },
          { idempotencyKey },
        );
      case 'refund.list':
        return stripe.refunds.list({ payment_intent: (await ours(asked)).id, limit: 100 });
      case 'dispute.list':
        return stripe.disputes.list({ payment_intent: (await ours(asked)).id, limit: 100 });
      case 'warning.list':
        return stripe.radar.earlyFraudWarnings.list({ payment_intent: (await ours(asked)).id });
      default:
        throw new Stripe.errors.StripeInvalidRequestError({ statusCode: 400, message: 'Unknown' });
    }
  }

  // Signatures are over the bytes as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post(
    '/bulkhead/payments',
    { bodyLimit: BODY_LIMIT_BYTES },
    async ({ headers, body }, reply) => {
      if (!Buffer.isBuffer(body) || !isSigned(headers['bulkhead-signature'], body)) {
        return reply.code(401).send({ error: 'signature' });
      }
      try {
        return await carryOut(JSON.parse(body.toString('utf8')));
      } catch (error) {
        // A refusal of Stripe's is one of ours; without its status the outcome is unknown: 500.
        const { statusCode = 500 } = error instanceof Stripe.errors.StripeError ? error : {};
        return reply.code(statusCode).send({ error: 'refused' });
      }
    },
  );

  app.post('/stripe/webhook', { bodyLimit: BODY_LIMIT_BYTES }, async ({ headers, body }, reply) => {
    try {
      const signature = String(headers['stripe-signature']);
      stripe.webhooks.constructEvent(body as Buffer, signature, webhookSecret);
    } catch {
      return reply.code(400).send({ error: 'signature' });
    }
    const seconds = String(Math.floor(Date.now() / 1000));
    const told = await fetch(`${chatUrl}/api/payments/notice`, {
      method: 'POST',
      headers: {
        'bulkhead-site': siteKey,
        'bulkhead-signature': `t=${seconds},v1=${sign(seconds, body as Buffer).toString('hex')}`,
      },
      body: new Uint8Array(body as Buffer),
    });
    // Not told: Stripe tries again later.
    return reply.code(told.ok ? 200 : 502).send({ received: told.ok });
  });
}
