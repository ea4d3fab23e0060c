/** The life of a payment, from the agent's request to what both sides read in the log. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPaymentWorld, type PaymentWorld } from './payments-world.ts';

let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld();
});
afterAll(() => world.close());

describe('[PAY-1] a payment is what Stripe says', () => {
  it('goes from request to paid, with the card, for both sides alike', async () => {
    const paymentId = await world.requested({ description: 'Brass lantern' });
    const { clientSecret, revision } = await world.opened(paymentId);
    expect(await world.confirm(clientSecret, 'pm_card_visa')).toBe('succeeded');

    const paid = await world.until(paymentId, 'succeeded');
    expect(paid).toMatchObject({
      paymentId,
      revision,
      amountMinor: 4900,
      currency: 'EUR',
      description: 'Brass lantern',
      status: 'succeeded',
      card: { brand: 'visa', last4: '4242' },
    });
    const entries = await world.paymentEntries(paymentId);
    expect(entries.map(({ author, payment }) => [author.kind, payment.status])).toEqual([
      ['agent', 'created'],
      ['visitor', 'open'],
      ['system', 'succeeded'],
    ]);
    await expect.poll(() => world.visitorFacts(paymentId)).toEqual(entries);
    await expect.poll(() => world.agentFacts(paymentId)).toEqual(entries);
  });

  it('asks Stripe for exactly what the agent asked for', async () => {
    const paymentId = await world.requested({ amountMinor: 12_340, currency: 'KWD' });
    const intent = world.intentOf(await world.opened(paymentId));
    expect(intent).toMatchObject({
      amount: 12_340,
      currency: 'kwd',
      automatic_payment_methods: { enabled: true },
      metadata: {
        payment_id: paymentId,
        conversation_id: world.conversationId,
        site_id: world.siteId,
      },
    });
    expect(world.callsWith(`pr:${paymentId}:1`)).toBe(1);
  });

  it('is declined, stays payable, and is paid by another card', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    expect(await world.confirm(clientSecret, 'pm_card_visa_chargeDeclined')).toBe('card_declined');
    expect(await world.until(paymentId, 'failed')).toMatchObject({
      reason: 'Your card was declined.',
    });
    const again = await world.opened(paymentId);
    expect(again.clientSecret).toBe(clientSecret);
    await world.confirm(clientSecret, 'pm_card_mastercard');
    const paid = await world.until(paymentId, 'succeeded');
    expect(paid).toMatchObject({ card: { brand: 'mastercard', last4: '4444' } });
    expect(paid.reason).toBe(undefined);
    expect(await world.statuses(paymentId)).toEqual(['created', 'open', 'failed', 'succeeded']);
  });

  it('waits for 3-D Secure, whether it is passed or not', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    expect(await world.confirm(clientSecret, 'pm_card_authenticationRequired')).toBe(
      'requires_action',
    );
    await world.challenge(clientSecret, 'failed');
    expect((await world.until(paymentId, 'failed')).reason).toMatch(/unable to authenticate/);
    await world.confirm(clientSecret, 'pm_card_authenticationRequired');
    await world.challenge(clientSecret, 'authenticated');
    await world.until(paymentId, 'succeeded');
    expect(await world.statuses(paymentId)).toEqual(['created', 'open', 'failed', 'succeeded']);
  });

  it('is pending while Stripe is, and never shown as paid before it is', async () => {
    const paymentId = await world.requested();
    const grant = await world.opened(paymentId);
    world.stripe.processNext();
    expect(await world.confirm(grant.clientSecret, 'pm_card_visa')).toBe('processing');
    const pending = await world.until(paymentId, 'processing');
    expect(pending.card).toBe(undefined);
    expect((await world.opened(paymentId)).clientSecret).toBe(grant.clientSecret);
    world.stripe.finishProcessing(world.intentOf(grant).id, 'succeeded');
    await world.until(paymentId, 'succeeded');
    expect(await world.statuses(paymentId)).toEqual(['created', 'open', 'processing', 'succeeded']);
  });

  it('follows what is done at Stripe itself: canceled, given back, disputed', async () => {
    const canceled = await world.requested();
    await world.asMerchant(async (stripe) =>
      stripe.paymentIntents.cancel(await world.intentIdOf(canceled)),
    );
    await world.until(canceled, 'canceled');

    const paymentId = await world.paid();
    const charge = String(
      world.stripe.paymentIntent(await world.intentIdOf(paymentId)).latest_charge,
    );
    await world.asMerchant((stripe) => stripe.refunds.create({ charge, amount: 900 }));
    await world.until(paymentId, 'partially_refunded');
    await world.asMerchant((stripe) => stripe.refunds.create({ charge }));
    await world.until(paymentId, 'refunded');

    const disputed = await world.paid();
    world.stripe.dispute(
      String(world.stripe.paymentIntent(await world.intentIdOf(disputed)).latest_charge),
    );
    const state = await world.until(disputed, 'disputed');
    expect(state.card).toEqual({ brand: 'visa', last4: '4242' });
  });
});
