/**
 * One signed-in agent's work: wires the link to the list, to the conversations that were opened and
 * to who is typing. Has no DOM; `close()` undoes everything.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { newClientId } from '../protocol/client-id.ts';
import type { ConversationSummary } from '../protocol/conversations.ts';
import type { Outcome, Refusal } from '../protocol/errors.ts';
import type { AgentIdentity } from '../protocol/http.ts';
import type { PaymentSummary } from '../protocol/payments.ts';
import { type BreachDesk, createBreachDesk } from './breach-desk.ts';
import { visitorName } from './format/people.ts';
import { type Composer, createComposer } from './models/composer.ts';
import type { ReportsApi } from './models/exposure.ts';
import { createInbox, type Inbox } from './models/inbox.ts';
import { createIncidents, type Incidents } from './models/incidents.ts';
import { type Keep, keepUnder } from './models/keep.ts';
import type { AgentLink } from './models/link.ts';
import { unsentConversations } from './models/outbox.ts';
import { INBOX, type Place } from './models/place.ts';
import { createThread, type Thread } from './models/thread.ts';
import { createTyping, type TypingModel } from './models/typing.ts';
import { createPaymentsDesk, type PaymentsDesk } from './payments-desk.ts';

const RETRY_MS = 3000;

export interface OpenConversation {
  thread: Thread;
  composer: Composer;
}

export interface Desk {
  readonly agent: AgentIdentity;
  readonly link: AgentLink;
  readonly inbox: Inbox;
  readonly payments: PaymentsDesk;
  readonly incidents: Incidents;
  readonly breach: BreachDesk;
  readonly typing: TypingModel['typing'];
  readonly place: ReadonlySignal<Place>;
  readonly selectedId: ReadonlySignal<string | null>;
  readonly selected: ReadonlySignal<OpenConversation | null>;
  readonly summary: ReadonlySignal<ConversationSummary | null>;
  /** Conversations in which something could not be sent. */
  readonly unsentIn: ReadonlySignal<ReadonlySet<string>>;
  /** Why the last thing that was tried was refused. */
  readonly notice: ReadonlySignal<Refusal | null>;
  go(place: Place): void;
  select(conversationId: string | null): void;
  assign(agentId: string | null): Promise<void>;
  resolve(): Promise<void>;
  reopen(): Promise<void>;
  markRead(conversationId: string, seq: number): void;
  /** A payment's visitor, by the name that the list of conversations has for them. */
  visitorOf(payment: PaymentSummary): string;
  approvePayment(paymentId: string): Promise<void>;
  dismissNotice(): void;
  close(): void;
}

export interface DeskDeps {
  agent: AgentIdentity;
  link: AgentLink;
  reports: ReportsApi;
  /** Lasts as long as the browser tab. */
  keep: Keep;
  onVisitorMessage: () => void;
}

