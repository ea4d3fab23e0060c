/** What agents do with conversations, over real sockets: close, assign, list; and what visitors see of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Entry } from '../../protocol/entries.ts';
import {
  type AgentClient,
  collect,
  granted,
  say,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { beginTalk, PAGE, QUESTION } from './conversation-world.ts';

let server: TestServer;
let visitor: VisitorClient;
let agent: AgentClient;
let conversationId: string;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

beforeEach(async () => {
  ({ visitor, agent, conversationId } = await beginTalk(server.url));
  return () => {
    visitor.close();
    agent.close();
  };
});

const syncVisitor = async (after = 0, from = visitor) =>
  granted(await from.socket.emitWithAck('conversation:sync', { conversationId: null, after }));
/** The newest summary of this conversation; others' visitors come and go meanwhile. */
const ownSummary = <S extends { id: string }>(summaries: S[]) =>
  summaries.findLast(({ id }) => id === conversationId);
const syncAgent = async (after = 0) =>
  granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after }));
async function secondTab(): Promise<VisitorClient> {
  const tab = await visitorClient(server.url, { token: visitor.token });
  onTestFinished(() => tab.close());
  return tab;
}

describe('status and assignment', () => {
  const resolve = async () =>
    granted(await agent.socket.emitWithAck('conversation:resolve', { conversationId }));
  const assign = async (agentId: string | null) =>
    agent.socket.emitWithAck('conversation:assign', { conversationId, agentId });

  it('[SEND-4] a visitor’s message reopens what an agent has resolved', async () => {
    await resolve();
    await resolve();
    expect((await syncVisitor()).conversation?.status).toBe('resolved');
    await say(visitor, 'One more thing');
    const { conversation, entries } = await syncVisitor();
    expect(conversation?.status).toBe('open');
    expect(entries.slice(1)).toMatchObject([
      { type: 'event', event: 'resolved', author: { kind: 'agent', name: 'Ada' } },
      { type: 'event', event: 'reopened', author: { kind: 'visitor' } },
      { type: 'message', text: 'One more thing' },
    ]);
  });

  it('tells both sides of a change', async () => {
    const views = collect<{ status: string }>(visitor.socket, 'conversation:changed');
    const summaries = collect<{ id: string; status: string }>(agent.socket, 'conversation:changed');
    await resolve();
    await expect.poll(() => views.at(-1)?.status).toBe('resolved');
    await expect.poll(() => ownSummary(summaries)?.status).toBe('resolved');
    granted(await agent.socket.emitWithAck('conversation:reopen', { conversationId }));
    await expect.poll(() => views.at(-1)?.status).toBe('open');
  });

  it('[AUTH-3] a resolved conversation is not resumed by itself', async () => {
    await resolve();
    const tab = await secondTab();
    expect((await syncVisitor(0, tab)).conversation?.status).toBe('resolved');
  });

  it('is assigned to an agent, whom the visitor is told, and to nobody', async () => {
    const { id } = agent.identity;
    granted(await assign(id));
    granted(await assign(id));
    expect((await syncVisitor()).conversation?.assignee).toEqual({ id, name: 'Ada' });
    granted(await assign(null));
    const { conversation, entries } = await syncAgent();
    expect(conversation.assignee).toBeUndefined();
    expect(entries.slice(1)).toMatchObject([
      { event: 'assigned', agent: { id, name: 'Ada' } },
      { event: 'unassigned' },
    ]);
  });

  it('is not assigned to somebody who is no agent', async () => {
    expect(await assign('ag_nobodynobodynobody')).toMatchObject({ error: { code: 'bad_request' } });
  });
});

describe('the console’s list', () => {
  const list = async (body = {}) =>
    granted(await agent.socket.emitWithAck('conversations:list', { status: 'all', ...body }));

  it('shows who, where, what and how many, without what was never given', async () => {
    const { conversations } = await list({ limit: 1 });
    expect(conversations[0]).toMatchObject({
      id: conversationId,
      unread: 1,
      preview: QUESTION,
      previewBy: 'visitor',
      visitor: { name: 'Vera', locale: 'en-GB', page: PAGE, online: true },
    });
    expect(conversations[0]?.visitor).not.toHaveProperty('email');
  });

  it('is newest first, page by page, with nothing twice', async () => {
    const whole = (await list()).conversations.map(({ id }) => id);
    const seen: string[] = [];
    let page = await list({ limit: 3 });
    for (;;) {
      seen.push(...page.conversations.map(({ id }) => id));
      const last = page.conversations.at(-1);
      if (!page.more || !last) break;
      page = await list({ limit: 3, before: { updatedAt: last.updatedAt, id: last.id } });
    }
    expect(seen).toEqual(whole);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('[LOG-6] hears of a conversation that it does not follow by its summary alone', async () => {
    const summaries = collect<{ id: string }>(agent.socket, 'conversation:changed');
    const entries = collect<Entry>(agent.socket, 'entry:appended');
    await say(visitor, 'still there?');
    await expect.poll(() => ownSummary(summaries)).toMatchObject({ lastSeq: 2, unread: 2 });
    expect(entries).toEqual([]);
  });

  it('hears what the page says of its visitor', async () => {
    const summaries = collect<{ id: string }>(agent.socket, 'conversation:changed');
    granted(
      await visitor.socket.emitWithAck('visitor:identify', {
        name: 'Vera V. 4242424242424242',
        email: 'vera@example.org',
      }),
    );
    await expect
      .poll(() => ownSummary(summaries))
      .toMatchObject({ visitor: { name: 'Vera V. •••• 4242', email: 'vera@example.org' } });
  });
});
