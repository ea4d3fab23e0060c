/** A conversation over real sockets: several tabs, several consoles, reconnects. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Entry } from '../../protocol/entries.ts';
import type { ReadChanged, TypingChanged } from '../../protocol/sockets.ts';
import {
  type AgentClient,
  agentClient,
  collect,
  granted,
  newClientId,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { beginTalk, QUESTION } from './conversation-world.ts';

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

const say = async (text: string, clientId = newClientId(), from = visitor) =>
  granted(await from.socket.emitWithAck('message:send', { conversationId: null, clientId, text }));
const answer = async (text: string, clientId = newClientId()) =>
  granted(await agent.socket.emitWithAck('message:send', { conversationId, clientId, text }));
const syncVisitor = async (after = 0, from = visitor) =>
  granted(await from.socket.emitWithAck('conversation:sync', { conversationId: null, after }));
const syncAgent = async (after = 0) =>
  granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after }));
async function secondTab(): Promise<VisitorClient> {
  const tab = await visitorClient(server.url, { token: visitor.token });
  onTestFinished(() => tab.close());
  return tab;
}
async function secondConsole(): Promise<AgentClient> {
  const console = await agentClient(server.url);
  onTestFinished(() => console.close());
  return console;
}

describe('sending', () => {
  it('[SEND-3] tells every tab and every console that follows, the sender included, the same', async () => {
    const tab = await secondTab();
    const other = await secondConsole();
    await syncAgent();
    await other.socket.emitWithAck('conversation:sync', { conversationId, after: 0 });
    const heard = [visitor, tab, agent, other].map(({ socket }) =>
      collect<Entry>(socket, 'entry:appended'),
    );
    await say('one');
    await answer('two');
    await expect.poll(() => heard.map((facts) => facts.length)).toEqual([2, 2, 2, 2]);
    expect(new Set(heard.map((facts) => JSON.stringify(facts))).size).toBe(1);
    expect(heard[0]).toMatchObject([
      { seq: 2, text: 'one', author: { kind: 'visitor', name: 'Vera' } },
      { seq: 3, text: 'two', author: { kind: 'agent', name: 'Ada' } },
    ]);
  });

  it('[SEND-3] is acknowledged after it can be read', async () => {
    const sent = await say('durable');
    const row = await server.app.store.db
      .selectFrom('entries')
      .select('body')
      .where('conversation_id', '=', sent.conversationId)
      .where('seq', '=', sent.seq)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(row.body)).toEqual({ text: 'durable' });
  });

  it('[SEND-1] answers a repeated clientId with the first ack, over a reconnect too', async () => {
    const clientId = newClientId();
    const first = await say('once', clientId);
    expect(await say('once', clientId)).toEqual(first);
    const tab = await secondTab();
    expect(await say('once', clientId, tab)).toEqual(first);
    expect((await syncVisitor()).entries).toHaveLength(2);
  });

  it('[SEND-4] begins one conversation when two tabs send their first message at once', async () => {
    const first = await visitorClient(server.url);
    const second = await visitorClient(server.url, { token: first.token });
    const sent = await Promise.all([
      say('from one', newClientId(), first),
      say('from the other', newClientId(), second),
    ]);
    expect(sent[0].conversationId).toBe(sent[1].conversationId);
    expect(sent.map(({ seq }) => seq).sort()).toEqual([1, 2]);
    first.close();
    second.close();
  });

  it('keeps the order in which one socket sends, from the very first message', async () => {
    const fresh = await visitorClient(server.url);
    onTestFinished(() => fresh.close());
    const texts = Array.from({ length: 30 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => say(text, newClientId(), fresh)));
    const { entries } = await syncVisitor(0, fresh);
    expect(entries.map((entry) => 'text' in entry && entry.text)).toEqual(texts);
  });

  it('[CARD-2] replaces a card number before anybody sees it', async () => {
    await syncAgent();
    const heard = collect<Entry>(agent.socket, 'entry:appended');
    await say('It is 4242 4242 4242 4242, thanks');
    await answer('Do not send 5555 5555 5555 4444');
    await expect
      .poll(() => heard)
      .toMatchObject([
        { text: 'It is •••• 4242, thanks', redacted: 1 },
        { text: 'Do not send •••• 4444', redacted: 1 },
      ]);
  });
});

describe('[LOG-5] after a reconnect', () => {
  it('a cursor gives exactly what was missed', async () => {
    const { conversation } = await syncVisitor();
    const cursor = conversation?.lastSeq ?? 0;
    visitor.socket.disconnect();
    await answer('while you were away');
    await answer('and again');
    visitor = await visitorClient(server.url, { token: visitor.token });
    const missed = await syncVisitor(cursor);
    expect(missed.entries).toMatchObject([
      { seq: cursor + 1, text: 'while you were away' },
      { seq: cursor + 2, text: 'and again' },
    ]);
    expect(missed.more).toBe(false);
  });

  it('[LOG-3] a long absence is read page by page, forwards and backwards', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => answer(`${index}`)));
    const first = await syncVisitor(1);
    expect([first.entries.length, first.more]).toEqual([100, true]);
    const rest = granted(
      await visitor.socket.emitWithAck('log:read', { conversationId, after: 101 }),
    );
    expect([rest.entries.length, rest.more]).toEqual([20, false]);
    const last = await syncVisitor(0);
    expect([last.entries[0]?.seq, last.entries.at(-1)?.seq, last.more]).toEqual([22, 121, true]);
    const earlier = granted(
      await visitor.socket.emitWithAck('log:read', { conversationId, before: 22, limit: 100 }),
    );
    expect([earlier.entries[0]?.seq, earlier.entries.length, earlier.more]).toEqual([1, 21, false]);
  });
});

describe('[LOG-4] a note', () => {
  const note = async () =>
    granted(
      await agent.socket.emitWithAck('note:send', {
        conversationId,
        clientId: newClientId(),
        text: 'A difficult one',
      }),
    );

  it('is told to consoles, and to the visitor as a hidden entry', async () => {
    await syncAgent();
    const toVisitor = collect<Entry>(visitor.socket, 'entry:appended');
    const toAgent = collect<Entry>(agent.socket, 'entry:appended');
    const { seq } = await note();
    await expect.poll(() => toAgent).toMatchObject([{ type: 'note', text: 'A difficult one' }]);
    await expect.poll(() => toVisitor).toEqual([{ conversationId, seq, type: 'hidden' }]);
  });

  it('is hidden in everything that the visitor can read, and in the preview', async () => {
    await note();
    const hidden = { conversationId, seq: 2, type: 'hidden' };
    const read = granted(await visitor.socket.emitWithAck('log:read', { conversationId }));
    expect([(await syncVisitor()).entries[1], (await syncVisitor(1)).entries[0]]).toEqual([
      hidden,
      hidden,
    ]);
    expect(read.entries[1]).toEqual(hidden);
    expect((await syncAgent()).conversation.preview).toBe(QUESTION);
  });
});

describe('[READ-1] read marks', () => {
  it('move forward only, never past the end, and are told to both sides', async () => {
    await say('two');
    await syncAgent();
    const told = collect<ReadChanged>(visitor.socket, 'read:changed');
    const mark = (seq: number) => agent.socket.emitWithAck('read:mark', { conversationId, seq });
    expect((await syncAgent()).conversation).toMatchObject({ unread: 2, reads: { agent: 0 } });
    granted(await mark(1));
    expect((await syncAgent()).conversation).toMatchObject({ unread: 1, reads: { agent: 1 } });
    granted(await mark(99));
    granted(await mark(1));
    expect((await syncAgent()).conversation).toMatchObject({ unread: 0, reads: { agent: 2 } });
    await expect.poll(() => told.map(({ reads }) => reads.agent)).toEqual([1, 2]);
    granted(await visitor.socket.emitWithAck('read:mark', { conversationId, seq: 2 }));
    expect((await syncAgent()).conversation.reads).toEqual({ visitor: 2, agent: 2 });
  });
});

describe('[TYPE-1] typing', () => {
  it('is told to the others alone, and is over with the message', async () => {
    await syncAgent();
    const toVisitor = collect<TypingChanged>(visitor.socket, 'typing:changed');
    const toAgent = collect<TypingChanged>(agent.socket, 'typing:changed');
    granted(await visitor.socket.emitWithAck('typing:set', { conversationId, on: true }));
    granted(await agent.socket.emitWithAck('typing:set', { conversationId, on: true }));
    await expect.poll(() => toAgent).toEqual([{ conversationId, by: 'visitor', on: true }]);
    const { id, name } = agent.identity;
    const typist = { conversationId, by: 'agent', agent: { id, name } };
    await expect.poll(() => toVisitor).toEqual([{ ...typist, on: true }]);
    await answer('done');
    await expect.poll(() => toVisitor.at(-1)).toEqual({ ...typist, on: false });
  });

  it('is over when the visitor leaves', async () => {
    await syncAgent();
    const toAgent = collect<TypingChanged>(agent.socket, 'typing:changed');
    granted(await visitor.socket.emitWithAck('typing:set', { conversationId, on: true }));
    visitor.socket.disconnect();
    await expect.poll(() => toAgent.at(-1)?.on).toBe(false);
  });
});
