/** The stand-in after a payment: disputes to their end, fraud warnings, and answers that are stored. */
import Stripe from 'stripe';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';

const EUROS = { amount: 4_200, currency: 'eur', automatic_payment_methods: { enabled: true } };

let standIn: StripeStandIn;
let stripe: Stripe;

beforeEach(async () => {
  standIn = await createStripeStandIn({ port: 0, timing: { disputeAfterMs: 5 } });
  const { host, port, secretKey } = standIn;
  stripe = new Stripe(secretKey, { host, port, protocol: 'http', maxNetworkRetries: 0 });
  return () => standIn.close();
});

const pay = (payment_method: string): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({ ...EUROS, payment_method, confirm: true });

async function disputed(card = 'pm_card_createDispute'): Promise<Stripe.Dispute> {
  const { id } = await pay(card);
  return vi.waitFor(async () => {
    const [dispute] = (await stripe.disputes.list({ payment_intent: id })).data;
    if (!dispute) throw new Error('no dispute yet');
    return dispute;
  });
}

const eventTypes = () => standIn.control.events().map(({ type }) => type);
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: Stripe.errors.StripeError) => error.code ?? error.type,
  );

describe('disputes', () => {
  it('are due in nine days and take the money', async () => {
    const dispute = await disputed();
    expect(dispute).toMatchObject({ status: 'needs_response', amount: 4_200 });
    const dueInDays = (Number(dispute.evidence_details.due_by) - Date.now() / 1000) / 86_400;
    expect(dueInDays).toBeGreaterThan(8.9);
    expect(eventTypes()).toContain('charge.dispute.funds_withdrawn');
  });

  it.each([
    ['winning_evidence', 'won'],
    ['losing_evidence', 'lost'],
  ])('end by their evidence: %s', async (uncategorized_text, status) => {
    const { id, payment_intent } = await disputed('pm_card_createDisputeProductNotReceived');
    const closed = await stripe.disputes.update(id, { evidence: { uncategorized_text } });
    expect(closed).toMatchObject({ status, reason: 'product_not_received' });
    expect(eventTypes().includes('charge.dispute.funds_reinstated')).toBe(status === 'won');
    await stripe.disputes.close(id);
    expect((await stripe.disputes.retrieve(id)).status).toBe(status);
    const refund = stripe.refunds.create({ payment_intent: String(payment_intent) });
    expect(await codeOf(refund)).toBe(status === 'won' ? 'done' : 'charge_disputed');
    const [charge] = (await stripe.charges.list({ payment_intent: String(payment_intent) })).data;
    expect(charge?.disputed).toBe(true);
  });

  it('wait under review, and are given up by the merchant', async () => {
    const { id } = await disputed();
    const evidence = { uncategorized_text: 'They came to the shop.' };
    expect((await stripe.disputes.update(id, { evidence })).status).toBe('under_review');
    expect((await stripe.disputes.close(id)).status).toBe('lost');
  });

  it('that are inquiries take nothing, and let a refund through', async () => {
    const { id, payment_intent } = await disputed('pm_card_createDisputeInquiry');
    expect(eventTypes()).not.toContain('charge.dispute.funds_withdrawn');
    const refund = { payment_intent: String(payment_intent), amount: 100 };
    expect(await codeOf(stripe.refunds.create(refund))).toBe('done');
    expect((await stripe.disputes.close(id)).status).toBe('warning_closed');
  });
});

describe('early fraud warnings', () => {
  it('follow the payment, and are listed by it', async () => {
    const { id, latest_charge } = await pay('pm_card_createIssuerFraudRecord');
    await expect.poll(eventTypes).toContain('radar.early_fraud_warning.created');
    const { data } = await stripe.radar.earlyFraudWarnings.list({ payment_intent: id });
    expect(data).toMatchObject([{ charge: latest_charge, actionable: true }]);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
    const other = await pay('pm_card_visa');
    const none = await stripe.radar.earlyFraudWarnings.list({ payment_intent: other.id });
    expect(none.data).toEqual([]);
  });
});

describe('stored answers', () => {
  const refundWith = (id: string, idempotencyKey: string) =>
    codeOf(stripe.refunds.create({ payment_intent: id, amount: 100 }, { idempotencyKey }));

  it.each([
    ['failing-stored', 0],
    ['failing-acted', 1],
  ] as const)('a fault (%s) is answered again to the same key until it is forgotten', async (fault, made) => {
    const { id } = await pay('pm_card_visa');
    standIn.control.faultNext(fault);
    expect(await refundWith(id, 'rf:1')).toBe('StripeAPIError');
    expect(await refundWith(id, 'rf:1')).toBe('StripeAPIError');
    expect(standIn.control.all('refund')).toHaveLength(made);
    standIn.control.forgetIdempotencyKeys();
    expect(await refundWith(id, 'rf:1')).toBe('done');
  });

  it('a fault of the moment is not', async () => {
    const { id } = await pay('pm_card_visa');
    standIn.control.faultNext('failing');
    expect(await refundWith(id, 'rf:1')).toBe('StripeAPIError');
    expect(await refundWith(id, 'rf:1')).toBe('done');
    expect(standIn.control.all('refund')).toHaveLength(1);
  });
});
