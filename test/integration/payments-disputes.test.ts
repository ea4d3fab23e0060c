/** Disputes from their opening to their end, and early fraud warnings. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BooksWorld, createBooksWorld } from './books-world.ts';

let world: BooksWorld;
beforeAll(async () => {
  world = await createBooksWorld({ timing: { disputeAfterMs: 5 } });
});
beforeEach(() => world.stripe.setAvailability('available'));
afterAll(() => world.close());

const disputeOf = async (paymentId: string) => {
  const intentId = await world.intentIdOf(paymentId);
  const found = world.stripe
    .all('dispute')
    .find(({ payment_intent }) => payment_intent === intentId);
  if (!found) throw new Error('Stripe has no dispute of that payment');
  return found;
};

describe('[PAY-9] a dispute', () => {
  it('appears in conversation and list with amount, reason and due date', async () => {
    const paymentId = await world.paid();
    world.stripe.dispute(await world.chargeOf(paymentId));
    const { dispute } = await world.until(paymentId, 'disputed');
    expect(dispute).toEqual({
      amountMinor: 4900,
      reason: 'fraudulent',
      status: 'needs_response',
      dueAt: Number((await disputeOf(paymentId)).evidence_details.due_by) * 1000,
    });
    const [first] = (await world.list({ status: 'disputed' })).payments;
    expect(first).toMatchObject({ refundableMinor: 0, payment: { paymentId, dispute } });
    await expect.poll(() => world.changes.at(-1)?.payment.dispute).toEqual(dispute);
    expect(await world.refund(paymentId, 100)).toMatchObject({
      error: { code: 'payment_not_refundable' },
    });
  });

  it('goes back to what it was when it is won, and can be refunded then', async () => {
    const paymentId = await world.paid();
    await world.refunded(paymentId, 900);
    await world.until(paymentId, 'partially_refunded');
    world.stripe.dispute(await world.chargeOf(paymentId));
    expect((await world.until(paymentId, 'disputed')).dispute?.amountMinor).toBe(4000);
    world.stripe.submitEvidence((await disputeOf(paymentId)).id);
    await world.untilState(paymentId, ({ dispute }) => dispute?.status === 'under_review');
    world.stripe.closeDispute((await disputeOf(paymentId)).id, 'won');
    const won = await world.until(paymentId, 'partially_refunded');
    expect(won).toMatchObject({ refundedMinor: 900, dispute: { status: 'won' } });
    await world.refunded(paymentId, 4000);
    await world.until(paymentId, 'refunded');
  });

  it('stays when it is lost', async () => {
    const paymentId = await world.paid();
    world.stripe.dispute(await world.chargeOf(paymentId));
    await world.until(paymentId, 'disputed');
    world.stripe.closeDispute((await disputeOf(paymentId)).id, 'lost');
    await world.untilState(paymentId, ({ dispute }) => dispute?.status === 'lost');
    expect((await world.stateOf(paymentId)).status).toBe('disputed');
    const { lines } = await world.history(paymentId);
    expect(lines.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining(['dispute needs_response', 'dispute lost', 'charge.dispute.closed']),
    );
  });

  it('that is only an inquiry ends with its closing', async () => {
    const paymentId = await world.paid();
    world.stripe.dispute(await world.chargeOf(paymentId), 'inquiry');
    await world.until(paymentId, 'disputed');
    world.stripe.closeDispute((await disputeOf(paymentId)).id, 'lost');
    await world.until(paymentId, 'succeeded');
  });

  it('is found by asking when every webhook is lost', async () => {
    const paymentId = await world.paid();
    await world.settled();
    world.stripe.webhooks.hold();
    world.stripe.dispute(await world.chargeOf(paymentId));
    world.stripe.closeDispute((await disputeOf(paymentId)).id, 'won');
    world.stripe.dispute(await world.chargeOf(paymentId), 'product_not_received');
    world.stripe.webhooks.release(() => []);
    await world.untilLater(
      3 * 60_000,
      async () => (await world.stateOf(paymentId)).status === 'disputed',
    );
    expect((await world.until(paymentId, 'disputed')).dispute?.reason).toBe('product_not_received');
  });
});

describe('[PAY-9] an early fraud warning', () => {
  it('is told to agents alone, and moves nothing', async () => {
    const paymentId = await world.paid('pm_card_createIssuerFraudRecord');
    await expect.poll(() => world.changes.at(-1)?.fraudWarning).toBe(true);
    expect((await world.stateOf(paymentId)).status).toBe('succeeded');
    expect(JSON.stringify(world.visitorFacts(paymentId))).not.toMatch(/fraud/);
    const { summary } = await world.history(paymentId);
    expect(summary).toMatchObject({ fraudWarning: true, refundableMinor: 4900 });
  });

  it('is found by asking when its webhook is lost', async () => {
    const paymentId = await world.paid();
    await world.settled();
    world.hearWebhooks(false);
    world.stripe.warnOfFraud(await world.chargeOf(paymentId));
    await world.untilLater(
      3 * 60_000,
      async () => (await world.history(paymentId)).summary.fraudWarning === true,
    );
    world.hearWebhooks(true);
  });
});