export function createDesk(deps: DeskDeps): Desk {
  const { agent, link, keep: everyone, onVisitorMessage } = deps;
  const keep = keepUnder(everyone, agent.id);
  const inbox = createInbox({ link, agentId: agent.id });
  const payments = createPaymentsDesk(agent, link);
  const incidents = createIncidents({ link, keep });
  const breach = createBreachDesk(agent, link, deps.reports);
  const typing = createTyping();
  const opened = signal<ReadonlyMap<string, OpenConversation>>(new Map());
  /** Opened before the last connect, so that facts may be missing. */
  const stale = new Set<string>();
  const place = signal<Place>(INBOX);
  const selectedId = signal<string | null>(null);
  const selected = signal<OpenConversation | null>(null);
  const notice = signal<Refusal | null>(null);

  function open(conversationId: string): OpenConversation {
    const known = opened.peek().get(conversationId);
    if (known) return known;
    const thread = createThread({
      conversationId,
      link,
      keep,
      newClientId,
      onSummary(summary) {
        const mark = inbox.byId.peek().get(summary.id)?.reads.agent ?? 0;
        // Told to a connection that was dead already.
        if (mark > summary.reads.agent) link.tell('read:mark', { conversationId, seq: mark });
        inbox.apply(summary);
      },
    });
    const composer = createComposer({
      conversationId,
      keep,
      send: thread.outbox.send,
      tellTyping: (on) => link.tell('typing:set', { conversationId, on }),
    });
    const conversation = { thread, composer };
    opened.value = new Map(opened.peek()).set(conversationId, conversation);
    stale.add(conversationId);
    return conversation;
  }

  function refresh(conversation: OpenConversation | null) {
    const { thread } = conversation ?? {};
    if (!thread || !stale.has(thread.conversationId) || link.state.peek() !== 'online') return;
    stale.delete(thread.conversationId);
    void thread.sync().then((done) => {
      if (done) return;
      stale.add(thread.conversationId);
      // Shown already, so that it looks complete although it is not: try until it is.
      if (thread.phase.peek() === 'ready') setTimeout(() => refresh(conversation), RETRY_MS);
    });
  }

  function select(conversationId: string | null) {
    selected.peek()?.composer.rest();
    selectedId.value = conversationId;
    selected.value = conversationId ? open(conversationId) : null;
    notice.value = null;
    refresh(selected.peek());
  }

  /** Everything that a screen shows, as the server has it now [SYNC-1]. */
  function resync() {
    for (const id of opened.peek().keys()) stale.add(id);
    void inbox.refresh(selectedId.peek());
    payments.refresh();
    void incidents.refresh();
    breach.refresh();
    for (const conversation of opened.peek().values()) {
      const isShown = conversation === selected.peek();
      if (isShown || conversation.thread.outbox.items.peek().length) refresh(conversation);
    }
  }
  let staleTimer: ReturnType<typeof setTimeout> | undefined;

  // What was left unsent before a reload is sent wherever the agent looks now.
  for (const id of unsentConversations(keep)) open(id);

  const undo = [
    link.on('entry:appended', (entry) =>
      opened.peek().get(entry.conversationId)?.thread.receive(entry),
    ),
    link.on('conversation:changed', (summary) => {
      const known = inbox.byId.peek().get(summary.id)?.unread ?? 0;
      if (summary.status === 'open' && summary.unread > known) onVisitorMessage();
      inbox.apply(summary);
      if (!stale.has(summary.id)) opened.peek().get(summary.id)?.thread.hearOf(summary.lastSeq);
    }),
    link.on('incident:changed', incidents.apply),
    link.on('typing:changed', typing.receive),
    link.on('read:changed', ({ conversationId, reads }) => inbox.applyReads(conversationId, reads)),
    link.on('state:stale', ({ withinMs }) => {
      clearTimeout(staleTimer);
      staleTimer = setTimeout(resync, Math.random() * withinMs);
    }),
    link.onConnect(resync),
  ];

  async function act(run: (conversationId: string) => Promise<Outcome<null>>) {
    const id = selectedId.peek();
    if (!id) return;
    const answer = await run(id);
    notice.value = answer.ok ? null : answer.error;
  }

  return {
    agent,
    link,
    inbox,
    payments,
    incidents,
    breach,
    typing: typing.typing,
    place,
    selectedId,
    selected,
    summary: computed(() => inbox.byId.value.get(selectedId.value ?? '') ?? null),
    unsentIn: computed(() => {
      const failed = [...opened.value.values()].filter(({ thread }) =>
        thread.outbox.items.value.some((item) => item.state === 'failed'),
      );
      return new Set(failed.map(({ thread }) => thread.conversationId));
    }),
    notice,
    select,
    go(next) {
      place.value = next;
      if (next.page === 'payments') payments.list.show();
      incidents.setShown(next.page === 'incidents');
      breach.go(next);
      if (next.conversationId !== selectedId.peek()) select(next.conversationId);
      payments.open(next.paymentId);
    },
    assign: (agentId) =>
      act((conversationId) => link.request('conversation:assign', { conversationId, agentId })),
    resolve: () =>
      act((conversationId) => link.request('conversation:resolve', { conversationId })),
    reopen: () => act((conversationId) => link.request('conversation:reopen', { conversationId })),
    markRead(conversationId, seq) {
      const known = inbox.byId.peek().get(conversationId);
      if (!known || known.reads.agent >= seq || link.state.peek() !== 'online') return;
      link.tell('read:mark', { conversationId, seq });
      inbox.applyReads(conversationId, { ...known.reads, agent: seq });
    },
    visitorOf({ visitorName: name, visitorId, conversationId }) {
      const known = inbox.byId.value.get(conversationId)?.visitor;
      return name?.trim() || visitorName(known ?? { id: visitorId });
    },
    approvePayment: (paymentId) => act(() => link.request('payment:approve', { paymentId })),
    dismissNotice() {
      notice.value = null;
    },
    close() {
      selected.peek()?.composer.rest();
      for (const run of undo) run();
      clearTimeout(staleTimer);
      payments.close();
      breach.close();
      link.close();
    },
  };
}
