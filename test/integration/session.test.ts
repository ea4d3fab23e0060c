/** Who may open a chat, and who is known again: `POST /api/session` and the visitor's handshake. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Refusal } from '../../protocol/errors.ts';
import {
  connectVisitor,
  granted,
  newClientId,
  postFromShop,
  requestSession,
  visitorClient,
} from '../support/clients.ts';
import { SHOP_ORIGIN, startServer, type TestServer, testClock } from '../support/server.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let server: TestServer;
const clock = testClock();
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.close());

const codeOf = (outcome: { ok: boolean; error?: Refusal }) =>
  outcome.ok ? 'ok' : outcome.error?.code;
const session = (fields = {}, headers = {}) => requestSession(server.url, fields, headers);
const refusalOf = (socket: Promise<unknown>) =>
  socket.then(
    () => 'connected',
    (refusal: Refusal) => refusal.code,
  );
const connect = (auth: Record<string, unknown>) => refusalOf(connectVisitor(server.url, auth));
/** A visitor who has written, so that there is a record. */
async function writer() {
  const client = await visitorClient(server.url);
  const sent = await client.socket.emitWithAck('message:send', {
    conversationId: null,
    clientId: newClientId(),
    text: 'Hello',
  });
  client.close();
  return { token: client.token, conversationId: granted(sent).conversationId };
}

describe('a visitor who comes back', () => {
  it('costs a transaction only where the page says something new', async () => {
    const { token } = await writer();
    const transact = vi.spyOn(server.app.store, 'transact');
    const transactionsOf = async (page: string) => {
      transact.mockClear();
      expect(codeOf(await session({ token, page: `${SHOP_ORIGIN}${page}` }))).toBe('ok');
      return transact.mock.calls.length;
    };
    expect(await transactionsOf('/lamps')).toBe(1);
    expect(await transactionsOf('/lamps')).toBe(0);
    expect(await transactionsOf('/chairs')).toBe(1);
    const record = await server.app.store.db
      .selectFrom('visitors')
      .innerJoin('conversations', 'conversations.visitor_id', 'visitors.id')
      .select('visitors.page')
      .orderBy('conversations.created_at', 'desc')
      .executeTakeFirst();
    expect(record?.page).toBe(`${SHOP_ORIGIN}/chairs`);
    transact.mockRestore();
  });
});

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
    await client.socket.emitWithAck('message:send', {
      conversationId: null,
      clientId: newClientId(),
      text: 'Hello',
    });
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

describe('[AUTH-1] the token', () => {
  it('is stored as a hash alone', async () => {
    const { token } = await writer();
    const rows = await server.app.store.db.selectFrom('visitor_tokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(token).toMatch(/^bv1\.[A-Za-z0-9_.-]{40,160}$/);
  });

  it('brings a visitor back to the conversation', async () => {
    const { token, conversationId } = await writer();
    expect(granted(await session({ token }))).toMatchObject({ token, resumed: true });
    const again = await visitorClient(server.url, { token });
    const snapshot = granted(
      await again.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 }),
    );
    expect(snapshot.conversation?.id).toBe(conversationId);
    again.close();
  });

  it('is refused when a character of it is altered', async () => {
    const { token } = await writer();
    for (const at of [5, 30, 60, 80, token.length - 1]) {
      const altered = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(codeOf(await session({ token: altered }))).toBe('token_invalid');
    }
  });

  it('[AUTH-3] is replaced after a day; the old one is honoured for an hour more', async () => {
    const { token } = await writer();
    clock.advance(DAY_MS + 1000);
    const next = granted(await session({ token })).token;
    const secondTab = granted(await session({ token })).token;
    expect(new Set([token, next, secondTab]).size).toBe(3);
    expect(granted(await session({ token: next }))).toMatchObject({ token: next, resumed: true });
    clock.advance(HOUR_MS + 1000);
    expect(codeOf(await session({ token }))).toBe('token_invalid');
    expect(codeOf(await session({ token: secondTab }))).toBe('ok');
  });

  it('[AUTH-3] keeps a visitor who never wrote the same one over a replacement', async () => {
    const { token } = granted(await session());
    const tab = await visitorClient(server.url, { token });
    clock.advance(DAY_MS + 1000);
    const next = granted(await session({ token })).token;
    expect(next).not.toBe(token);
    const sent = await tab.socket.emitWithAck('message:send', {
      conversationId: null,
      clientId: newClientId(),
      text: 'From the tab with the old token',
    });
    const back = await visitorClient(server.url, { token: next });
    const snapshot = granted(
      await back.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 }),
    );
    expect(snapshot.conversation?.id).toBe(granted(sent).conversationId);
    tab.close();
    back.close();
  });

  /** A visitor who has not written, with a token and the one that replaced it a day later. */
  async function replacedBeforeWriting() {
    const old = await visitorClient(server.url);
    clock.advance(DAY_MS + 1000);
    const next = await visitorClient(server.url, { token: old.token });
    expect(next.token).not.toBe(old.token);
    return { old, next };
  }
  const write = async ({ socket }: Awaited<ReturnType<typeof visitorClient>>) => {
    const message = { conversationId: null, clientId: newClientId(), text: 'Hello' };
    return granted(await socket.emitWithAck('message:send', message)).conversationId;
  };

  it('[AUTH-3] that was replaced before the first message is honoured for an hour more', async () => {
    const { old, next } = await replacedBeforeWriting();
    const conversationId = await write(next);
    const graced = await replacedBeforeWriting();
    await write(graced.next);
    expect(granted(await session({ token: graced.old.token })).resumed).toBe(true);
    clock.advance(HOUR_MS + 1000);
    // Not asked for within the hour: asking replaces a token whatever was known of it.
    expect(codeOf(await session({ token: old.token }))).toBe('token_invalid');
    expect(granted(await session({ token: next.token })).resumed).toBe(true);
    // The tab that was opened with it still has its socket, whose ticket was good.
    expect(await write(old)).toBe(conversationId);
    for (const tab of [old, next, graced.old, graced.next]) tab.close();
  });

  it('[AUTH-3] that replaced another is good, also when an older tab wrote, whenever it comes', async () => {
    const { old, next } = await replacedBeforeWriting();
    await write(old);
    clock.advance(30 * DAY_MS);
    const back = granted(await session({ token: next.token }));
    expect(back.resumed).toBe(true);
    clock.advance(HOUR_MS + 1000);
    expect(codeOf(await session({ token: old.token }))).toBe('token_invalid');
    expect(granted(await session({ token: back.token })).resumed).toBe(true);
    old.close();
    next.close();
  });

  it('[AUTH-3] of two tabs that replaced the same one at once keeps both good', async () => {
    const { token } = granted(await session());
    clock.advance(DAY_MS + 1000);
    const one = await visitorClient(server.url, { token });
    const two = await visitorClient(server.url, { token });
    await write(two);
    clock.advance(HOUR_MS + 1000);
    expect(granted(await session({ token: one.token })).resumed).toBe(true);
    expect(codeOf(await session({ token }))).toBe('token_invalid');
    one.close();
    two.close();
  });

  it('[AUTH-3] expires after 180 days without use', async () => {
    const { token } = await writer();
    clock.advance(181 * DAY_MS);
    expect(codeOf(await session({ token }))).toBe('token_expired');
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
