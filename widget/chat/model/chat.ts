/**
 * The conversation as the screen shows it: log, outbox, typing, read marks, draft. Events are hints
 * and the log is the truth [LOG-5], so everything confirmed comes in through `hear.entry` or a read
 * from the cursor. No DOM, no sockets: a `Link` in, signals and port verbs out.
 */
import { batch, computed, effect, signal } from '@preact/signals-core';
import { createBackOff } from '../../../protocol/back-off-timer.ts';
import type { ConversationView } from '../../../protocol/conversations.ts';
import type { Entry } from '../../../protocol/entries.ts';
import type { NoticeBanner, NoticeChanged } from '../../../protocol/incidents.ts';
import { OUTBOX_MAX_MESSAGES } from '../../../protocol/limits.ts';
import type { FrameVerb, LoaderVerb } from '../../../protocol/port.ts';
import type { ReadChanged, TypingChanged } from '../../../protocol/sockets.ts';
import { draftToKeep } from './draft.ts';
import type { Link } from './link.ts';
import { ConversationLog } from './log.ts';
import { createOutbox } from './outbox.ts';
import { createTimeline } from './timeline.ts';
import { createOwnTyping, createTypists } from './typing.ts';

export type Init = Extract<LoaderVerb, { verb: 'init' }>;
export type Chat = ReturnType<typeof createChat>;

const KEEP_DRAFT_MS = 400;

