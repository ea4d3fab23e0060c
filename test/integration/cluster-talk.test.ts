/** Two processes on one database and one Redis are one chat: whoever is where sees the same. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConversationSummary } from '../../protocol/conversations.ts';
import type { Entry } from '../../protocol/entries.ts';
import type { ReadChanged, TypingChanged } from '../../protocol/sockets.ts';
import {
  collect,
  connectVisitor,
  granted,
  newClientId,
  requestSession,
  say,
  signIn,
  visitorClient,
} from '../support/clients.ts';
import {
  agentAt,
  findWhyNoCluster,
  type Member,
  PATIENCE,
  type Pair,
  PUBLIC_URL,
  startPair,
  UNHURRIED,
} from '../support/cluster.ts';
import { AGENT } from '../support/server.ts';

vi.setConfig(UNHURRIED);
const whyNot = await findWhyNoCluster();

describe.skipIf(whyNot)(`two processes${whyNot ? ` (${whyNot})` : ''}`, () => {
  let cluster: Pair;
  let a: Member;
  let b: Member;
  beforeAll(async () => {
    cluster = await startPair({ env: { LIMIT_SIGN_IN_TRIES: '6' } });
    ({ a, b } = cluster);
  });
  afterAll(() => cluster.close());

  /** A visitor at A who has written, and an agent at B who has the conversation open. */
  async function converse() {
    const visitor = await visitorClient(a.url);
    const { conversationId } = await say(visitor, 'Is the lantern in stock?');
    const agent = await agentAt(b);
    const heardByAgent = collect<Entry>(agent.socket, 'entry:appended');
    const heardByVisitor = collect<Entry>(visitor.socket, 'entry:appended');
    granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }));
    return {
      visitor,
      agent,
      conversationId,
      heardByAgent,
      heardByVisitor,
      close() {
        visitor.close();
        agent.socket.close();
      },
    };
  }

  it('[LOG-5] [SEND-3] a visitor at one and an agent at the other talk, in order, with acks', async () => {
    const talk = await converse();
    const { visitor, agent, conversationId } = talk;
    const acked: number[] = [];
    for (let n = 0; n < 20; n++) {
      acked.push((await say(visitor, `question ${n}`)).seq);
      const message = { conversationId, clientId: newClientId(), text: `answer ${n}` };
      acked.push(granted(await agent.socket.emitWithAck('message:send', message)).seq);
    }
    expect(acked).toEqual(Array.from({ length: 40 }, (_, n) => n + 2));
    await vi.waitFor(() => {
      for (const heard of [talk.heardByAgent, talk.heardByVisitor]) {
        // What the other process tells may come after what this one does: order is `seq`. The first
        // may come late, and is known by then.
        const seqs = heard.map(({ seq }) => seq).filter((seq) => seq > 1);
        expect(seqs.toSorted((left, right) => left - right)).toEqual(acked);
      }
    }, PATIENCE);
    const read = await agent.socket.emitWithAck('log:read', { conversationId, after: 1 });
    expect(granted(read).entries.map(({ seq }) => seq)).toEqual(acked);
    talk.close();
  });

  it('[LEDGER-1] what the agent receives live stands in the ledger, by the agent and address', async () => {
    const talk = await converse();
    const { seq } = await say(talk.visitor, 'Did anybody read this?');
    await vi.waitFor(async () => {
      const lines = await cluster.store.db
        .selectFrom('ledger as l')
        .innerJoin('ledger_details as d', 'd.n', 'l.n')
        .select('d.detail')
        .where('l.kind', '=', 'conversation.read')
        .where('l.conversation_id', '=', talk.conversationId)
        .execute();
      const live = lines.map(({ detail }) => JSON.parse(detail)).filter((one) => one.live);
      expect(live.map(({ lastSeq }) => lastSeq)).toContain(seq);
    }, PATIENCE);
    talk.close();
  });

  it('[TYPE-1] [READ-1] typing and read marks go both ways', async () => {
    const talk = await converse();
    const { visitor, agent, conversationId } = talk;
    const typingSeenByAgent = collect<TypingChanged>(agent.socket, 'typing:changed');
    const typingSeenByVisitor = collect<TypingChanged>(visitor.socket, 'typing:changed');
    const readsSeenByAgent = collect<ReadChanged>(agent.socket, 'read:changed');
    const readsSeenByVisitor = collect<ReadChanged>(visitor.socket, 'read:changed');
    await visitor.socket.emitWithAck('typing:set', { conversationId, on: true });
    await agent.socket.emitWithAck('typing:set', { conversationId, on: true });
    await agent.socket.emitWithAck('read:mark', { conversationId, seq: 1 });
    await visitor.socket.emitWithAck('read:mark', { conversationId, seq: 1 });
    await vi.waitFor(() => {
      expect(typingSeenByAgent).toContainEqual({ conversationId, by: 'visitor', on: true });
      expect(typingSeenByVisitor.at(-1)).toMatchObject({ by: 'agent', on: true });
      expect(readsSeenByVisitor.at(-1)?.reads).toEqual({ visitor: 1, agent: 1 });
      expect(readsSeenByAgent.at(-1)?.reads).toEqual({ visitor: 1, agent: 1 });
    }, PATIENCE);
    await say(visitor, 'and typing is over');
    await vi.waitFor(() => expect(typingSeenByAgent.at(-1)?.on).toBe(false), PATIENCE);
    talk.close();
  });

  it('[LOG-6] assignment, status and presence are seen in the lists of both', async () => {
    const talk = await converse();
    const { visitor, agent, conversationId } = talk;
    const other = await agentAt(a, agent.cookie);
    const listed = [agent, other].map(({ socket }) =>
      collect<ConversationSummary>(socket, 'conversation:changed'),
    );
    const views = collect<{ status: string; assignee?: { name: string } }>(
      visitor.socket,
      'conversation:changed',
    );
    const me = await cluster.store.db.selectFrom('agents').select('id').executeTakeFirstOrThrow();
    granted(
      await agent.socket.emitWithAck('conversation:assign', { conversationId, agentId: me.id }),
    );
    granted(await other.socket.emitWithAck('conversation:resolve', { conversationId }));
    await vi.waitFor(() => {
      for (const summaries of listed) {
        const last = summaries.filter(({ id }) => id === conversationId).at(-1);
        expect(last).toMatchObject({
          status: 'resolved',
          assignee: { name: AGENT.name },
          visitor: { online: true },
        });
      }
      expect(views.at(-1)).toMatchObject({ status: 'resolved', assignee: { name: AGENT.name } });
    }, PATIENCE);
    const page = granted(
      await agent.socket.emitWithAck('conversations:list', { status: 'resolved' }),
    );
    expect(page.conversations.find(({ id }) => id === conversationId)?.visitor.online).toBe(true);
    visitor.close();
    await vi.waitFor(() => {
      for (const summaries of listed) {
        const last = summaries.filter(({ id }) => id === conversationId).at(-1);
        expect(last?.visitor.online).toBe(false);
      }
    }, PATIENCE);
    other.socket.close();
    talk.close();
  });

  it('two tabs of a visitor at two processes are the same, their first messages at once included', async () => {
    const tabs = [await visitorClient(a.url)];
    tabs.push(await visitorClient(b.url, { token: tabs[0]?.token ?? '' }));
    const heard = tabs.map(({ socket }) => collect<Entry>(socket, 'entry:appended'));
    const sent = await Promise.all(tabs.map((tab, n) => say(tab, `from tab ${n}`)));
    expect(new Set(sent.map(({ conversationId }) => conversationId)).size).toBe(1);
    await vi.waitFor(() => {
      for (const entries of heard) {
        expect(entries.map(({ seq }) => seq).toSorted()).toEqual([1, 2]);
      }
    }, PATIENCE);
    for (const tab of tabs) tab.close();
  });

  it('[AUTH-2] a ticket is good once, wherever it is shown', async () => {
    const { ticket } = granted(await requestSession(a.url));
    const first = await connectVisitor(b.url, { ticket });
    await expect(connectVisitor(a.url, { ticket })).rejects.toMatchObject({
      code: 'ticket_invalid',
    });
    const grants = await Promise.all(Array.from({ length: 8 }, () => requestSession(b.url)));
    for (const { ticket: raced } of grants.map((grant) => granted(grant))) {
      const tries = await Promise.allSettled(
        [a, b].map((member) => connectVisitor(member.url, { ticket: raced })),
      );
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const one of tries) if (one.status === 'fulfilled') one.value.close();
    }
    first.close();
  });

  it('[LIMIT-2] sockets of a visitor are counted together', async () => {
    const first = await visitorClient(a.url);
    const tabs = [first];
    const { token } = first;
    for (let n = 1; n < 20; n++) {
      tabs.push(await visitorClient((n % 2 ? b : a).url, { token }));
    }
    for (const member of [a, b]) {
      await expect(visitorClient(member.url, { token })).rejects.toMatchObject({
        code: 'unavailable',
      });
    }
    tabs.pop()?.close();
    await vi.waitFor(async () => {
      const again = await visitorClient(a.url, { token });
      again.close();
    }, PATIENCE);
    for (const tab of tabs) tab.close();
  });

  it('[AUTH-5] tries to sign in are counted together', async () => {
    const wrong = { email: 'nobody@chat.example', password: 'wrong' };
    const codes: string[] = [];
    for (let n = 0; n < 8; n++) {
      const response = await signIn((n % 2 ? b : a).url, wrong, { origin: PUBLIC_URL });
      const { error } = (await response.json()) as { error: { code: string } };
      codes.push(error.code);
    }
    expect(codes.slice(0, 6)).toEqual(Array(6).fill('credentials_wrong'));
    expect(codes.slice(6)).toEqual(['rate_limited', 'rate_limited']);
  });
});

describe.skipIf(whyNot)('a session that is signed out at one process', () => {
  it('[AUTH-4] ends its sockets at every other', async () => {
    const { a, b, close } = await startPair();
    const here = await agentAt(a);
    const there = await agentAt(b, here.cookie);
    const colleague = await agentAt(b);
    const ended = new Promise((done) => there.socket.once('disconnect', done));
    await fetch(`${a.url}/api/agent/sign-out`, {
      method: 'POST',
      headers: { origin: PUBLIC_URL, cookie: here.cookie },
    });
    expect(await ended).toBe('io server disconnect');
    expect(colleague.socket.connected).toBe(true);
    colleague.socket.close();
    await close();
  });
});
