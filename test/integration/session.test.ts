/** Who may open a chat: `POST /api/session` and the visitor's handshake. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Refusal } from '../../protocol/errors.ts';
import {
  codeOf,
  connectVisitor,
  granted,
  postFromShop,
  requestSession,
  say,
  visitorClient,
} from '../support/clients.ts';
import { SHOP_ORIGIN, startServer, type TestServer, testClock } from '../support/server.ts';

let server: TestServer;
const clock = testClock();
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.close());

const session = (fields = {}, headers = {}) => requestSession(server.url, fields, headers);
const refusalOf = (socket: Promise<unknown>) =>
  socket.then(
    () => 'connected',
    (refusal: Refusal) => refusal.code,
  );
const connect = (auth: Record<string, unknown>) => refusalOf(connectVisitor(server.url, auth));

describe('[AUTH-2] a session', () => {
  it('is granted to an origin on the site’s list, readable by that origin, without credentials', async () => {
    const response = await postFromShop(`${server.url}/api/session`, {
      protocol: 1,
      site: server.site.publicKey,
      page: `${SHOP_ORIGIN}/cart`,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('vary')).toBe('Origin');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({
      ok: true,
      data: { ticketTtlMs: 60_000, resumed: false, payments: false },
    });
  });

  it.each([
    ['a wrong origin', {}, { origin: 'https://evil.example' }, 'origin_not_allowed', 403],
    [
      'an origin that only begins alike',
      {},
      { origin: `${SHOP_ORIGIN}.evil.example` },
      'origin_not_allowed',
      403,
    ],
    [
      'another port of the origin',
      {},
      { origin: `${SHOP_ORIGIN}:8443` },
      'origin_not_allowed',
      403,
    ],
    ['the opaque origin', {}, { origin: 'null' }, 'origin_not_allowed', 403],
    ['a wrong site key', { site: 'site_elsewhere' }, {}, 'site_unknown', 404],
    ['another protocol version', { protocol: 2, later: true }, {}, 'protocol_unsupported', 400],
    ['an unknown field', { admin: true }, {}, 'bad_request', 400],
    ['a query in the page', { page: `${SHOP_ORIGIN}/?token=1` }, {}, 'bad_request', 400],
    ['a made-up token', { token: 'bv1.nothing' }, {}, 'token_invalid', 401],
  ])('is refused for %s', async (_what, fields, headers, code, status) => {
    const body = { protocol: 1, site: server.site.publicKey, ...fields };
    const response = await postFromShop(`${server.url}/api/session`, body, headers);
    expect(response.status).toBe(status);
    expect(codeOf((await response.json()) as { ok: boolean; error?: Refusal })).toBe(code);
  });

  it.each([
    ['{'],
    ['null'],
    ['[]'],
    ['"text"'],
    ['{"protocol":1}'],
    ['\u0000'],
  ])('[ERR-3] is refused for the body %j', async (body) => {
    const response = await postFromShop(`${server.url}/api/session`, body);
    expect(response.status).toBe(400);
    expect(codeOf((await response.json()) as { ok: boolean; error?: Refusal })).toBe('bad_request');
  });

  it('is refused for a body beyond the limit', async () => {
    const response = await postFromShop(`${server.url}/api/session`, { page: 'x'.repeat(20_000) });
    expect(response.status).toBe(400);
  });

  it('[AUTH-3] creates no record; the first message does', async () => {
    const visitors = () => server.app.store.db.selectFrom('visitors').selectAll().execute();
    const before = (await visitors()).length;
    const client = await visitorClient(server.url);
    await client.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 });
    expect(await visitors()).toHaveLength(before);
    await say(client, 'Hello');
    expect(await visitors()).toHaveLength(before + 1);
    client.close();
  });

  it('is limited per address', async () => {
    const limited = await startServer({ env: { LIMIT_SESSIONS_PER_MINUTE: '2' } });
    await requestSession(limited.url);
    await requestSession(limited.url);
    const third = await requestSession(limited.url);
    expect(third).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    expect(third.ok ? 0 : third.error.retryAfterMs).toBeGreaterThan(0);
    await limited.close();
  });
});

it('[LIMIT-3] counts an IPv6 /64 as one address', async () => {
  const proxied = await startServer({ env: { TRUST_PROXY: '1', LIMIT_SESSIONS_PER_MINUTE: '2' } });
  const from = async (address: string) =>
    codeOf(await requestSession(proxied.url, {}, { 'x-forwarded-for': address }));
  expect(await from('2001:db8:1:2::a')).toBe('ok');
  expect(await from('2001:db8:1:2:ffff::b')).toBe('ok');
  expect(await from('2001:db8:1:2::c')).toBe('rate_limited');
  expect(await from('2001:db8:1:3::c')).toBe('ok');
  await proxied.close();
});

it('says once that a proxy is not believed, and what it means', async () => {
  const bare = await startServer();
  const warnings = () => bare.logged().match(/TRUST_PROXY/g)?.length ?? 0;
  await requestSession(bare.url);
  expect(warnings()).toBe(0);
  for (let count = 0; count < 2; count++) {
    await requestSession(bare.url, {}, { 'x-forwarded-for': '192.0.2.7' });
  }
  expect(warnings()).toBe(1);
  expect(bare.logged()).not.toContain('192.0.2.7');
  await bare.close();
});

describe('[AUTH-2] the ticket', () => {
  const ticket = async () => granted(await session()).ticket;

  it('is good for one handshake', async () => {
    const once = await ticket();
    expect(await connect({ ticket: once })).toBe('connected');
    expect(await connect({ ticket: once })).toBe('ticket_invalid');
  });

  it('is refused when it is forged or altered', async () => {
    const good = await ticket();
    const [content = '', mac = ''] = good.split('.');
    const [another = ''] = (await ticket()).split('.');
    const altered = content.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    for (const forged of [another, altered, `${content}AA`]) {
      expect(forged).not.toBe(content);
      expect(await connect({ ticket: `${forged}.${mac}` })).toBe('ticket_invalid');
    }
    expect(await connect({ ticket: content })).toBe('ticket_invalid');
    expect(await connect({ ticket: '' })).toBe('ticket_invalid');
    expect(await connect({ ticket: 'x'.repeat(9000) })).toBe('ticket_invalid');
  });

  it('is refused after 60 seconds', async () => {
    const late = await ticket();
    clock.advance(60_001);
    expect(await connect({ ticket: late })).toBe('ticket_expired');
  });

  it.each([
    [{ ticket: 7 }, 'bad_request'],
    [{}, 'bad_request'],
    [{ protocol: 2, ticket: '' }, 'protocol_unsupported'],
    [{ protocol: 'one', ticket: '' }, 'bad_request'],
  ])('[VER-1] is refused in a handshake of %j', async (auth, code) => {
    expect(await connect(auth)).toBe(code);
  });

  it('stands alone: a cookie makes nobody a visitor, nor an agent of a visitor', async () => {
    const socket = connectVisitor(server.url, {}, { headers: { cookie: 'bulkhead_agent=x' } });
    expect(await refusalOf(socket)).toBe('bad_request');
  });

  it.each([
    ['polling'],
    ['websocket'],
  ] as const)('works by %s from an opaque origin', async (transport) => {
    const client = await visitorClient(server.url, { transports: [transport] });
    expect(client.socket.connected).toBe(true);
    client.close();
  });
});
