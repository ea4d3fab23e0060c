import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentIdentity } from '../protocol/http.ts';
import { ANNA, CONVERSATION, message, ok, summary } from '../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../test/support/fake-agent-link.ts';
import { createDesk, type Desk } from './desk.ts';
import { createMemoryKeep, type Keep } from './models/keep.ts';
import { NO_ANSWER } from './models/link.ts';

const agent: AgentIdentity = {
  id: 'ag_aaaaaaaaaaaaaaaa',
  name: 'Anna Berg',
  email: 'anna@example.com',
  colleagues: [],
  role: 'owner',
  payments: true,
  currency: 'EUR',
};
const OTHER = 'cv_bbbbbbbbbbbbbbbb';

let link: FakeLink;
let keep: Keep;
const onVisitorMessage = vi.fn();
const start = (): Desk => {
  link = createFakeLink();
  return createDesk({ agent, link, reports, keep, onVisitorMessage });
};
const reports = {
  ask: () => Promise.resolve(NO_ANSWER),
  list: () => Promise.resolve(NO_ANSWER),
  read: () => Promise.resolve(NO_ANSWER),
};
const snapshot = (lastSeq: number, ...entries: unknown[]) =>
  ok({ conversation: summary({ lastSeq }), entries, more: false });

beforeEach(() => {
  keep = createMemoryKeep();
  onVisitorMessage.mockClear();
});

