/** Asking for a payment: what is refused, what a second try does, and what a crash leaves. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPaymentWorld, type PaymentWorld } from './payments-world.ts';

let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld();
});
beforeEach(() => world.stripe.setAvailability('available'));
afterAll(() => world.close());

describe('[PAY-2] money is checked before Stripe is asked', () => {
  it.each([
    ['zero', { amountMinor: 0 }, 'amount_invalid'],
    ['a fraction', { amountMinor: 10.5 }, 'amount_invalid'],
    ['below the minimum', { amountMinor: 49 }, 'amount_too_small'],
    ['above the maximum', { amountMinor: 100_000_000 }, 'amount_too_large'],
    ['an unknown currency', { currency: 'XXX' }, 'currency_unknown'],
    ['a currency in lower case', { currency: 'eur' }, 'currency_unknown'],
    ['half a krona', { amountMinor: 550, currency: 'ISK' }, 'amount_invalid'],
    ['no words', { description: '  \n ' }, 'bad_request'],
    ['no field for words', { description: undefined }, 'bad_request'],
    ['words without end', { description: 'x'.repeat(201) }, 'bad_request'],
    ['another field', { status: 'succeeded' }, 'bad_request'],
    [
      'another conversation',
      { conversationId: 'cv_AAAAAAAAAAAAAAAAAAAAAA' },
      'conversation_unknown',
    ],
  ])('%s', async (_what, change, code) => {
    const asked = world.stripe.requests().length;
    const outcome = await world.request(change);
    expect(outcome).toMatchObject({ ok: false, error: { code, message: expect.any(String) } });
    expect(world.stripe.requests()).toHaveLength(asked);
    expect(await world.request()).toMatchObject({ ok: true });
  });

  it('[CARD-2] keeps a card number out of the description, here and at Stripe', async () => {
    const paymentId = await world.requested({ description: 'card 4242 4242 4242 4242, lantern' });
    const [entry] = await world.paymentEntries(paymentId);
    expect(entry?.payment.description).toBe('card •••• 4242, lantern');
    expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId)).description).toBe(
      'card •••• 4242, lantern',
    );
  });

  it('[CARD-2] keeps one out of line items, of an edit, and of the receipt address', async () => {
    const words = 'lantern for 4242424242424242';
    const lineItems = [{ description: words, quantity: 1, unitAmountMinor: 4900 }];
    const paymentId = await world.requested({ lineItems });
    const order = { amountMinor: 4900, currency: 'EUR', description: words, lineItems };
    const edit = { paymentId, revision: 1, ...order };
    expect(await world.agent.socket.emitWithAck('payment:edit', edit)).toMatchObject({ ok: true });
    for (const { payment } of await world.paymentEntries(paymentId)) {
      expect(payment.lineItems?.[0]?.description).toBe('lantern for •••• 4242');
      expect(payment.description).not.toContain('424242');
    }
    const { description } = world.stripe.paymentIntent(await world.intentIdOf(paymentId));
    expect(description).toBe('lantern for •••• 4242');
    const receiptEmail = '4242424242424242@example.org';
    expect(await world.request({ receiptEmail })).toMatchObject({ error: { code: 'bad_request' } });
  });
});

describe('[PAY-3] one intent, whatever is repeated', () => {
  it('answers a repeated clientId with the first payment, whatever else it says', async () => {
    const clientId = world.newClientId();
    const paymentId = await world.requested({ clientId });
    expect(await world.requested({ clientId, amountMinor: 9900 })).toBe(paymentId);
    expect(await world.statuses(paymentId)).toEqual(['created']);
    expect(world.callsWith(`pr:${paymentId}:1`)).toBe(1);
  });

  it('makes one of many that come at once', async () => {
    const clientId = world.newClientId();
    const ids = await Promise.all(Array.from({ length: 8 }, () => world.requested({ clientId })));
    expect(new Set(ids).size).toBe(1);
    expect(await world.statuses(ids[0] ?? '')).toEqual(['created']);
    expect(world.callsWith(`pr:${ids[0]}:1`)).toBe(1);
  });

  it('refuses a clientId that a message has used, and makes nothing visible', async () => {
    const clientId = world.newClientId();
    await world.agentSays('Hello', clientId);
    const before = world.stripe.requests().length;
    expect(await world.request({ clientId })).toMatchObject({ error: { code: 'bad_request' } });
    // Stripe was not asked, so no intent is left that nobody knows of.
    expect(world.stripe.requests()).toHaveLength(before);
  });

  it('is shown although a message takes its clientId while Stripe is asked', async () => {
    const clientId = world.newClientId();
    const paymentId = await world.rowOfCrash({ clientId });
    await world.agentSays('Hello', clientId);
    expect(await world.request({ clientId })).toEqual({ ok: true, data: { paymentId } });
    expect(await world.statuses(paymentId)).toEqual(['created']);
    await world.opened(paymentId);
  });

  it.each([
    ['did nothing', 'failing-stored', 1],
    ['acted all the same', 'failing-acted', 0],
  ] as const)('gets by a fault that Stripe has stored under its key (%s)', async (_what, fault, keys) => {
    world.stripe.faultNext(fault, /^POST .*payment_intents$/);
    const paymentId = await world.requested();
    expect(world.intentsMadeFor(paymentId)).toBe(1);
    expect(world.callsWith(`pr:${paymentId}:1:1`)).toBe(keys);
    const { clientSecret } = await world.opened(paymentId);
    expect(await world.confirm(clientSecret, 'pm_card_visa')).toBe('succeeded');
    await world.until(paymentId, 'succeeded');
  });

  it('keeps its key while it is not known whether Stripe has stored anything', async () => {
    const clientId = world.newClientId();
    for (let tries = 2; tries > 0; tries--)
      world.stripe.faultNext('reply-lost', /payment_intents$/);
    expect(await world.request({ clientId })).toMatchObject({
      error: { code: 'provider_unreachable' },
    });
    const paymentId = await world.requested({ clientId });
    expect(world.intentsMadeFor(paymentId)).toBe(1);
    expect(world.callsWith(`pr:${paymentId}:1:1`)).toBe(0);
  });

  it.each([
    'unreachable',
    'failing',
    'reply-lost',
  ] as const)('says that Stripe is not there (%s), and repairs on the next try', async (availability) => {
    const clientId = world.newClientId();
    const before = await world.entryCount();
    world.stripe.setAvailability(availability);
    expect(await world.request({ clientId })).toMatchObject({
      error: { code: 'provider_unreachable' },
    });
    expect(await world.entryCount()).toBe(before);
    world.stripe.setAvailability('available');
    const paymentId = await world.requested({ clientId });
    expect(await world.statuses(paymentId)).toEqual(['created']);
    expect(await world.entryCount()).toBe(before + 1);
    expect(world.intentsMadeFor(paymentId)).toBe(1);
  });

  it('does not bring back by itself what the agent was told has failed', async () => {
    const before = await world.entryCount();
    world.stripe.setAvailability('unreachable');
    await world.request();
    world.stripe.setAvailability('available');
    await world.passTime(60 * 60_000);
    expect(await world.entryCount()).toBe(before);
  });

  it('finishes what a crash has cut short before Stripe was asked, by itself', async () => {
    const paymentId = await world.rowOfCrash();
    await world.passTime(3 * 60_000);
    expect(await world.until(paymentId, 'created')).toMatchObject({ amountMinor: 4900 });
    expect(world.callsWith(`pr:${paymentId}:1`)).toBe(1);
  });

  it('finishes what a crash has cut short after Stripe has acted, with the same intent', async () => {
    const clientId = world.newClientId();
    const paymentId = await world.rowOfCrash({ clientId, intentMade: true });
    expect(await world.requested({ clientId })).toBe(paymentId);
    expect(await world.statuses(paymentId)).toEqual(['created']);
    expect(world.intentsMadeFor(paymentId)).toBe(1);
  });
});

describe('[PAY-3] Stripe refuses', () => {
  it('says so, and forgets the request, so that it can be asked anew', async () => {
    const refused = await createPaymentWorld({ secretKey: 'sk_test_of_nobody' });
    try {
      const outcome = await refused.request();
      expect(outcome).toMatchObject({ ok: false, error: { code: 'provider_refused' } });
      expect(JSON.stringify(outcome)).not.toContain('sk_test');
      expect(await refused.rowCount()).toBe(0);
    } finally {
      await refused.close();
    }
  });
});

describe('payments that are not set up', () => {
  it.each([
    ['no key of the server', { stripe: false }],
    ['no key of the site', { publishableKey: null }],
  ])('%s: everything says so', async (_what, options) => {
    const without = await createPaymentWorld(options);
    const disabled = { ok: false, error: { code: 'payments_disabled' } };
    try {
      expect(await without.request()).toMatchObject(disabled);
      const id = 'pr_AAAAAAAAAAAAAAAAAAAAAA';
      expect(await without.open(id)).toMatchObject({ status: 409, body: disabled });
      expect(await without.refresh(id)).toMatchObject({ status: 409, body: disabled });
    } finally {
      await without.close();
    }
  });
});
