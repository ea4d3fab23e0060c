import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FrameVerb } from '../../../protocol/port.ts';
import { ANNA, CONVERSATION, FakeServer, INIT } from '../../../test/support/fake-visitor-server.ts';
import { type Chat, createChat, type Init } from './chat.ts';

function texts(chat: Chat): string[] {
  return chat.rows.value.flatMap((row) =>
    row.kind === 'group' ? row.messages.map(({ text }) => text) : [],
  );
}
function states(chat: Chat): (string | undefined)[] {
  return chat.rows.value.flatMap((row) =>
    row.kind === 'group' ? row.messages.map(({ state }) => state) : [],
  );
}

describe('chat model', () => {
  let server: FakeServer;
  let said: FrameVerb[];
  const open = (init: Partial<Init> = {}) =>
    createChat(server.link, { ...INIT, ...init }, (verb) => said.push(verb));
  const settle = () => vi.advanceTimersByTimeAsync(50);
  const lastKept = () => said.findLast((verb) => verb.verb === 'keep');

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(2026, 10, 20, 12) });
    server = new FakeServer();
    said = [];
  });
  afterEach(() => vi.useRealTimers());

  it('[SEND-3] shows a message at once and confirms it only by its entry', async () => {
    const chat = open();
    await chat.sync();
    chat.send('hello');
    expect(states(chat)).toEqual(['sending']);
    expect(lastKept()).toMatchObject({ outbox: [{ text: 'hello' }] });
    await settle();
    for (const fact of server.facts) chat.hear.entry(fact);
    expect(texts(chat)).toEqual(['hello']);
    expect(states(chat)).toEqual([undefined]);
    expect(lastKept()).toMatchObject({ outbox: [] });
    expect(said).toContainEqual({ verb: 'event', name: 'message:sent' });
    expect(said).toContainEqual({ verb: 'conversation', open: true });
  });

  it('[LOG-5] reads the log when the entry of an acknowledged message never comes', async () => {
    const chat = open();
    await chat.sync();
    chat.send('hello');
    await settle();
    expect(states(chat)).toEqual([undefined]);
  });

  it('[SEND-5] shows Not sent after 10 seconds, and sends again under the same clientId', async () => {
    const chat = open();
    await chat.sync();
    server.isMute = true;
    chat.send('hello');
    await vi.advanceTimersByTimeAsync(9900);
    expect(states(chat)).toEqual(['sending']);
    await vi.advanceTimersByTimeAsync(200);
    expect(states(chat)).toEqual(['failed']);
    server.isMute = false;
    const [message] = chat.outbox.messages.value;
    chat.outbox.retry(message?.clientId ?? '');
    await settle();
    expect(texts(chat)).toEqual(['hello']);
    expect(server.log).toHaveLength(1);
    expect(states(chat)).toEqual([undefined]);
  });

  it('keeps what was written without a connection, and sends it in order after it', async () => {
    server.isUp = false;
    const chat = open({ outbox: [{ clientId: 'k'.repeat(16), text: 'kept' }] });
    chat.send('one');
    chat.send('two');
    await vi.advanceTimersByTimeAsync(10_100);
    expect(states(chat)).toEqual(['failed', 'failed', 'failed']);
    server.isUp = true;
    await chat.sync();
    await settle();
    expect(server.log.map((entry) => 'text' in entry && entry.text)).toEqual([
      'kept',
      'one',
      'two',
    ]);
    expect(states(chat)).toEqual([undefined, undefined, undefined]);
  });

  it('shows why a message was refused, keeps it, and lets it be deleted', async () => {
    const chat = open();
    await chat.sync();
    server.refusals['message:send'] = 'message_too_long';
    chat.send('hello');
    await settle();
    expect(chat.outbox.messages.value).toMatchObject([
      { state: 'refused', reason: 'A message can have up to 4,000 characters.' },
    ]);
    await chat.sync();
    await settle();
    expect(states(chat)).toEqual(['refused']);
    chat.outbox.remove(chat.outbox.messages.value[0]?.clientId ?? '');
    expect(texts(chat)).toEqual([]);
    expect(lastKept()).toMatchObject({ outbox: [] });
  });

  it('[PORT-6] keeps the draft after a moment, free of card numbers', async () => {
    const chat = open();
    chat.setDraft('my card is 4242 4242 4242 4242');
    await vi.advanceTimersByTimeAsync(500);
    expect(lastKept()).toMatchObject({ draft: '' });
  });

  it('counts unread while closed, and marks them read when opened', async () => {
    const chat = open();
    await chat.sync();
    for (const text of ['a', 'b']) chat.hear.entry(server.say(text));
    expect(said.findLast((verb) => verb.verb === 'unread')).toEqual({ verb: 'unread', count: 2 });
    chat.setVisible(true);
    expect(said.findLast((verb) => verb.verb === 'unread')).toEqual({ verb: 'unread', count: 0 });
    expect(server.asked).toContainEqual(['read:mark', { conversationId: CONVERSATION, seq: 2 }]);
  });

  it('[TYPE-1] forgets who types after six seconds, or when the message comes', async () => {
    const chat = open();
    const agent = { id: ANNA.id, name: ANNA.name };
    const fact = { conversationId: CONVERSATION, by: 'agent' as const, agent, on: true };
    chat.hear.typing(fact);
    expect(chat.typing.value).toEqual(['Anna']);
    await vi.advanceTimersByTimeAsync(6100);
    expect(chat.typing.value).toEqual([]);
    chat.hear.typing(fact);
    chat.hear.entry(server.say('done'));
    expect(chat.typing.value).toEqual([]);
  });

  it('says that the visitor types at most every three seconds', async () => {
    server.say('hi');
    const chat = open();
    await chat.sync();
    const told = () => server.asked.filter(([name]) => name === 'typing:set').length;
    for (const draft of ['a', 'ab', 'abc']) chat.setDraft(draft);
    expect(told()).toBe(1);
    await vi.advanceTimersByTimeAsync(3100);
    chat.setDraft('abcd');
    expect(told()).toBe(2);
    chat.setDraft('');
    expect(told()).toBe(3);
  });

  it('reads earlier pages only on demand', async () => {
    server.pageSize = 10;
    for (let i = 1; i <= 25; i++) server.say(`m${i}`);
    const chat = open();
    await chat.sync();
    expect(texts(chat)).toHaveLength(10);
    await chat.readEarlier();
    await chat.readEarlier();
    expect(texts(chat)).toHaveLength(25);
    expect(chat.moreBefore.value).toBe(false);
  });

  const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
  it.each(
    SEEDS,
  )('[LOG-5] a shuffled, doubled and lossy stream ends as a fresh snapshot (seed %i)', async (seed) => {
    const random = createRandom(seed);
    const chat = open();
    await chat.sync();
    for (let step = 0; step < 60; step++) {
      const what = random();
      if (what < 0.4) server.say(`agent ${step}`);
      else if (what < 0.6) chat.send(`visitor ${step}`);
      else if (what < 0.65) server.isUp = !server.isUp;
      else if (what < 0.7 && server.isUp) void chat.sync();
      else if (what < 0.75) server.append({ type: 'hidden' });
      if (random() < 0.5) {
        const facts = server.facts.splice(0).sort(() => random() - 0.5);
        for (const fact of facts) {
          if (random() < 0.3) continue;
          chat.hear.entry(fact);
          if (random() < 0.3) chat.hear.entry(fact);
        }
      }
      await vi.advanceTimersByTimeAsync(random() * 20);
    }
    server.isUp = true;
    await chat.sync();
    await settle();
    const fresh = createChat(server.link, INIT, () => {});
    await fresh.sync();
    await settle();
    expect(chat.rows.value).toEqual(fresh.rows.value);
    expect(chat.outbox.messages.value).toEqual([]);
    const sent = server.log.flatMap((entry) => ('clientId' in entry ? [entry.clientId] : []));
    expect(new Set(sent).size).toBe(sent.length);
  });
});

/** Mulberry32: small, seeded, good enough to replay a run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
