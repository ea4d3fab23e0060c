/**
 * Refunds: in parts, at once, above limits, lost on the way, failed afterwards, made elsewhere. One rule
 * [PAY-9] and its limits, read best as a whole.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentStatus } from '../../protocol/entries.ts';
import { newClientId } from '../support/clients.ts';
import { type BooksWorld, createBooksWorld } from './books-world.ts';

let world: BooksWorld;
beforeAll(async () => {
  world = await createBooksWorld({ timing: { refundSettlesMs: 60_000 } });
});
beforeEach(async () => {
  world.stripe.setAvailability('available');
  await world.setPolicy(null);
});
afterAll(() => world.close());

const refusedWith = (code: string) => ({ ok: false, error: { code } });
const isNow = async (paymentId: string, status: PaymentStatus) =>
  (await world.stateOf(paymentId)).status === status;
async function refundsAtStripe(paymentId: string) {
  const intentId = await world.intentIdOf(paymentId);
  return world.stripe.all('refund').filter(({ payment_intent }) => payment_intent === intentId);
}

describe('[PAY-9] giving back', () => {
  it('goes in parts until nothing remains, and both sides see each', async () => {
    const paymentId = await world.paid();
    await world.refunded(paymentId, 900);
    const part = await world.until(paymentId, 'partially_refunded');
    expect(part).toMatchObject({ refundedMinor: 900, refunds: [{ amountMinor: 900 }] });
    await world.refunded(paymentId, 4000);
    const whole = await world.until(paymentId, 'refunded');
    expect(whole).toMatchObject({
      refundedMinor: 4900,
      refunds: [
        { amountMinor: 900, status: 'succeeded' },
        { amountMinor: 4000, status: 'succeeded' },
      ],
    });
    expect((await refundsAtStripe(paymentId)).map(({ amount }) => amount)).toEqual([900, 4000]);
    const entries = await world.paymentEntries(paymentId);
    await expect.poll(() => world.visitorFacts(paymentId)).toEqual(entries);
    await expect.poll(() => world.changes.at(-1)?.payment).toEqual(whole);
  });

  it('sends its reason and its own key, and one key a click', async () => {
    const paymentId = await world.paid();
    const clientId = newClientId();
    const tries = await Promise.all(
      [1, 2, 3].map(() => world.refund(paymentId, 500, { clientId })),
    );
    const refundId = tries[0]?.ok ? tries[0].data.refundId : '';
    expect(tries).toEqual(tries.map(() => ({ ok: true, data: { refundId } })));
    expect(world.callsWith(`rf:${refundId}`)).toBe(1);
    expect(await refundsAtStripe(paymentId)).toMatchObject([
      { amount: 500, reason: 'requested_by_customer', metadata: { refund_id: refundId } },
    ]);
    await world.refunded(paymentId, 500);
    expect(await refundsAtStripe(paymentId)).toHaveLength(2);
  });

  it('never gives back more than remains, however many ask at once', async () => {
    const paymentId = await world.paid();
    const tries = await Promise.all(Array.from({ length: 8 }, () => world.refund(paymentId, 1500)));
    expect(tries.filter(({ ok }) => ok)).toHaveLength(3);
    expect(tries.filter(({ ok }) => !ok)).toMatchObject(
      Array.from({ length: 5 }, () => refusedWith('refund_too_large')),
    );
    await world.untilState(paymentId, ({ refundedMinor }) => refundedMinor === 4500);
    expect(world.stripe.charge(await world.chargeOf(paymentId)).amount_refunded).toBe(4500);
    expect(await world.refund(paymentId, 401)).toMatchObject(refusedWith('refund_too_large'));
    await world.refunded(paymentId, 400);
  });

  it.each([0, -1, 0.5, Number.MAX_VALUE])('refuses an amount of %d', async (amountMinor) => {
    const paymentId = await world.paid();
    expect(await world.refund(paymentId, amountMinor)).toMatchObject(refusedWith('amount_invalid'));
  });

  it('refuses half a krona, what was not paid, and what it does not know', async () => {
    const isk = await world.paid('pm_card_visa', { amountMinor: 500_000, currency: 'ISK' });
    expect(await world.refund(isk, 150)).toMatchObject(refusedWith('amount_invalid'));
    const open = await world.requested();
    expect(await world.refund(open, 100)).toMatchObject(refusedWith('payment_not_refundable'));
    const nobodys = 'pr_AAAAAAAAAAAAAAAAAAAAAA';
    expect(await world.refund(nobodys, 100)).toMatchObject(refusedWith('payment_unknown'));
  });

  it('says what Stripe refuses, shows it as failed, and lets it be tried again', async () => {
    const paymentId = await world.paid();
    world.stripe.webhooks.hold();
    world.stripe.dispute(await world.chargeOf(paymentId));
    world.stripe.webhooks.release(() => []);
    const clientId = newClientId();
    expect(await world.refund(paymentId, 900, { clientId })).toMatchObject(
      refusedWith('provider_refused'),
    );
    const state = await world.until(paymentId, 'disputed');
    expect(state).toMatchObject({ refunds: [{ status: 'failed' }] });
    expect(state.refundedMinor).toBe(undefined);
    expect(await world.refund(paymentId, 900, { clientId })).toMatchObject(
      refusedWith('provider_refused'),
    );
    expect((await world.history(paymentId)).lines).toContainEqual(
      expect.objectContaining({ kind: 'provider_error', detail: 'provider_refused' }),
    );
  });
});

describe('[PAY-8] who may give back how much', () => {
  it('keeps a viewer out, and an agent below the cap', async () => {
    const paymentId = await world.paid();
    const viewer = await world.colleague('viewer');
    expect(await world.refund(paymentId, 100, { by: viewer })).toMatchObject(
      refusedWith('forbidden'),
    );
    await world.setPolicy({ roles: { agent: { EUR: { perRefundMinor: 1000 } } } });
    const agent = await world.colleague('agent');
    expect(await world.refund(paymentId, 1001, { by: agent })).toMatchObject(
      refusedWith('amount_above_limit'),
    );
    expect(await world.refund(paymentId, 1000, { by: agent })).toMatchObject({ ok: true });
    expect(await world.refund(paymentId, 1001)).toMatchObject({ ok: true });
  });

  it('waits above the threshold for another who may approve, and Stripe hears nothing', async () => {
    await world.setPolicy({ currencies: { EUR: { refundApprovalAboveMinor: 1000 } } });
    const paymentId = await world.paid();
    const agent = await world.colleague('agent');
    const asked = await world.refund(paymentId, 2000, { by: agent });
    const refundId = asked.ok ? asked.data.refundId : '';
    expect(await world.stateOf(paymentId)).toMatchObject({
      status: 'succeeded',
      refunds: [{ refundId, status: 'waiting' }],
    });
    expect(await refundsAtStripe(paymentId)).toEqual([]);
    // It takes from what remains already.
    expect(await world.refund(paymentId, 2901)).toMatchObject(refusedWith('refund_too_large'));
    const approve = (by = world.agent) => by.socket.emitWithAck('refund:approve', { refundId });
    expect(await approve(agent)).toMatchObject(refusedWith('forbidden'));
    expect(await approve()).toEqual({ ok: true, data: null });
    await world.until(paymentId, 'partially_refunded');
    expect(await approve()).toMatchObject(refusedWith('approval_not_needed'));
    expect(await refundsAtStripe(paymentId)).toHaveLength(1);
    const { lines } = await world.history(paymentId);
    expect(lines).toContainEqual(
      expect.objectContaining({ kind: 'refund_approved', by: expect.anything() }),
    );
  });

  it('is not approved by who asked; who asked may call it off', async () => {
    await world.setPolicy({ currencies: { EUR: { refundApprovalAboveMinor: 0 } } });
    const paymentId = await world.paid();
    const refundId = await world.refunded(paymentId, 4900);
    const { socket } = world.agent;
    expect(await socket.emitWithAck('refund:approve', { refundId })).toMatchObject(
      refusedWith('approval_own'),
    );
    const other = await world.colleague('agent');
    expect(await other.socket.emitWithAck('refund:cancel', { refundId })).toMatchObject(
      refusedWith('forbidden'),
    );
    expect(await socket.emitWithAck('refund:cancel', { refundId })).toMatchObject({ ok: true });
    expect(await world.refundStatuses(paymentId)).toEqual(['canceled']);
    expect(await world.refund(paymentId, 4900)).toMatchObject({ ok: true });
    const unknown = { refundId: 'rf_AAAAAAAAAAAAAAAAAAAAAA' };
    expect(await socket.emitWithAck('refund:approve', unknown)).toMatchObject(
      refusedWith('refund_unknown'),
    );
  });
});

describe('[PAY-9] an outcome that is not known', () => {
  it.each([
    'unreachable',
    'reply-lost',
    'failing',
  ] as const)('stands as pending while Stripe is %s, and is made once', async (availability) => {
    const paymentId = await world.paid();
    await world.settled();
    world.stripe.setAvailability(availability);
    const refundId = await world.refunded(paymentId, 900);
    expect(await world.stateOf(paymentId)).toMatchObject({
      status: 'succeeded',
      refundedMinor: 900,
      refunds: [{ refundId, status: 'pending' }],
    });
    world.stripe.setAvailability('available');
    await world.untilLater(5 * 60_000, () => isNow(paymentId, 'partially_refunded'));
    expect(await refundsAtStripe(paymentId)).toHaveLength(1);
    expect(await world.refundKeys(paymentId)).toEqual([`rf:${refundId}`]);
  });

  it.each([
    'failing-stored',
    'failing-acted',
  ] as const)('keeps its key over a fault that Stripe has stored (%s)', async (fault) => {
    const paymentId = await world.paid();
    await world.settled();
    world.faultRefund(fault);
    const refundId = await world.refunded(paymentId, 900);
    await world.passTime(60 * 60_000);
    expect(await refundsAtStripe(paymentId)).toHaveLength(fault === 'failing-acted' ? 1 : 0);
    world.stripe.forgetIdempotencyKeys();
    await world.untilLater(2 * 60 * 60_000, () => isNow(paymentId, 'partially_refunded'));
    expect(await refundsAtStripe(paymentId)).toHaveLength(1);
    expect(await world.refundKeys(paymentId)).toEqual([`rf:${refundId}`]);
  });

  it('is finished after a crash, whether or not Stripe had heard of it', async () => {
    for (const heard of [false, true]) {
      const paymentId = await world.paid();
      const order = await world.refundOfCrash(paymentId, 900);
      if (heard) await world.gateway.createRefund(order);
      await world.untilLater(60_000, () => isNow(paymentId, 'partially_refunded'));
      expect(await refundsAtStripe(paymentId)).toHaveLength(1);
      expect(await world.refundStatuses(paymentId)).toEqual(['succeeded']);
    }
  });
});

describe('[PAY-9] as Stripe says', () => {
  it('shows a refund as pending until it has settled', async () => {
    const paymentId = await world.paid('pm_card_pendingRefund');
    await world.refunded(paymentId, 4900);
    expect(await world.until(paymentId, 'refunded')).toMatchObject({
      refunds: [{ status: 'pending' }],
      refundedMinor: 4900,
    });
    for (const { id } of await refundsAtStripe(paymentId))
      world.stripe.settleRefund(id, 'succeeded');
    await world.untilState(paymentId, ({ refunds }) => refunds?.[0]?.status === 'succeeded');
  });

  it('lets what failed afterwards be given back again', async () => {
    const paymentId = await world.paid('pm_card_refundFail');
    await world.refunded(paymentId, 4900);
    await world.until(paymentId, 'refunded');
    for (const { id } of await refundsAtStripe(paymentId)) world.stripe.settleRefund(id, 'failed');
    const back = await world.until(paymentId, 'succeeded');
    expect(back).toMatchObject({ refunds: [{ status: 'failed' }] });
    await expect.poll(() => world.changes.at(-1)?.refundableMinor).toBe(4900);
    await world.refunded(paymentId, 4900);
    await world.until(paymentId, 'refunded');
  });

  it('finds out about a pending one by asking, when no webhook comes', async () => {
    const paymentId = await world.paid('pm_card_pendingRefund');
    await world.refunded(paymentId, 900);
    await world.settled();
    world.stripe.webhooks.hold();
    for (const { id } of await refundsAtStripe(paymentId)) world.stripe.settleRefund(id, 'failed');
    world.stripe.webhooks.release(() => []);
    await world.untilLater(10 * 60 * 60_000, () => isNow(paymentId, 'succeeded'));
    expect(await world.refundStatuses(paymentId)).toEqual(['failed']);
  });

  it('shows one that was made in the dashboard, without an agent', async () => {
    const paymentId = await world.paid();
    const payment_intent = await world.intentIdOf(paymentId);
    await world.asMerchant((stripe) => stripe.refunds.create({ payment_intent, amount: 900 }));
    const state = await world.until(paymentId, 'partially_refunded');
    expect(state).toMatchObject({ refundedMinor: 900, refunds: [{ status: 'succeeded' }] });
    expect(await world.refund(paymentId, 4001)).toMatchObject(refusedWith('refund_too_large'));
    const { lines } = await world.history(paymentId);
    const told = lines.find(({ detail }) => detail === 'refund succeeded');
    expect(told).toMatchObject({ kind: 'state', amountMinor: 900 });
    expect(told).not.toHaveProperty('by');
  });

  it('finds one of the dashboard even when its webhook is lost', async () => {
    const paymentId = await world.paid();
    const payment_intent = await world.intentIdOf(paymentId);
    await world.settled();
    world.stripe.webhooks.hold();
    await world.asMerchant((stripe) => stripe.refunds.create({ payment_intent }));
    world.stripe.webhooks.release(() => []);
    await world.untilLater(3 * 60_000, () => isNow(paymentId, 'refunded'));
  });

  it('finds a refund that fails days later, though no webhook comes at all', async () => {
    world.hearWebhooks(false);
    try {
      const paymentId = await world.requested();
      const { clientSecret } = await world.opened(paymentId);
      await world.confirm(clientSecret, 'pm_card_refundFail');
      await world.refresh(paymentId);
      await world.refunded(paymentId, 900);
      await world.until(paymentId, 'partially_refunded');
      for (const { id } of await refundsAtStripe(paymentId))
        world.stripe.settleRefund(id, 'failed');
      await world.untilLater(8 * 24 * 60 * 60_000, () => isNow(paymentId, 'succeeded'));
      expect(await world.refundStatuses(paymentId)).toEqual(['failed']);
      const { lines } = await world.history(paymentId);
      expect(lines.map(({ detail }) => detail)).toContain('refund failed');
    } finally {
      world.hearWebhooks(true);
    }
  });

  it('lists one of the dashboard that had failed before anybody saw it', async () => {
    const paymentId = await world.paid('pm_card_pendingRefund');
    const payment_intent = await world.intentIdOf(paymentId);
    await world.settled();
    world.hearWebhooks(false);
    await world.asMerchant((stripe) => stripe.refunds.create({ payment_intent, amount: 900 }));
    for (const { id } of await refundsAtStripe(paymentId)) world.stripe.settleRefund(id, 'failed');
    world.hearWebhooks(true);
    await world.untilLater(3 * 60_000, async () =>
      (await world.refundStatuses(paymentId)).includes('failed'),
    );
    expect(await isNow(paymentId, 'succeeded')).toBe(true);
  });
});