export function createChat(link: Link, init: Init, say: (verb: FrameVerb) => void) {
  let log = new ConversationLog();
  let conversationId: string | null = null;
  const entries = signal<readonly Entry[]>([]);
  const moreBefore = signal(false);
  /** Off while history comes in, so that nobody is told it as news. */
  const isNews = signal(false);
  let isSynced = false;
  const status = signal<ConversationView['status']>();
  const agentRead = signal(0);
  const visitorRead = signal(0);
  const isOpen = signal(init.open);
  const notice = signal<NoticeBanner | null>();
  /** For reads that the server refused for now. */
  const again = createBackOff();
  let draft = init.draft;

  const typists = createTypists();
  const outbox = createOutbox(
    link,
    init.outbox,
    () => conversationId,
    (sent) => {
      conversationId ??= sent.conversationId;
      status.value = 'open';
      // The entry comes as everyone's event, before the ack; if that was lost, the log has it.
      const isRead = sent.seq <= log.cursor;
      if (!isRead) catchUp();
      return isRead;
    },
  );
  const typeOwn = createOwnTyping(
    (on) => conversationId && link.request('typing:set', { conversationId, on }),
  );

  const unread = computed(
    () =>
      entries.value.filter(
        (entry) =>
          entry.seq > visitorRead.value &&
          (entry.type === 'message' || entry.type === 'payment') &&
          entry.author.kind === 'agent',
      ).length,
  );
  const rows = computed(() =>
    createTimeline(entries.value, outbox.messages.value, agentRead.value, init.paid),
  );

  function publish() {
    batch(() => {
      entries.value = log.visible();
      moreBefore.value = log.moreBefore;
      for (const entry of entries.value) {
        if ('clientId' in entry && entry.clientId && outbox.confirm(entry.clientId)) {
          say({ verb: 'event', name: 'message:sent' });
        }
      }
    });
    markRead();
  }

  /** What is known of another conversation, or of one that is gone, is nothing of this one. */
  function adopt(view: ConversationView | null) {
    batch(() => {
      if (conversationId && view?.id !== conversationId) {
        log = new ConversationLog();
        agentRead.value = visitorRead.value = 0;
      }
      conversationId = view?.id ?? null;
      status.value = view?.status;
      if (view) setReads(view.reads);
    });
  }

  function setReads(reads: ConversationView['reads']) {
    batch(() => {
      agentRead.value = Math.max(agentRead.value, reads.agent);
      visitorRead.value = Math.max(visitorRead.value, reads.visitor);
    });
  }

  /** The visitor's mark follows what is on screen [READ-1]. */
  function markRead() {
    if (!isOpen.value || !unread.value) return;
    visitorRead.value = log.cursor;
    tellRead();
  }

  function tellRead() {
    if (conversationId) link.request('read:mark', { conversationId, seq: visitorRead.value });
  }

  let catching = false;
  /** Reads from the cursor until the log is whole again. */
  async function catchUp() {
    if (catching || !conversationId) return;
    catching = true;
    let more = true;
    while (more && conversationId) {
      const before = log.cursor;
      const reading = log;
      const answer = await link.request('log:read', { conversationId, after: before });
      // It is another conversation by now.
      if (reading !== log) break;
      if (!answer?.ok) {
        if (answer) again.later(sync, answer.error);
        break;
      }
      log.accept(answer.data.entries);
      // A page that brings nothing new would be read for ever.
      more = (answer.data.more || log.hasGap) && log.cursor > before;
      publish();
    }
    catching = false;
  }

  /** After every connect, and whenever something may be missing: state, and what is past the cursor. */
  async function sync(): Promise<void> {
    const after = log.cursor;
    const answer = await link.request('conversation:sync', { conversationId: null, after });
    if (!answer) return;
    if (!answer.ok) return again.later(sync, answer.error);
    again.reset();
    const { conversation, entries: page, more } = answer.data;
    notice.value = answer.data.notice;
    const known = conversationId;
    adopt(conversation);
    if (known && conversationId !== known) return sync();
    if (conversation && conversation.reads.visitor < visitorRead.value) tellRead();
    if (after) log.accept(page);
    else log.acceptLastPage(page, more);
    isSynced = true;
    publish();
    newsAgain();
    if ((after && more) || log.hasGap) await catchUp();
    outbox.flush();
  }

  /** Once what just came in is on the screen. */
  const newsAgain = () => setTimeout(() => (isNews.value = true), 500);

  let isReading = false;
  async function readEarlier() {
    if (isReading || !conversationId || !log.moreBefore) return;
    isReading = true;
    isNews.value = false;
    const answer = await link.request('log:read', { conversationId, before: log.first });
    if (answer?.ok) {
      log.acceptEarlier(answer.data.entries, answer.data.more);
      publish();
    }
    isReading = false;
    newsAgain();
  }

  let keepTimer: ReturnType<typeof setTimeout> | undefined;
  function keep() {
    clearTimeout(keepTimer);
    keepTimer = undefined;
    say({
      verb: 'keep',
      draft: draftToKeep(draft),
      outbox: outbox.messages.value
        .slice(0, OUTBOX_MAX_MESSAGES)
        .map(({ clientId, text }) => ({ clientId, text })),
    });
  }

  effect(keep);
  effect(() => say({ verb: 'unread', count: Math.min(99, unread.value) }));
  effect(() => {
    if (status.value) say({ verb: 'conversation', open: status.value === 'open' });
  });

  return {
    init,
    rows,
    moreBefore,
    isNews,
    typing: typists.names,
    notice,
    /** @returns the address of a notice with a proof for this browser [NOTICE-2]. */
    async prove(noticeId: string) {
      const answer = await link.request('notice:check', { noticeId });
      return answer?.ok ? answer.data.url : undefined;
    },
    dismiss(noticeId: string) {
      notice.value = null;
      link.request('notice:dismiss', { noticeId });
    },
    outbox,
    sync,
    readEarlier,
    /** Whether the visitor can see the conversation now. */
    setVisible(open: boolean) {
      isOpen.value = open;
      markRead();
    },
    setDraft(text: string) {
      draft = text;
      typeOwn(Boolean(text.trim()));
      // While one types, and not only when one stops: a tab that crashes gives no time for more.
      keepTimer ??= setTimeout(keep, KEEP_DRAFT_MS);
    },
    /** @param text trimmed, within the limits, and free of card numbers. */
    send(text: string) {
      draft = '';
      typeOwn(false);
      outbox.add(text);
    },
    pay(shown: Extract<FrameVerb, { verb: 'pay' }>['shown']) {
      keep();
      say({ verb: 'pay', shown });
    },
    keep,
    hear: {
      entry(entry: Entry) {
        conversationId ??= entry.conversationId;
        if (entry.conversationId !== conversationId) return void sync();
        const isNew = entry.seq > log.cursor;
        log.accept([entry]);
        // In any tab, a visitor's message opens the conversation, the first as any other [SEND-4].
        if (isNew && entry.type === 'message' && entry.author.kind === 'visitor') {
          status.value = 'open';
        }
        if (entry.type === 'message' && entry.author.kind === 'agent') {
          typists.stopped(entry.author.id);
          if (isNew) say({ verb: 'event', name: 'message:received' });
        }
        publish();
        // Before the first read nothing is a gap: that read brings the last page.
        if (log.hasGap && isSynced) catchUp();
      },
      notice: (fact: NoticeChanged) => {
        notice.value = fact.notice;
      },
      typing: (fact: TypingChanged) => typists.hear(fact),
      reads: (fact: ReadChanged) => fact.conversationId === conversationId && setReads(fact.reads),
      conversation(view: ConversationView) {
        if (conversationId && view.id !== conversationId) return void sync();
        adopt(view);
        // The last entry of all may be the one that was lost.
        if (isSynced && view.lastSeq > log.cursor) catchUp();
      },
    },
  };
}