describe('the desk', () => {
  it('[LOG-5] lists and syncs anew after every connect, from the cursor', async () => {
    const desk = start();
    desk.select(CONVERSATION);
    await link.next('conversation:sync').answer(snapshot(1, message(1)));
    link.connect();
    expect(link.next('conversations:list').body).toEqual({ status: 'open' });
    expect(link.next('conversation:sync').body).toEqual({ conversationId: CONVERSATION, after: 1 });
  });

  it('[LOG-6] syncs a conversation that was opened before the connect when it is shown again', async () => {
    const desk = start();
    desk.select(CONVERSATION);
    await link.next('conversation:sync').answer(snapshot(1, message(1)));
    desk.select(null);
    desk.select(CONVERSATION);
    expect(link.asked).toEqual([]);
    desk.select(null);
    link.connect();
    link.next('conversations:list');
    link.next('payments:list');
    link.next('incidents:list');
    expect(link.asked).toEqual([]);
    desk.select(CONVERSATION);
    link.next('conversation:sync');
  });

  it('[SYNC-1] does the same when it is told that its state is stale, within the time that was named', async () => {
    vi.useFakeTimers();
    const desk = start();
    desk.select(CONVERSATION);
    await link.next('conversation:sync').answer(snapshot(1, message(1)));
    link.fact('state:stale', { withinMs: 5000 });
    await vi.advanceTimersByTimeAsync(5000);
    vi.useRealTimers();
    expect(link.asked.map(({ name }) => name).sort()).toEqual([
      'conversation:sync',
      'conversations:list',
      'incidents:list',
      'payments:list',
    ]);
  });

  it('[SYNC-1] brings back whatever page is on the screen', async () => {
    const desk = start();
    const place = { conversationId: null, paymentId: null };
    desk.go({ ...place, page: 'payments', paymentId: 'pr_aaaaaaaaaaaaaaaa' });
    desk.go({ ...place, page: 'notices', paymentId: 'pr_aaaaaaaaaaaaaaaa' });
    void desk.payments.templates.load();
    for (const name of ['payments:list', 'payment:history', 'notice:list', 'template:list'])
      await link.next(name).answer(NO_ANSWER);
    link.asked.length = 0;
    link.connect();
    expect(link.asked.map(({ name }) => name).sort()).toEqual([
      'conversations:list',
      'incidents:list',
      'notice:list',
      'payment:history',
      // The page's, and what needs attention.
      'payments:list',
      'payments:list',
      'template:list',
    ]);
  });

  it('[LOG-5] reads the log of an open conversation when the list knows of more', async () => {
    vi.useFakeTimers();
    const desk = start();
    desk.select(CONVERSATION);
    await link.next('conversation:sync').answer(snapshot(1, message(1)));
    link.fact('conversation:changed', summary({ lastSeq: 2 }));
    await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    expect(link.next('log:read').body).toEqual({ conversationId: CONVERSATION, after: 1 });
  });

  it('[READ-1] says again what was read when the server did not hear of it', async () => {
    const desk = start();
    desk.select(CONVERSATION);
    await link.next('conversation:sync').answer(snapshot(3, message(1), message(2), message(3)));
    desk.markRead(CONVERSATION, 3);
    link.told.length = 0;
    link.connect();
    await link.next('conversation:sync').answer(snapshot(3));
    expect(link.told).toEqual([
      { name: 'read:mark', body: { conversationId: CONVERSATION, seq: 3 } },
    ]);
  });

  it('hands facts to the conversation that they are about', async () => {
    const desk = start();
    desk.select(CONVERSATION);
    await link.next('conversation:sync').answer(snapshot(1, message(1)));
    link.fact('entry:appended', { ...message(2), conversationId: OTHER });
    link.fact('entry:appended', message(2));
    expect(desk.selected.value?.thread.entries.value).toHaveLength(2);
  });

  it('[SEND-5] sends what was left unsent before a reload, whatever is on screen', async () => {
    const before = start();
    before.select(CONVERSATION);
    await link.next('conversation:sync').answer(snapshot(1, message(1)));
    before.selected.value?.composer.input('Half way');
    before.selected.value?.composer.send();
    const { clientId } = link.next('message:send').body;

    const after = start();
    expect(after.unsentIn.value.has(CONVERSATION)).toBe(true);
    link.connect();
    await link.next('conversation:sync').answer(snapshot(1, message(1)));
    expect(link.next('message:send').body).toMatchObject({ clientId, text: 'Half way' });
  });

  it('[READ-1] marks what is seen once, and never while it is offline', async () => {
    const desk = start();
    link.fact('conversation:changed', summary({ lastSeq: 3, unread: 2 }));
    desk.markRead(CONVERSATION, 3);
    desk.markRead(CONVERSATION, 3);
    desk.markRead(CONVERSATION, 2);
    expect(link.told).toEqual([
      { name: 'read:mark', body: { conversationId: CONVERSATION, seq: 3 } },
    ]);
    expect(desk.inbox.unread.value).toBe(0);
    link.state.value = 'offline';
    desk.markRead(CONVERSATION, 4);
    expect(link.told).toHaveLength(1);
  });

  it('tells of a new message of a visitor, and of nothing else', () => {
    start();
    link.fact('conversation:changed', summary({ lastSeq: 1, unread: 1 }));
    link.fact('conversation:changed', summary({ lastSeq: 2, unread: 1, assignee: agent }));
    link.fact('conversation:changed', summary({ lastSeq: 3, unread: 2 }));
    expect(onVisitorMessage).toHaveBeenCalledTimes(2);
  });

  it('says why an action was refused', async () => {
    const desk = start();
    desk.select(CONVERSATION);
    void desk.resolve();
    await link.next('conversation:resolve').answer(NO_ANSWER);
    expect(desk.notice.value?.message).toBe('The server did not answer.');
    desk.dismissNotice();
    expect(desk.notice.value).toBe(null);
  });

  it('[LOG-5] reads the payments that are on screen anew after every connect', async () => {
    const desk = start();
    const paymentId = 'pr_aaaaaaaaaaaaaaaa';
    desk.go({ page: 'payments', conversationId: null, paymentId });
    link.next('payments:list');
    link.next('payment:history');
    link.connect();
    link.next('payments:list');
    desk.go({ page: 'inbox', conversationId: CONVERSATION, paymentId: null });
    expect(desk.payments.panel.value).toBe(null);
    expect(desk.selectedId.value).toBe(CONVERSATION);
    desk.go({ page: 'payments', conversationId: null, paymentId: null });
    expect(desk.selected.value).toBe(null);
  });

  it('keeps the drafts of two agents apart', () => {
    const desk = start();
    desk.select(CONVERSATION);
    desk.selected.value?.composer.input(`from ${ANNA.name}`);
    const other = createDesk({
      agent: { ...agent, id: 'ag_bbbbbbbbbbbbbbbb' },
      link: createFakeLink(),
      reports,
      keep,
      onVisitorMessage,
    });
    other.select(CONVERSATION);
    expect(other.selected.value?.composer.text.value).toBe('');
  });
});
