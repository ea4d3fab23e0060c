/** The merchant's backend makes the intents, and lies, fails, hangs or talks too much. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signBody } from '../../server/payments/signed-body.ts';
import { findMerchant } from '../../server/sites/minting.ts';
import { SITE_KEY } from '../support/server.ts';
import { type BooksWorld, createBooksWorld, mintBy } from './books-world.ts';

const errorsOf = async (world: BooksWorld, paymentId: string) =>
  (await world.history(paymentId)).lines
    .filter(({ kind }) => kind === 'provider_error')
    .map(({ detail }) => detail);

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
