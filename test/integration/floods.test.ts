/** [LIMIT-4] Too much of anything: a clear refusal or a cut, and everybody else unharmed. */
import { afterEach, expect, it, vi } from 'vitest';
import { ensureSite } from '../../server/sites/sites.ts';
import { systemRandom } from '../../server/world.ts';
import {
  connectVisitor,
  granted,
  newClientId,
  postFromShop,
  requestSession,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { frame, openJoined, openRaw, openStranger, upgradeRequest } from '../support/raw-socket.ts';
import { SHOP_ORIGIN, startServer, type TestServer } from '../support/server.ts';

/** Another machine, as far as this one is concerned. */
const ELSEWHERE = '127.0.0.2';
const OTHER_SITE = 'site_elsewhere00';

let server: TestServer;
const clients: VisitorClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
});
async function start(env: Record<string, string>) {
  server = await startServer({ env });
}
async function visit(options: Parameters<typeof visitorClient>[1] = {}) {
  const client = await visitorClient(server.url, options);
  clients.push(client);
  return client;
}
const message = (conversationId: string | null = null) => ({
  conversationId,
  clientId: newClientId(),
  text: 'Is it in stock?',
});
/** That one who was there before still gets an answer. */
async function expectUnharmed({ socket }: VisitorClient) {
  expect(await socket.timeout(15_000).emitWithAck('message:send', message())).toMatchObject({
    ok: true,
  });
}
const connections = () =>
  server.app.deps.meters.gauges.find(({ name }) => name === 'bulkhead_connections');
const openConnections = async () => [...((await connections()?.read()) ?? [])][0]?.value;

/** @returns the head and body with which an upgrade was refused, or nothing where it was taken */
async function tryUpgrade(from = ELSEWHERE, query = '') {
  const raw = openRaw(server.url, from);
  raw.write(upgradeRequest(`/socket.io/?EIO=4&transport=websocket${query}`));
  await Promise.any([raw.until('0{'), raw.until('\r\n\r\n{')]);
  const text = raw.received();
  return { raw, refused: text.startsWith('HTTP/1.1 101') ? null : text };
}

it('keeps out strangers past the cap of their address, and closes them after their time', async () => {
  await start({ LIMIT_STRANGERS_PER_ADDRESS: '10' });
  const visitor = await visit();
  const tries = await Promise.all(Array.from({ length: 30 }, () => tryUpgrade()));
  const refused = tries.flatMap((one) => one.refused ?? []);
  expect(refused).toHaveLength(20);
  expect(refused[0]).toMatch(/^HTTP\/1\.1 503 busy\r\n/);
  expect(refused[0]).toMatch(/retry-after: [1-3]\r\n/);
  expect(refused[0]).toMatch(/"code":"busy",.*"retryAfterMs":\d{4}/);
  // A poller is told the same, in a body that a page of any origin may read.
  const poll = openRaw(server.url, ELSEWHERE);
  poll.write('GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: null\r\n\r\n');
  await poll.until('"busy"');
  expect(poll.received()).toMatch(/^HTTP\/1\.1 503 /);
  expect(poll.received()).toMatch(/access-control-allow-origin: \*/i);

  await expectUnharmed(visitor);
  await visit();
  await Promise.all(tries.map(({ raw }) => raw.untilEnded()));
  const again = await tryUpgrade();
  expect(again.refused).toBeNull();
  again.raw.close();
}, 40_000);

it('keeps out everybody past the connections that it can hold, and lets in whom there is room for', async () => {
  await start({ LIMIT_CONNECTIONS: '3' });
  const [first] = [await visit(), await visit(), await visit()];
  const { refused } = await tryUpgrade();
  expect(refused).toMatch(/^HTTP\/1\.1 503 busy/);
  await expect(visit()).rejects.toThrow('websocket error');
  first.close();
  await vi.waitFor(async () => expect(await openConnections()).toBe(2));
  await expectUnharmed(await visit());
});

