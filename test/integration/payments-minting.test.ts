/** Who makes the intents: a connected account, or the merchant's own backend, honest or not. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createShop, type Shop } from '../../demo-site/shop/server.ts';
import { systemRandom } from '../../server/deps.ts';
import { signBody } from '../../server/payments/signed-body.ts';
import { findMerchant, type MintingSettings, setMinting } from '../../server/sites/minting.ts';
import { findSite } from '../../server/sites/sites.ts';
import { agentClient, granted } from '../support/clients.ts';
import { SITE_KEY } from '../support/server.ts';
import { type BooksWorld, createBooksWorld } from './books-world.ts';

const WEBHOOK_SECRET = 'whsec_of_the_shop';

async function mintBy(world: BooksWorld, settings: MintingSettings): Promise<string> {
  const { db } = world.server().app.store;
  const site = await findSite(db, world.siteId);
  if (!site) throw new Error('no site');
  await setMinting({ db, random: systemRandom }, site, settings);
  return (await findMerchant(db, world.siteId))?.secret ?? '';
}
const errorsOf = async (world: BooksWorld, paymentId: string) =>
  (await world.history(paymentId)).lines
    .filter(({ kind }) => kind === 'provider_error')
    .map(({ detail }) => detail);

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

describe('[PAY-11] a backend that cannot be trusted', () => {
  type Answer = (asked: Record<string, unknown>, response: ServerResponse) => void;
  let world: BooksWorld;
  let backend: Server;
  let answer: Answer;
  const asked: { body: Record<string, unknown>; headers: IncomingMessage['headers'] }[] = [];

  const intentFor = (
    { amount, currency, metadata }: Record<string, unknown>,
    change: object = {},
  ) => ({
    id: 'pi_of_backend',
    object: 'payment_intent',
    status: 'requires_payment_method',
    cancellation_reason: null,
    client_secret: 'pi_of_backend_secret_1',
    last_payment_error: null,
    latest_charge: null,
    amount,
    currency,
    metadata,
    ...change,
  });
  const json =
    (make: (body: Record<string, unknown>) => unknown, status = 200): Answer =>
    (body, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(make(body)));
    };

  beforeAll(async () => {
    world = await createBooksWorld({ stripe: false });
    backend = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const body = JSON.parse(text);
      asked.push({ body, headers: request.headers });
      answer(body, response);
    });
    await new Promise<void>((done) => backend.listen(0, '127.0.0.1', done));
    const { port } = backend.address() as AddressInfo;
    await mintBy(world, { minting: 'merchant', merchantUrl: `http://127.0.0.1:${port}/pay` });
  });
  afterEach(() => {
    asked.length = 0;
  });
  afterAll(async () => {
    backend.closeAllConnections();
    backend.close();
    await world.close();
  });

  it.each([
    ['another amount', json((body) => intentFor(body, { amount: 1 }))],
    ['another currency', json((body) => intentFor(body, { currency: 'usd' }))],
    ['the intent of another payment', json((body) => intentFor(body, { metadata: {} }))],
    ['no intent', json(() => ({ ok: true }))],
    ['a refund for an intent', json((body) => intentFor(body, { object: 'refund' }))],
    ['an id that is none', json((body) => intentFor(body, { id: '../../etc' }))],
    ['no JSON', (_body: unknown, response: ServerResponse) => void response.end('<html>')],
    [
      'more than anybody reads',
      (_body: unknown, response: ServerResponse) => void response.end('x'.repeat(300_000)),
    ],
    ['a refusal', json(() => ({}), 402)],
  ] as const)('that answers with %s is refused, and nothing is visible', async (_what, lie) => {
    answer = lie;
    const before = await world.entryCount();
    expect(await world.request()).toMatchObject({ error: { code: 'provider_refused' } });
    expect(await world.entryCount()).toBe(before);
    expect(await world.rowCount()).toBe(0);
  });

  it.each([
    ['fails', json(() => ({}), 500)],
    ['is busy', json(() => ({}), 429)],
    ['breaks off', (_body: unknown, response: ServerResponse) => void response.destroy()],
  ] as const)('that %s is asked again with the same key, then said to be away', async (_how, act) => {
    answer = act;
    const clientId = world.newClientId();
    expect(await world.request({ clientId })).toMatchObject({
      error: { code: 'provider_unreachable' },
    });
    expect(asked.map(({ headers }) => headers['idempotency-key'])).toHaveLength(2);
    expect(new Set(asked.map(({ body }) => body.key)).size).toBe(1);
    answer = json((body) => intentFor(body, { id: `pi_${String(body.key).replace(/\W/g, '')}` }));
    expect(await world.request({ clientId })).toMatchObject({ ok: true });
  });

  it('that answers twice, each time with another intent, has one that can be paid', async () => {
    let made = 0;
    answer = (body, response) => {
      made++;
      const intent = intentFor(body, { id: `pi_twice${made}`, client_secret: `secret_${made}` });
      // The first one is made, and its answer lost.
      if (made === 1) response.destroy();
      else response.end(JSON.stringify(intent));
    };
    const paymentId = await world.requested();
    expect(made).toBe(2);
    expect(await world.intentIdOf(paymentId)).toBe('pi_twice2');
    const secret = (await findMerchant(world.server().app.store.db, world.siteId))?.secret ?? '';
    const object = { id: 'pi_twice1', object: 'payment_intent', status: 'succeeded' };
    const told = { id: 'evt_twice', type: 'payment_intent.succeeded', livemode: false };
    const body = JSON.stringify({ ...told, data: { object } });
    const headers = {
      'bulkhead-site': SITE_KEY,
      'bulkhead-signature': signBody(secret, body, Date.now()),
    };
    const url = `${world.server().url}/api/payments/notice`;
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    expect(await world.eventOutcomes(`${world.siteId}:evt_twice`)).toEqual(['unknown_intent']);
    expect(await world.statuses(paymentId)).toEqual(['created']);
  });

  it('that hangs holds nobody up for long', async () => {
    answer = () => {};
    const start = Date.now();
    expect(await world.request()).toMatchObject({ error: { code: 'provider_unreachable' } });
    expect(Date.now() - start).toBeLessThan(9500);
  });

  it('that answers a later question with another intent changes nothing, and it is written down', async () => {
    answer = json((body) => intentFor(body, { id: 'pi_first' }));
    const paymentId = await world.requested();
    const metadata = { payment_id: paymentId };
    const paid = { amount: 4900, currency: 'eur', metadata, status: 'succeeded' };
    answer = json(() => intentFor({}, { ...paid, id: 'pi_second' }));
    expect((await world.refresh(paymentId)).body).toMatchObject({ data: { status: 'created' } });
    answer = json(() => intentFor({}, { ...paid, id: 'pi_first', amount: 1 }));
    expect((await world.open(paymentId)).body).toMatchObject({
      error: { code: 'provider_refused' },
    });
    expect((await world.stateOf(paymentId)).status).toBe('created');
    expect(await errorsOf(world, paymentId)).toEqual([
      "provider_refused: the merchant's backend answered with another intent",
      'provider_refused: the intent charged 1 EUR',
    ]);
  });

  it('[CARD-2] whose words hold a card number has it taken out, everywhere', async () => {
    answer = json((body) => intentFor(body, { id: 'pi_talkative' }));
    const paymentId = await world.requested();
    const number = '4242 4242 4242 4242';
    const words = { message: `${number} was declined`, code: 'card_declined', charge: 'ch_1' };
    answer = json(() =>
      intentFor(
        { amount: 4900, currency: 'eur', metadata: { payment_id: paymentId } },
        { id: 'pi_talkative', last_payment_error: words },
      ),
    );
    await world.refresh(paymentId);
    expect((await world.stateOf(paymentId)).reason).toBe('•••• 4242 was declined');
    const { summary, lines } = await world.history(paymentId);
    const { text: csv } = await world.csv();
    expect(JSON.stringify([summary, lines, csv, world.changes])).not.toMatch(/4242 4242|424242/);
    const secret = (await findMerchant(world.server().app.store.db, world.siteId))?.secret ?? '';
    const told = JSON.stringify({
      id: 'evt_talkative',
      type: 'payment_intent.4242424242424242',
      livemode: false,
      data: { object: { id: 'pi_talkative' } },
    });
    const response = await fetch(`${world.server().url}/api/payments/notice`, {
      method: 'POST',
      headers: {
        'bulkhead-site': SITE_KEY,
        'bulkhead-signature': signBody(secret, told, Date.now()),
      },
      body: told,
    });
    expect(await response.json()).toMatchObject({ error: { code: 'bad_request' } });
    expect(world.logLines().join('')).not.toMatch(/4242 4242|424242/);
  });

  it('is told what is asked in signed words that are good for once', async () => {
    answer = json((body) => intentFor(body, { id: 'pi_signed' }));
    await world.requested();
    const [{ body, headers } = { body: {}, headers: {} }] = asked;
    expect(body).toMatchObject({ version: 1, action: 'intent.create', amount: 4900 });
    expect(headers['bulkhead-signature']).toMatch(/^t=\d{10},v1=[0-9a-f]{64}$/);
  });
});
