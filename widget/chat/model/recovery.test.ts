/** What the chat's model does about losses: refusals for now, gaps at the end, another conversation. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ERRORS } from '../../../protocol/errors.ts';
import type { FrameVerb } from '../../../protocol/port.ts';
import { ANNA, FakeServer, INIT } from '../../../test/support/fake-visitor-server.ts';
import { type Chat, createChat, type Init } from './chat.ts';

const OTHER = 'cv_otherotherother1';

let server: FakeServer;
let said: FrameVerb[];
const open = (init: Partial<Init> = {}) =>
  createChat(server.link, { ...INIT, ...init }, (verb) => said.push(verb));
const settle = () => vi.advanceTimersByTimeAsync(50);
const asked = (name: string) => server.asked.filter(([request]) => request === name);
const stored = () => server.log.flatMap((entry) => ('text' in entry ? [entry.text] : []));
const shown = (chat: Chat) =>
  chat.rows.value.flatMap((row) =>
    row.kind === 'group' ? row.messages.map(({ text, state }) => [text, state]) : [],
  );

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 20, 12) });
  server = new FakeServer();
  said = [];
});
afterEach(() => vi.useRealTimers());

describe('[SEND-6] a message that is refused for now', () => {
  it.each([
    'busy',
    'unavailable',
    'rate_limited',
    'internal',
  ] as const)('as %s waits with the reason, and goes by itself with those behind it, in order', async (code) => {
    const chat = open();
    await chat.sync();
    server.refusals['message:send'] = code;
    for (const text of ['one', 'two', 'three']) chat.send(text);
    await settle();
    expect(shown(chat)).toEqual([
      ['one', 'waiting'],
      ['two', 'sending'],
      ['three', 'sending'],
    ]);
    expect(chat.outbox.messages.value[0]?.reason).toBe(ERRORS[code]);
    expect(asked('message:send')).toHaveLength(1);
    server.refusals = {};
    await vi.advanceTimersByTimeAsync(5000);
    expect(stored()).toEqual(['one', 'two', 'three']);
    expect(chat.outbox.messages.value).toEqual([]);
  });

  it('is not asked again before the time that the server named, and each time later', async () => {
    const chat = open();
    await chat.sync();
    server.refusals['message:send'] = 'busy';
    const at: number[] = [];
    chat.send('one');
    let known = 0;
    for (let ms = 0; ms < 300_000; ms += 100) {
      const count = asked('message:send').length;
      if (count > known) at.push(Date.now());
      known = count;
      await vi.advanceTimersByTimeAsync(100);
    }
    const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(900);
    // A second, and at most thirty more.
    expect(Math.max(...waits)).toBeLessThanOrEqual(31_200);
    expect(waits.length).toBeGreaterThan(8);
    expect(waits.length).toBeLessThan(60);
    // Written meanwhile, it does not ask out of turn.
    const before = asked('message:send').length;
    chat.send('two');
    chat.send('three');
    await settle();
    expect(asked('message:send').length - before).toBeLessThanOrEqual(1);
  });

  it('keeps its state while it is tried again, so that it is announced once', async () => {
    const chat = open();
    await chat.sync();
    server.refusals['message:send'] = 'busy';
    chat.send('one');
    await settle();
    const states = new Set<string | undefined>();
    const stop = chat.outbox.messages.subscribe(([message]) => states.add(message?.state));
    await vi.advanceTimersByTimeAsync(60_000);
    stop();
    expect(asked('message:send').length).toBeGreaterThan(2);
    expect([...states]).toEqual(['waiting']);
  });

  it('lets later ones past only when it was refused for what it says', async () => {
    const chat = open();
    await chat.sync();
    server.refusals['message:send'] = 'message_too_long';
    chat.send('too long');
    await settle();
    server.refusals = {};
    chat.send('two');
    await settle();
    expect(stored()).toEqual(['two']);
    expect(shown(chat)).toEqual([
      ['two', undefined],
      ['too long', 'refused'],
    ]);
  });

  it('goes before what was written after it, also when it failed for want of an answer', async () => {
    const chat = open();
    await chat.sync();
    server.isUp = false;
    chat.send('one');
    await vi.advanceTimersByTimeAsync(10_100);
    expect(shown(chat)).toEqual([['one', 'failed']]);
    server.isUp = true;
    chat.send('two');
    await settle();
    expect(stored()).toEqual(['one', 'two']);
  });
});

describe('[PORT-6] what is kept', () => {
  it('is kept while one writes, not only when one stops', async () => {
    const chat = open();
    for (let n = 1; n <= 20; n++) {
      chat.setDraft('x'.repeat(n));
      await vi.advanceTimersByTimeAsync(100);
    }
    const kept = said.flatMap((verb) => (verb.verb === 'keep' ? [verb.draft.length] : []));
    // At the start, and then about every 400 ms.
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.length).toBeLessThan(8);
    expect(20 - (kept.at(-1) ?? 0)).toBeLessThanOrEqual(4);
  });

  it('is let go of when it stands in the log above what is on the screen', async () => {
    const clientId = 'k'.repeat(16);
    server.pageSize = 10;
    server.append({ type: 'message', author: { kind: 'visitor' }, clientId, text: 'long ago' });
    for (let n = 1; n <= 25; n++) server.say(`m${n}`);
    const chat = open({ outbox: [{ clientId, text: 'long ago' }] });
    await chat.sync();
    await settle();
    expect(chat.outbox.messages.value).toEqual([]);
    expect(stored().filter((text) => text === 'long ago')).toHaveLength(1);
  });
});

describe('[SYNC-1] what may be missing', () => {
  it('is asked for again when the server refuses the reading for now', async () => {
    server.say('hello');
    server.refusals['conversation:sync'] = 'busy';
    const chat = open();
    await chat.sync();
    expect(shown(chat)).toEqual([]);
    server.refusals = {};
    await vi.advanceTimersByTimeAsync(5000);
    expect(shown(chat)).toEqual([['hello', undefined]]);
  });

  it('is asked for again when a gap could not be closed', async () => {
    server.say('one');
    const chat = open();
    await chat.sync();
    server.refusals['log:read'] = 'unavailable';
    server.say('two');
    chat.hear.entry(server.say('three'));
    await settle();
    expect(shown(chat)).toHaveLength(1);
    server.refusals = {};
    await vi.advanceTimersByTimeAsync(5000);
    expect(shown(chat).map(([text]) => text)).toEqual(['one', 'two', 'three']);
  });

  it('is read when only the conversation speaks of it', async () => {
    server.say('one');
    const chat = open();
    await chat.sync();
    server.say('lost, and the last of all');
    chat.hear.conversation({ ...server.view(), status: 'resolved' } as never);
    await settle();
    expect(shown(chat).map(([text]) => text)).toEqual(['one', 'lost, and the last of all']);
  });

  it.each([
    ['another', () => [...Array(3).keys()].map((n) => server.say(`new ${n}`))],
    ['no', () => {}],
  ])('is everything, where there is %s conversation now', async (_, fill) => {
    for (let n = 1; n <= 9; n++) server.say(`old ${n}`);
    server.reads = { visitor: 9, agent: 9 };
    const chat = open();
    await chat.sync();
    server.log = [];
    server.reads = { visitor: 0, agent: 0 };
    server.conversationId = OTHER;
    fill();
    await chat.sync();
    await settle();
    expect(shown(chat).map(([text]) => text)).toEqual(stored());
    const unread = server.log.filter((entry) => 'author' in entry && entry.author === ANNA);
    expect(said.findLast((verb) => verb.verb === 'unread')).toEqual({
      verb: 'unread',
      count: unread.length,
    });
    chat.send('and this');
    await settle();
    expect(asked('message:send').at(-1)?.[1]).toMatchObject({
      conversationId: unread.length ? OTHER : null,
    });
  });
});