it('limits what one address opens, in all and a minute', async () => {
  await start({ LIMIT_CONNECTIONS_PER_ADDRESS: '2', LIMIT_HANDSHAKES_PER_MINUTE: '4' });
  const [one, , three] = [await tryUpgrade(), await tryUpgrade(), await tryUpgrade()];
  expect(three.refused).toMatch(/503 busy/);
  one.raw.close();
  await vi.waitFor(async () => expect(await openConnections()).toBe(1));
  const again = await tryUpgrade();
  expect(again.refused).toBeNull();
  again.raw.close();
  await vi.waitFor(async () => expect(await openConnections()).toBe(1));
  expect((await tryUpgrade()).refused).toBeNull();
  await vi.waitFor(async () => expect(await openConnections()).toBe(2));
  one.raw.close();
  await expectUnharmed(await visit());
});

it('takes nobody for a connection that exists who only says so', async () => {
  await start({ LIMIT_STRANGERS_PER_ADDRESS: '1' });
  const { raw } = await tryUpgrade();
  for (const query of ['&sid=', '&sid=AAAAAAAAAAAAAAAAAAAA&sid=', '&xsid=A']) {
    expect((await tryUpgrade(ELSEWHERE, query)).refused).toMatch(/^HTTP\/1\.1 503 busy/);
  }
  raw.close();
});

it('closes a connection that left its namespace, or tries one ticket after the other', async () => {
  await start({});
  const { ticket } = granted(await requestSession(server.url));
  const joined = await openJoined(server.url, ticket);
  joined.write(frame('41/visitor,'));
  await joined.untilEnded();

  const guesser = await openStranger(server.url);
  const knock = () =>
    guesser.write(frame(`40/visitor,${JSON.stringify({ protocol: 1, ticket: 'forged.too' })}`));
  const refusals = () => guesser.received().match(/ticket_invalid/g)?.length ?? 0;
  for (let tries = 1; tries <= 5; tries++) {
    knock();
    await vi.waitFor(() => expect(refusals()).toBe(tries));
  }
  knock();
  await guesser.untilEnded();
  expect(refusals()).toBe(5);
});

it('cuts off who floods on and on, and not who was too quick for a moment', async () => {
  await start({});
  const visitor = await visit();
  const { ticket } = granted(await requestSession(server.url));
  const flooder = await openJoined(server.url, ticket);
  const request = frame('42/visitor,["log:read",{}]');
  for (let sent = 0; sent < 900; sent++) flooder.write(request);
  flooder.write(frame('42/visitor,7["log:read",{}]'));
  await flooder.until('43/visitor,7');
  expect(flooder.ended()).toBe(false);
  const flood = Buffer.concat(Array<Buffer>(500).fill(request));
  const flooding = setInterval(() => flooder.write(flood), 20);
  await flooder.untilEnded();
  clearInterval(flooding);
  expect(server.app.deps.meters.cut.get('flood')).toBe(1);
  await expectUnharmed(visitor);
});

async function addSite() {
  await ensureSite(
    { db: server.app.store.db, random: systemRandom, now: Date.now() },
    {
      publicKey: OTHER_SITE,
      name: 'Other',
      allowedOrigins: [SHOP_ORIGIN],
      stripePublishableKey: null,
    },
  );
}

it('a flood of one site’s requests leaves room for another site', async () => {
  await start({ LIMIT_SITE_REQUESTS: '4', LIMIT_REQUESTS: '8' });
  await addSite();
  const here = await Promise.all(Array.from({ length: 8 }, () => visit()));
  const elsewhere = await visit({ session: { site: OTHER_SITE } });
  const gate = Promise.withResolvers<void>();
  const { log } = server.app.deps;
  const transact = log.transact.bind(log);
  let held = 0;
  vi.spyOn(log, 'transact').mockImplementation(async (work) => {
    if (++held <= 4) await gate.promise;
    return transact(work);
  });
  const asked = here.map(({ socket }) => socket.emitWithAck('message:send', message()));
  const refused: unknown[] = [];
  for (const one of asked) one.then((outcome) => !outcome.ok && refused.push(outcome));
  await vi.waitFor(() => expect(refused).toHaveLength(4));
  expect(refused[0]).toMatchObject({ error: { code: 'busy', retryAfterMs: expect.any(Number) } });
  await expectUnharmed(elsewhere);
  gate.resolve();
  const outcomes = await Promise.all(asked);
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(4);
  // Whoever was refused sends it again, and has one of it.
  for (const client of here) await expectUnharmed(client);
});

