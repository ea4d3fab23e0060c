/** Who is known again: the visitor's token, its replacement and its end. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  codeOf,
  granted,
  requestSession,
  say,
  type VisitorClient,
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

const session = (fields = {}, headers = {}) => requestSession(server.url, fields, headers);
/** A visitor who has written, so that there is a record. */
async function writer() {
  const client = await visitorClient(server.url);
  const { conversationId } = await say(client, 'Hello');
  client.close();
  return { token: client.token, conversationId };
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
    const { conversationId } = await say(tab, 'From the tab with the old token');
    const back = await visitorClient(server.url, { token: next });
    const snapshot = granted(
      await back.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 }),
    );
    expect(snapshot.conversation?.id).toBe(conversationId);
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
  const write = async (tab: VisitorClient) => (await say(tab, 'Hello')).conversationId;

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
