import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ERRORS, refuse } from '../../protocol/errors.ts';
import { ANNA, CONVERSATION, message, ok, summary } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { createMemoryKeep, type Keep } from './keep.ts';
import { NO_ANSWER } from './link.ts';
import { createThread, type Thread } from './thread.ts';

let link: FakeLink;
let keep: Keep;
let ids: number;

const start = (): Thread =>
  createThread({
    conversationId: CONVERSATION,
    link,
    keep,
    newClientId: () => `client-${++ids}`,
    onSummary: () => {},
  });
const seqs = (thread: Thread) => thread.entries.value.map(({ seq }) => seq);
const snapshot = (entries: unknown[], lastSeq: number, more = false) =>
  ok({ conversation: summary({ lastSeq }), entries, more });

async function started(last = 2): Promise<Thread> {
  const thread = start();
  void thread.sync();
  const entries = Array.from({ length: last }, (_, index) => message(index + 1));
  await link.next('conversation:sync').answer(snapshot(entries, last));
  return thread;
}

beforeEach(() => {
  vi.useFakeTimers();
  link = createFakeLink();
  keep = createMemoryKeep();
  ids = 0;
});
afterEach(() => vi.useRealTimers());

describe('[LOG-5] a thread', () => {
  it('asks for everything past its cursor, and shows the next fact at once', async () => {
    const thread = await started();
    thread.receive(message(3));
    expect(seqs(thread)).toEqual([1, 2, 3]);
    void thread.sync();
    expect(link.next('conversation:sync').body).toEqual({ conversationId: CONVERSATION, after: 3 });
  });

  it('reads the log when a fact leaves a gap', async () => {
    const thread = await started();
    thread.receive(message(5));
    expect(seqs(thread)).toEqual([1, 2]);
    const read = link.next('log:read');
    expect(read.body).toEqual({ conversationId: CONVERSATION, after: 2 });
    await read.answer(ok({ entries: [message(3), message(4), message(5)], more: false }));
    expect(seqs(thread)).toEqual([1, 2, 3, 4, 5]);
  });

  it('reads on while there is more, and for what was heard of meanwhile', async () => {
    const thread = await started();
    thread.receive(message(4));
    thread.receive(message(6));
    await link.next('log:read').answer(ok({ entries: [message(3), message(4)], more: true }));
    expect(link.asked).toHaveLength(1);
    await link.next('log:read').answer(ok({ entries: [message(5), message(6)], more: false }));
    expect(seqs(thread)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(link.asked).toHaveLength(0);
  });

  it('gives up on an answer that brings nothing, until the next hint', async () => {
    const thread = await started();
    thread.receive(message(5));
    await link.next('log:read').answer(ok({ entries: [], more: false }));
    expect(link.asked).toHaveLength(0);
    thread.receive(message(6));
    expect(link.next('log:read').body.after).toBe(2);
  });

  it('reads the log when only the conversation speaks of an entry', async () => {
    const thread = await started();
    thread.hearOf(3);
    await vi.advanceTimersByTimeAsync(500);
    await link.next('log:read').answer(ok({ entries: [message(3)], more: false }));
    expect(seqs(thread)).toEqual([1, 2, 3]);
    thread.hearOf(4);
    thread.receive(message(4));
    await vi.advanceTimersByTimeAsync(500);
    expect(link.asked).toEqual([]);
  });

  it('keeps what it was told while the first page was on its way', async () => {
    const thread = start();
    void thread.sync();
    thread.receive(message(3));
    await link.next('conversation:sync').answer(snapshot([message(1), message(2)], 2));
    await link.next('log:read').answer(ok({ entries: [message(3)], more: false }));
    expect(seqs(thread)).toEqual([1, 2, 3]);
  });

  it('says why it could not be loaded, and loads when it is asked again', async () => {
    const thread = start();
    void thread.sync();
    await link.next('conversation:sync').answer(refuse('conversation_unknown'));
    expect(thread.phase.value).toBe('failed');
    expect(thread.refusal.value?.code).toBe('conversation_unknown');
    void thread.sync();
    await link.next('conversation:sync').answer(snapshot([message(1)], 1));
    expect(thread.phase.value).toBe('ready');
  });

  it('[LOG-3] reads older pages from its first entry', async () => {
    const thread = start();
    void thread.sync();
    await link.next('conversation:sync').answer(snapshot([message(3), message(4)], 4, true));
    void thread.loadOlder();
    void thread.loadOlder();
    const read = link.next('log:read');
    expect(read.body).toEqual({ conversationId: CONVERSATION, before: 3 });
    expect(link.asked).toHaveLength(0);
    await read.answer(ok({ entries: [message(1), message(2)], more: false }));
    expect(seqs(thread)).toEqual([1, 2, 3, 4]);
    expect(thread.hasOlder.value).toBe(false);
  });
});

describe('[SEND-1] what an agent sends', () => {
  it('is shown as sending, and leaves the outbox when the log holds it', async () => {
    const thread = await started();
    thread.outbox.send('message', 'Hello');
    expect(thread.outbox.items.value).toMatchObject([{ state: 'sending', text: 'Hello' }]);
    await link.next('message:send').answer(ok({ conversationId: CONVERSATION, seq: 3, at: 1 }));
    expect(thread.outbox.items.value).toHaveLength(1);
    thread.receive(message(3, { author: ANNA, clientId: 'client-1', text: 'Hello' }));
    expect(thread.outbox.items.value).toHaveLength(0);
  });

  it('reads the log when the fact of an accepted message does not come', async () => {
    const thread = await started();
    thread.outbox.send('note', 'Careful');
    await link.next('note:send').answer(ok({ conversationId: CONVERSATION, seq: 3, at: 1 }));
    await vi.advanceTimersByTimeAsync(500);
    const entry = message(3, { author: ANNA, clientId: 'client-1' });
    await link.next('log:read').answer(ok({ entries: [entry], more: false }));
    expect(thread.outbox.items.value).toHaveLength(0);
  });

  it('[SEND-5] is not sent without an answer, and goes again with the same clientId', async () => {
    const thread = await started();
    thread.outbox.send('message', 'Hello');
    await link.next('message:send').answer(NO_ANSWER);
    expect(thread.outbox.items.value).toMatchObject([{ state: 'failed' }]);
    thread.outbox.retry('client-1');
    thread.outbox.retry('client-1');
    expect(thread.outbox.items.value).toMatchObject([{ state: 'sending' }]);
    expect(link.asked.map(({ body }) => body.clientId)).toEqual(['client-1']);
  });

  it('goes again by itself after a reconnect, in order, but not what was refused for what it says', async () => {
    const thread = await started();
    thread.outbox.send('message', 'too long');
    thread.outbox.send('message', 'lost');
    thread.outbox.send('note', 'after it');
    await link.next('message:send').answer(refuse('message_too_long'));
    await link.next('message:send').answer(NO_ANSWER);
    expect(thread.outbox.items.value).toMatchObject([
      { state: 'failed', refused: true },
      { state: 'failed' },
      { state: 'sending' },
    ]);
    expect(link.asked).toEqual([]);
    void thread.sync();
    await link.next('conversation:sync').answer(snapshot([], 2));
    expect(link.asked.map(({ body }) => body.text)).toEqual(['lost']);
    const accepted = ok({ conversationId: CONVERSATION, seq: 3, at: 1 });
    await link.next('message:send').answer(accepted);
    expect(link.asked.map(({ body }) => body.text)).toEqual(['after it']);
  });

  it.each([
    'busy',
    'rate_limited',
    'unavailable',
  ] as const)('[SEND-6] waits with the reason when it is refused as %s, and goes by itself with those behind it', async (code) => {
    const thread = await started();
    thread.outbox.send('message', 'one');
    thread.outbox.send('message', 'two');
    await link.next('message:send').answer(refuse(code, 1000));
    expect(thread.outbox.items.value).toMatchObject([
      { state: 'waiting', reason: ERRORS[code] },
      { state: 'sending' },
    ]);
    thread.outbox.send('message', 'three');
    await vi.advanceTimersByTimeAsync(990);
    expect(link.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(3100);
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      expect(link.asked.map(({ body }) => body.text)).toEqual([text]);
      const seq = index + 3;
      await link.next('message:send').answer(ok({ conversationId: CONVERSATION, seq, at: 1 }));
    }
  });

  it('lets go of what stands in the log above what is on the screen', async () => {
    keep.write('outbox', {
      [CONVERSATION]: [{ clientId: 'client-0', kind: 'message', text: 'old', at: 1 }],
    });
    const thread = start();
    void thread.sync();
    await link.next('conversation:sync').answer(snapshot([message(8), message(9)], 9, true));
    await link.next('message:send').answer(ok({ conversationId: CONVERSATION, seq: 3, at: 1 }));
    expect(thread.outbox.items.value).toEqual([]);
  });

  it('survives a reload', async () => {
    const before = await started();
    before.outbox.send('message', 'Hello');
    link = createFakeLink();
    const after = start();
    expect(after.outbox.items.value).toMatchObject([{ clientId: 'client-1', state: 'failed' }]);
    void after.sync();
    await link
      .next('conversation:sync')
      .answer(snapshot([message(1, { author: ANNA, clientId: 'client-1' })], 1));
    expect(after.outbox.items.value).toHaveLength(0);
    expect(keep.read('outbox')).toBe(null);
  });
});
