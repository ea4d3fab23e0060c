import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../protocol/errors.ts';
import { ok, summary } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { createInbox, type Inbox, mergeSummary } from './inbox.ts';

const ME = 'ag_aaaaaaaaaaaaaaaa';
const id = (name: string) => `cv_${name.padEnd(16, 'x')}`;
const line = (name: string, updatedAt: number, more = {}) =>
  summary({ id: id(name), updatedAt, ...more });

let link: FakeLink;
let inbox: Inbox;
const names = () => inbox.lines.value.map((shown) => shown.id.slice(3).replace(/x+$/, ''));
const list = (...conversations: unknown[]) =>
  link.next('conversations:list').answer(ok({ conversations, more: false }));

beforeEach(() => {
  link = createFakeLink();
  inbox = createInbox({ link, agentId: ME });
});

describe('the list of conversations', () => {
  it('is ordered by the newest entry, and moves with it', async () => {
    void inbox.refresh();
    await list(line('b', 20), line('a', 10));
    expect(names()).toEqual(['b', 'a']);
    inbox.apply(line('a', 30, { lastSeq: 2 }));
    expect(names()).toEqual(['a', 'b']);
  });

  it('shows a conversation that it had not heard of', async () => {
    void inbox.refresh();
    await list();
    inbox.apply(line('new', 5));
    expect(names()).toEqual(['new']);
  });

  it('puts each conversation under its tabs', async () => {
    void inbox.refresh();
    await list(line('a', 10), line('m', 20, { assignee: { id: ME, name: 'Anna' } }));
    inbox.show('mine');
    expect(names()).toEqual(['m']);
    inbox.show('resolved');
    await list(line('r', 5, { status: 'resolved' }));
    expect(names()).toEqual(['r']);
    inbox.apply(line('a', 30, { lastSeq: 2, status: 'resolved' }));
    expect(names()).toEqual(['a', 'r']);
  });

  it('forgets after a reconnect what is no longer listed, but not what is on screen', async () => {
    void inbox.refresh();
    await list(line('gone', 10), line('shown', 20));
    void inbox.refresh(id('shown'));
    await list(line('new', 30));
    expect(names()).toEqual(['new', 'shown']);
  });

  it('reads the next page from the last line of the one before', async () => {
    void inbox.refresh();
    await link
      .next('conversations:list')
      .answer(ok({ conversations: [line('a', 10)], more: true }));
    expect(inbox.hasMore.value).toBe(true);
    void inbox.loadMore();
    const request = link.next('conversations:list');
    expect(request.body).toEqual({ status: 'open', before: { updatedAt: 10, id: id('a') } });
    await request.answer(ok({ conversations: [line('b', 5)], more: false }));
    expect(names()).toEqual(['a', 'b']);
    expect(inbox.hasMore.value).toBe(false);
  });

  it('says why it could not be loaded', async () => {
    void inbox.refresh();
    await link.next('conversations:list').answer(refuse('internal'));
    expect(inbox.phase.value).toBe('failed');
  });

  it('counts what is unread in open conversations', async () => {
    void inbox.refresh();
    await list(
      line('a', 10, { unread: 2 }),
      line('b', 9, { unread: 1 }),
      line('c', 8, { unread: 4, status: 'resolved' }),
    );
    expect(inbox.unread.value).toBe(3);
    inbox.applyReads(id('a'), { visitor: 0, agent: 1 });
    expect(inbox.unread.value).toBe(1);
  });
});

describe('[READ-1] two summaries of one conversation', () => {
  it('keep the furthest marks, and the newer of the rest', () => {
    const known = summary({ lastSeq: 5, reads: { visitor: 2, agent: 5 }, unread: 0 });
    const late = summary({
      lastSeq: 4,
      reads: { visitor: 3, agent: 1 },
      unread: 3,
      preview: 'old',
    });
    expect(mergeSummary(known, late)).toEqual({ ...known, reads: { visitor: 3, agent: 5 } });
  });

  it('count nothing as unread once everything is read', () => {
    const known = summary({ lastSeq: 5, reads: { visitor: 0, agent: 5 }, unread: 0 });
    const stale = summary({ lastSeq: 5, reads: { visitor: 0, agent: 4 }, unread: 1 });
    expect(mergeSummary(known, stale).unread).toBe(0);
  });
});
