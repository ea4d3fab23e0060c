/** Who makes the intents: a connected account, or the merchant's own backend; and a key that goes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShop, type Shop } from '../../demo-site/shop/server.ts';
import { signBody } from '../../server/payments/signed-body.ts';
import { agentClient, granted } from '../support/clients.ts';
import { SITE_KEY } from '../support/server.ts';
import { type BooksWorld, createBooksWorld, mintBy } from './books-world.ts';

const WEBHOOK_SECRET = 'whsec_of_the_shop';

describe('[PAY-11] a connected account', () => {
  let world: BooksWorld;
  beforeAll(async () => {
    world = await createBooksWorld();
  });
  afterAll(() => world.close());
  const account = 'acct_connected1';

  it('has the intent, hears of it, and gives it back', async () => {
    await mintBy(world, { minting: 'connect', stripeAccount: account });
    const paymentId = await world.requested();
    const grant = await world.opened(paymentId);
    const intentId = await world.intentIdOf(paymentId);
    const onAccount = { stripeAccount: account };
    await expect(
      world.asMerchant((stripe) => stripe.paymentIntents.retrieve(intentId)),
    ).rejects.toMatchObject({ code: 'resource_missing' });
    await world.asMerchant((stripe) =>
      stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' }, onAccount),
    );
    await world.until(paymentId, 'succeeded');
    expect(world.intentOf(grant).amount).toBe(4900);
    await world.refunded(paymentId, 900);
    expect(await world.refundStatuses(paymentId)).toEqual(['succeeded']);
  });

  it('is believed about its own intents alone', async () => {
    await mintBy(world, { minting: 'server' });
    const paymentId = await world.requested();
    const object = { id: await world.intentIdOf(paymentId), object: 'payment_intent' };
    const event = { object: 'event', type: 'payment_intent.succeeded', livemode: false };
    const told = { ...event, id: 'evt_of_another', account, data: { object } };
    expect((await world.deliver(told)).status).toBe(200);
    expect(await world.eventOutcomes('evt_of_another')).toEqual(['other_account']);
    await mintBy(world, { minting: 'connect', stripeAccount: account });
    // What was minted before stays where it was minted.
    expect((await world.refresh(paymentId)).body).toMatchObject({ data: { status: 'created' } });
  });
});

describe("[PAY-11] the merchant's own backend", () => {
  let world: BooksWorld;
  let shop: Shop;
  let secret = '';
  beforeAll(async () => {
    world = await createBooksWorld({ stripe: false });
    shop = await createShop({
      tag: '',
      paymentBackend: {
        stripe: await world.asMerchant(async (stripe) => stripe),
        webhookSecret: WEBHOOK_SECRET,
        bulkheadSecret: () => secret,
        siteKey: SITE_KEY,
        chatUrl: world.server().url,
      },
    });
    secret = await mintBy(world, {
      minting: 'merchant',
      merchantUrl: `${shop.url}/bulkhead/payments`,
    });
    world.stripe.webhooks.setEndpoint({
      url: `${shop.url}/stripe/webhook`,
      secret: WEBHOOK_SECRET,
    });
  });
  afterAll(async () => {
    await shop.close();
    await world.close();
  });

  it('mints, is paid and gives back, while this server holds no key', async () => {
    const paymentId = await world.requested({ receiptEmail: 'eve@example.com' });
    const grant = await world.opened(paymentId);
    expect(world.intentOf(grant)).toMatchObject({
      amount: 4900,
      receipt_email: 'eve@example.com',
      metadata: { payment_id: paymentId },
    });
    await world.confirm(grant.clientSecret, 'pm_card_visa');
    expect(await world.until(paymentId, 'succeeded')).toMatchObject({ card: { last4: '4242' } });
    await world.refunded(paymentId, 900);
    expect(await world.refundStatuses(paymentId)).toEqual(['succeeded']);
    expect((await world.stateOf(paymentId)).status).toBe('partially_refunded');
    expect((await world.history(paymentId)).summary).not.toHaveProperty('providerUrl');
  });

  it('follows declines, edits, cancellations and disputes by the same rules', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    await world.confirm(clientSecret, 'pm_card_visa_chargeDeclined');
    await world.until(paymentId, 'failed');
    const edited = { paymentId, revision: 1, amountMinor: 5900, currency: 'EUR', description: 'x' };
    expect(await world.agent.socket.emitWithAck('payment:edit', edited)).toMatchObject({
      ok: true,
    });
    expect(await world.agent.socket.emitWithAck('payment:cancel', { paymentId })).toEqual({
      ok: true,
      data: null,
    });
    expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId)).status).toBe('canceled');
    const disputed = await world.paid();
    world.stripe.dispute(await world.chargeOf(disputed));
    await world.untilState(disputed, ({ status }) => status === 'disputed');
  });

  it('is polled when it forwards nothing', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    world.stripe.webhooks.setEndpoint(undefined);
    await world.confirm(clientSecret, 'pm_card_visa');
    await world.untilLater(
      180_000,
      async () => (await world.stateOf(paymentId)).status === 'succeeded',
    );
  });

  const notice = (signature: string, body: string, site = SITE_KEY) =>
    fetch(`${world.server().url}/api/payments/notice`, {
      method: 'POST',
      headers: { 'bulkhead-site': site, 'bulkhead-signature': signature },
      body,
    });
  const event = JSON.stringify({
    id: 'evt_forged',
    type: 'payment_intent.succeeded',
    livemode: false,
    data: { object: { id: 'pi_1' } },
  });

  it.each([
    ['unsigned', () => notice('', event)],
    ['by another secret', () => notice(signBody('another', event, Date.now()), event)],
    ['of ten minutes ago', () => notice(signBody(secret, event, Date.now() - 600_000), event)],
    ['with another body', () => notice(signBody(secret, event, Date.now()), `${event} `)],
    [
      'of another site',
      () => notice(signBody(secret, event, Date.now()), event, 'site_unknown000'),
    ],
  ])('has a notice refused that is %s', async (_how, send) => {
    const response = await send();
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'signature_invalid' } });
  });

  it('is not asked by who has no signature, nor about its other payments', async () => {
    const url = `${shop.url}/bulkhead/payments`;
    const intent = await world.asMerchant((stripe) =>
      stripe.paymentIntents.create({ amount: 900, currency: 'eur' }),
    );
    const body = JSON.stringify({ version: 1, action: 'intent.retrieve', intent: intent.id });
    const send = (signature: string) =>
      fetch(url, { method: 'POST', headers: { 'bulkhead-signature': signature }, body });
    expect((await send('t=1,v1=00')).status).toBe(401);
    const asked = await send(signBody(secret, body, Date.now()));
    expect([asked.status, await asked.text()]).toEqual([404, '{"error":"refused"}']);
  });

  it('whose webhook secret is wrong forwards nothing', async () => {
    const response = await fetch(`${shop.url}/stripe/webhook`, { method: 'POST', body: event });
    expect(response.status).toBe(400);
  });
});

describe('[PAY-12] a key that is taken away', () => {
  it('stops nothing in silence, and all of it goes on when the key is back', async () => {
    const world = await createBooksWorld();
    try {
      const paid = await world.paid();
      const open = await world.requested();
      await world.opened(open);
      const edited = await world.requested();
      await world.refundOfCrash(paid, 900);
      await world.restart({ stripe: false });
      const { socket } = await agentClient(world.server().url);
      const summaryOf = async (paymentId: string) =>
        granted(await socket.emitWithAck('payment:history', { paymentId }));
      const disabled = { ok: false, error: { code: 'payments_disabled' } };
      const isMissing = async (paymentId: string) =>
        (await summaryOf(paymentId)).summary.attention?.code === 'minter_missing';
      await world.untilLater(180_000, async () => (await isMissing(paid)) && isMissing(open));
      expect((await summaryOf(paid)).lines.at(-1)).toMatchObject({
        kind: 'provider_error',
        detail: 'payments_disabled: this server has no Stripe key',
      });
      const refund = { paymentId: paid, clientId: world.newClientId(), amountMinor: 100 };
      const reason = 'requested_by_customer';
      expect(await socket.emitWithAck('refund:request', { ...refund, reason })).toMatchObject(
        disabled,
      );
      const order = { amountMinor: 5900, currency: 'EUR', description: 'x' };
      expect(
        await socket.emitWithAck('payment:edit', { paymentId: edited, revision: 1, ...order }),
      ).toMatchObject(disabled);
      expect(await socket.emitWithAck('payment:cancel', { paymentId: open })).toMatchObject(
        disabled,
      );
      socket.close();

      await world.restart({ stripe: true });
      const again = await agentClient(world.server().url);
      const attentionOf = async (paymentId: string) =>
        granted(await again.socket.emitWithAck('payment:history', { paymentId })).summary.attention;
      await world.untilLater(
        900_000,
        async () =>
          (await world.refundStatuses(paid)).includes('succeeded') &&
          (await attentionOf(paid)) === undefined &&
          (await attentionOf(open)) === undefined,
      );
      expect(world.stripe.all('refund')).toMatchObject([{ amount: 900 }]);
      again.close();
    } finally {
      await world.close();
    }
  });

  it('that Stripe no longer takes is told too, and so is that it works again', async () => {
    const world = await createBooksWorld();
    try {
      const paymentId = await world.requested();
      await world.opened(paymentId);
      const attentionOf = async () => (await world.history(paymentId)).summary.attention?.code;
      world.stripe.faultNext('refusing', /payment_intents/);
      await world.refresh(paymentId);
      expect(await attentionOf()).toBe('provider_refused');
      await expect.poll(() => world.changes.at(-1)?.attention?.code).toBe('provider_refused');
      await world.refresh(paymentId);
      expect(await attentionOf()).toBe(undefined);
      await expect.poll(() => world.changes.at(-1)?.attention).toBe(undefined);
    } finally {
      await world.close();
    }
  });
});