it('a site’s messages and sessions a second have a bound of their own', async () => {
  await start({ LIMIT_SITE_MESSAGES_PER_SECOND: '2', LIMIT_SITE_SESSIONS_PER_SECOND: '3' });
  await addSite();
  const visitor = await visit();
  const elsewhere = await visit({ session: { site: OTHER_SITE } });
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => visitor.socket.emitWithAck('message:send', message())),
  );
  const codes = outcomes.map((one) => (one.ok ? 'ok' : one.error.code));
  expect(codes.filter((code) => code === 'busy').length).toBeGreaterThan(8);
  expect(codes.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(4);
  await expectUnharmed(elsewhere);

  const sessions = await Promise.all(Array.from({ length: 30 }, () => requestSession(server.url)));
  const refused = sessions.flatMap((one) => (one.ok ? [] : [one.error.code]));
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused)).toEqual(new Set(['busy']));
  granted(await requestSession(server.url, { site: OTHER_SITE }));
});

it('refuses messages that would wait too many for their commit, and loses none that it took', async () => {
  await start({ LIMIT_WAITING_MESSAGES: '3' });
  const visitor = await visit();
  const { conversationId } = granted(await visitor.socket.emitWithAck('message:send', message()));
  // The second is remembered by the ledger, so that those that follow wait for the log alone.
  granted(await visitor.socket.emitWithAck('message:send', message(conversationId)));
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const blocking = server.app.store.db.transaction().execute(async () => {
    begun.resolve();
    await gate.promise;
  });
  await begun.promise;
  const asked = Array.from({ length: 5 }, () =>
    visitor.socket.emitWithAck('message:send', message(conversationId)),
  );
  const refused = await Promise.all(asked.slice(3));
  expect(refused).toMatchObject([{ error: { code: 'busy' } }, { error: { code: 'busy' } }]);
  gate.resolve();
  await blocking;
  const taken = await Promise.all(asked.slice(0, 3));
  expect(taken.map((one) => granted(one).seq)).toEqual([3, 4, 5]);
  const { entries } = await server.app.deps.log.read({ conversationId });
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
});

it('answers so many HTTP requests at once, and says that it lives meanwhile', async () => {
  await start({ LIMIT_HTTP_REQUESTS: '2' });
  const slow = [openRaw(server.url), openRaw(server.url)];
  for (const raw of slow)
    raw.write('POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{');
  const status = async () => (await postFromShop(`${server.url}/api/session`, '{}')).status;
  await vi.waitFor(async () => expect(await status()).toBe(503));
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  for (const raw of slow) raw.close();
  await vi.waitFor(async () => expect(await status()).toBe(400));
});

it('[LIMIT-4] lets an agent’s and a visitor’s socket ask no more at once than so much', async () => {
  await start({ LIMIT_VISITOR_REQUESTS_BURST: '1000' });
  const { ticket } = granted(await requestSession(server.url));
  const socket = await connectVisitor(server.url, { ticket });
  const gate = Promise.withResolvers<void>();
  const { log } = server.app.deps;
  vi.spyOn(log, 'transact').mockImplementation(async () => {
    await gate.promise;
    throw new Error('enough');
  });
  const codes: string[] = [];
  const asked = Array.from({ length: 250 }, () =>
    socket.emitWithAck('message:send', message()).then((one) => {
      codes.push(one.ok ? 'ok' : one.error.code);
    }),
  );
  await vi.waitFor(() => expect(codes).toEqual(Array(50).fill('busy')));
  gate.resolve();
  await Promise.all(asked);
  socket.close();
});
