/** What the stand-in tells later: its signed webhooks into a real HTTP server, refunds, disputes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';

const SECRET = 'whsec_test';
const EUROS = { amount: 4_200, currency: 'eur', automatic_payment_methods: { enabled: true } };

let receiver: Server;
let received: Stripe.Event[];
/** What the receiver answers, one after the other; 200 when there is nothing more. */
let answers: number[];
let standIn: StripeStandIn;
let stripe: Stripe;

beforeEach(async () => {
  received = [];
  answers = [];
  receiver = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const signature = String(request.headers['stripe-signature']);
    const status = answers.shift() ?? 200;
    if (status === 200) received.push(stripe.webhooks.constructEvent(body, signature, SECRET));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port: receiverPort } = receiver.address() as AddressInfo;
  standIn = await createStripeStandIn({
    port: 0,
    webhooks: { url: `http://127.0.0.1:${receiverPort}/`, secret: SECRET },
    webhookRetryDelaysMs: [10, 20],
    timing: { refundSettlesMs: 10, disputeAfterMs: 10 },
  });
  const { host, port, secretKey } = standIn;
  stripe = new Stripe(secretKey, { host, port, protocol: 'http', maxNetworkRetries: 0 });
  return async () => {
    await standIn.close();
    receiver.close();
  };
});

async function receivedTypes(): Promise<string[]> {
  await standIn.control.webhooks.idle();
  return received.map((event) => event.type);
}

/** The error that Stripe's package throws, as its type, code and decline code. */
async function refusalOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Stripe.errors.StripeError);
  return error as Stripe.errors.StripeError;
}

describe('refunds and disputes', () => {
  async function pay(payment_method: string): Promise<Stripe.PaymentIntent> {
    return stripe.paymentIntents.create({ ...EUROS, payment_method, confirm: true });
  }

  it('refunds in parts, and never more than was paid', async () => {
    const { id, latest_charge } = await pay('pm_card_visa');
    const first = await stripe.refunds.create({ payment_intent: id, amount: 1_200 });
    expect(first).toMatchObject({ amount: 1_200, status: 'succeeded', charge: latest_charge });
    const tooMuch = stripe.refunds.create({ payment_intent: id, amount: 3_001 });
    expect((await refusalOf(tooMuch)).message).toContain('greater than unrefunded amount');
    await stripe.refunds.create({ payment_intent: id, reason: 'requested_by_customer' });
    const charge = await stripe.charges.retrieve(String(latest_charge));
    expect(charge).toMatchObject({ amount_refunded: 4_200, refunded: true });
    const again = await refusalOf(stripe.refunds.create({ payment_intent: id }));
    expect(again.code).toBe('charge_already_refunded');
    expect((await stripe.refunds.list({ payment_intent: id })).data).toHaveLength(2);
    expect((await receivedTypes()).slice(-3)).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.updated',
    ]);
  });

  it('settles a refund later', async () => {
    const { id } = await pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect(refund.status).toBe('pending');
    await expect.poll(() => standIn.control.refund(refund.id).status).toBe('succeeded');
    expect(await receivedTypes()).toContain('refund.updated');
  });

  it('lets a refund fail after it had succeeded', async () => {
    const { id, latest_charge } = await pay('pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect(refund.status).toBe('succeeded');
    await expect.poll(() => standIn.control.refund(refund.id).status).toBe('failed');
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    });
    expect((await stripe.charges.retrieve(String(latest_charge))).amount_refunded).toBe(0);
    expect(await receivedTypes()).toContain('refund.failed');
  });

  it('opens a dispute after the payment, and then refunds nothing', async () => {
    const { id } = await pay('pm_card_createDispute');
    await expect.poll(receivedTypes).toContain('charge.dispute.created');
    const dispute = received.find((event) => event.type === 'charge.dispute.created');
    expect(dispute?.data.object).toMatchObject({ payment_intent: id, reason: 'fraudulent' });
    const refusal = await refusalOf(stripe.refunds.create({ payment_intent: id }));
    expect(refusal.code).toBe('charge_disputed');
  });
});

describe('webhooks', () => {
  const paid = { ...EUROS, payment_method: 'pm_card_visa', confirm: true };
  const PAID_EVENTS = [
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'charge.updated',
  ];

  it('are signed, and carry the object as it was', async () => {
    const { id } = await stripe.paymentIntents.create(paid);
    expect(await receivedTypes()).toEqual(PAID_EVENTS);
    expect(received[0]?.data.object).toMatchObject({ id, status: 'requires_confirmation' });
    expect(received[2]?.data.object).toMatchObject({ id, status: 'succeeded' });
    const listed = await stripe.events.list({ types: ['payment_intent.succeeded'] });
    expect(listed.data.map((event) => event.id)).toEqual([received[2]?.id]);
    expect((await stripe.events.retrieve(String(received[2]?.id))).type).toBe(
      'payment_intent.succeeded',
    );
  });

  it('come again, with a fresh signature, until they are answered with 2xx', async () => {
    answers = [500, 404];
    await stripe.paymentIntents.create(EUROS);
    expect(await receivedTypes()).toEqual(['payment_intent.created']);
    const attempts = standIn.control.webhooks.deliveries();
    expect(attempts.map(({ status }) => status)).toEqual([500, 404, 200]);
  });

  it('are given up after the last retry', async () => {
    answers = [500, 500, 500, 200];
    await stripe.paymentIntents.create(EUROS);
    expect(await receivedTypes()).toEqual([]);
    expect(standIn.control.webhooks.deliveries()).toHaveLength(3);
  });

  it('can be held, reordered, dropped, repeated and sent again', async () => {
    const { webhooks } = standIn.control;
    webhooks.hold();
    await stripe.paymentIntents.create(paid);
    expect(await receivedTypes()).toEqual([]);
    webhooks.release((held) => held.reverse());
    expect(await receivedTypes()).toEqual([...PAID_EVENTS].reverse());

    received = [];
    webhooks.dropNext();
    webhooks.repeatNext();
    await stripe.paymentIntents.create(paid);
    expect(await receivedTypes()).toEqual([
      'charge.succeeded',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
    ]);
    const [, , succeeded] = received;
    webhooks.resend(String(succeeded?.id));
    await webhooks.idle();
    expect(received.at(-1)?.id).toBe(succeeded?.id);
  });
});
