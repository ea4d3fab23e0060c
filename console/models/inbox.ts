/**
 * The list of conversations: what the server listed, kept up to date by `conversation:changed`. One
 * summary per conversation for the whole console, so that list, header and details never disagree.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ConversationSummary, ReadMarks } from '../../protocol/conversations.ts';
import type { Refusal } from '../../protocol/errors.ts';
import type { AgentLink } from './link.ts';

export type Tab = 'open' | 'mine' | 'resolved' | 'all';
export const TABS: readonly Tab[] = ['open', 'mine', 'resolved', 'all'];
type Listed = 'open' | 'resolved' | 'all';
const listedFor = (tab: Tab): Listed => (tab === 'mine' ? 'open' : tab);

interface Progress {
  more: boolean;
  before?: { updatedAt: number; id: string };
}

export interface Inbox {
  readonly tab: ReadonlySignal<Tab>;
  readonly lines: ReadonlySignal<readonly ConversationSummary[]>;
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  readonly hasMore: ReadonlySignal<boolean>;
  /** Unread messages in open conversations, and how many conversations of mine are open. */
  readonly unread: ReadonlySignal<number>;
  readonly byId: ReadonlySignal<ReadonlyMap<string, ConversationSummary>>;
  show(tab: Tab): void;
  /** Lists anew, after a connect. `keepId` is the conversation on screen, which stays. */
  refresh(keepId?: string | null): Promise<void>;
  loadMore(): Promise<void>;
  apply(summary: ConversationSummary): void;
  applyReads(conversationId: string, reads: ReadMarks): void;
}

const newestFirst = (a: ConversationSummary, b: ConversationSummary) =>
  b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1);

/** Marks only move forward [READ-1], whatever order the facts arrive in. */
const furthest = (a: ReadMarks, b: ReadMarks): ReadMarks => ({
  visitor: Math.max(a.visitor, b.visitor),
  agent: Math.max(a.agent, b.agent),
});

/** @returns the newer of two summaries with the furthest marks of both. */
export function mergeSummary(
  known: ConversationSummary | undefined,
  incoming: ConversationSummary,
): ConversationSummary {
  if (!known) return incoming;
  const newer = incoming.lastSeq >= known.lastSeq ? incoming : known;
  const reads = furthest(known.reads, incoming.reads);
  return { ...newer, reads, unread: reads.agent >= newer.lastSeq ? 0 : newer.unread };
}

export function createInbox({ link, agentId }: { link: AgentLink; agentId: string }): Inbox {
  const tab = signal<Tab>('open');
  const byId = signal<ReadonlyMap<string, ConversationSummary>>(new Map());
  const progress = signal<Partial<Record<Listed, Progress>>>({});
  const refusal = signal<Refusal | null>(null);

  const matches = (line: ConversationSummary, wanted: Tab) =>
    wanted === 'all' ||
    (wanted === 'mine'
      ? line.status === 'open' && line.assignee?.id === agentId
      : line.status === wanted);

  function put(summaries: readonly ConversationSummary[]) {
    const next = new Map(byId.peek());
    for (const summary of summaries)
      next.set(summary.id, mergeSummary(next.get(summary.id), summary));
    byId.value = next;
  }

  async function list(status: Listed, before?: Progress['before']) {
    const answer = await link.request('conversations:list', { status, ...(before && { before }) });
    refusal.value = answer.ok ? null : answer.error;
    if (!answer.ok) return null;
    const { conversations, more } = answer.data;
    const last = conversations.at(-1);
    const next = last ? { updatedAt: last.updatedAt, id: last.id } : before;
    return { conversations, status, progress: { more, ...(next && { before: next }) } };
  }

  function take(page: Awaited<ReturnType<typeof list>>) {
    if (!page) return;
    put(page.conversations);
    progress.value = { ...progress.peek(), [page.status]: page.progress };
  }

  return {
    tab,
    byId,
    refusal,
    lines: computed(() =>
      [...byId.value.values()].filter((line) => matches(line, tab.value)).sort(newestFirst),
    ),
    phase: computed(() =>
      progress.value[listedFor(tab.value)] ? 'ready' : refusal.value ? 'failed' : 'loading',
    ),
    hasMore: computed(() => progress.value[listedFor(tab.value)]?.more ?? false),
    unread: computed(() =>
      [...byId.value.values()].reduce(
        (sum, line) => sum + (line.status === 'open' ? line.unread : 0),
        0,
      ),
    ),
    show(next) {
      tab.value = next;
      if (!progress.peek()[listedFor(next)]) void list(listedFor(next)).then(take);
    },
    async refresh(keepId) {
      const page = await list(listedFor(tab.peek()));
      if (!page) return;
      // What is not listed may have changed unseen: it is listed again when its tab is shown.
      const kept = keepId ? byId.peek().get(keepId) : undefined;
      byId.value = new Map(kept ? [[kept.id, kept]] : []);
      progress.value = {};
      take(page);
    },
    async loadMore() {
      const status = listedFor(tab.peek());
      const at = progress.peek()[status];
      if (at?.more) take(await list(status, at.before));
    },
    apply: (summary) => put([summary]),
    applyReads(conversationId, reads) {
      const known = byId.peek().get(conversationId);
      if (known) put([{ ...known, reads: furthest(known.reads, reads) }]);
    },
  };
}
