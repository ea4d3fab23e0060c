/**
 * The incidents page: what the server listed, kept up to date by `incident:changed`. What is open is
 * known before the page is shown, since the rail marks what this agent has not looked at yet.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Refusal } from '../../protocol/errors.ts';
import type { IncidentSummary } from '../../protocol/incidents.ts';
import type { Keep } from './keep.ts';
import type { AgentLink } from './link.ts';

export type IncidentStatus = IncidentSummary['status'];
type Cursor = { lastAt: number; id: string };

/** How far the list of one status has been read. */
interface Progress {
  more: boolean;
  end: Cursor | null;
}

export interface Incidents {
  readonly status: ReadonlySignal<IncidentStatus>;
  readonly lines: ReadonlySignal<readonly IncidentSummary[]>;
  readonly openCount: ReadonlySignal<number>;
  /** Browsers' reports about something else, of which nothing but their number is kept. */
  readonly dropped: ReadonlySignal<number>;
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  readonly hasMore: ReadonlySignal<boolean>;
  readonly loadingMore: ReadonlySignal<boolean>;
  /** Whether an incident is open that was not there when the page was last on screen. */
  readonly hasNew: ReadonlySignal<boolean>;
  /** The one that is being closed or opened. */
  readonly settling: ReadonlySignal<string | null>;
  /** The page is on screen, or no longer. */
  setShown(shown: boolean): void;
  filter(status: IncidentStatus): void;
  /** Lists anew, after a connect. */
  refresh(): Promise<void>;
  loadMore(): Promise<void>;
  apply(summary: IncidentSummary): void;
  /** @returns whether it was done; `refusal` says why not. */
  settle(incidentId: string, status: IncidentStatus): Promise<boolean>;
}

const newestFirst = (a: IncidentSummary, b: IncidentSummary) =>
  b.lastAt - a.lastAt || (a.id < b.id ? 1 : -1);
const isBefore = (line: IncidentSummary, at: Cursor) =>
  line.lastAt < at.lastAt || (line.lastAt === at.lastAt && line.id < at.id);

export function createIncidents({ link, keep }: { link: AgentLink; keep: Keep }): Incidents {
  const status = signal<IncidentStatus>('open');
  const byId = signal<ReadonlyMap<string, IncidentSummary>>(new Map());
  const progress = signal<Partial<Record<IncidentStatus, Progress>>>({});
  const dropped = signal(0);
  const refusal = signal<Refusal | null>(null);
  const loadingMore = signal(false);
  const settling = signal<string | null>(null);
  const kept = keep.read('incidents-seen');
  const seenAt = signal(typeof kept === 'number' ? kept : 0);
  let shown = false;
  /** Answers to an older question than this are dropped. */
  let question = 0;

  const openLines = computed(() => [...byId.value.values()].filter((one) => one.status === 'open'));

  /** What is on screen is seen. */
  function see() {
    if (!shown) return;
    const newest = Math.max(seenAt.peek(), ...openLines.peek().map(({ openedAt }) => openedAt));
    if (newest === seenAt.peek()) return;
    seenAt.value = newest;
    keep.write('incidents-seen', newest);
  }

  function put(summaries: readonly IncidentSummary[]) {
    const next = new Map(byId.peek());
    for (const summary of summaries) {
      const known = next.get(summary.id);
      // An answer may be older than a fact that overtook it.
      if (!known || known.updatedAt <= summary.updatedAt) next.set(summary.id, summary);
    }
    byId.value = next;
    see();
  }

  async function list(wanted: IncidentStatus, before?: Cursor): Promise<void> {
    const mine = question;
    const body = { status: wanted, ...(before && { before }) };
    const answer = await link.request('incidents:list', body);
    if (mine !== question) return;
    refusal.value = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    const { incidents, more } = answer.data;
    const last = incidents.at(-1);
    const end = last ? { lastAt: last.lastAt, id: last.id } : (before ?? null);
    put(incidents);
    progress.value = { ...progress.peek(), [wanted]: { more, end } };
    dropped.value = answer.data.dropped;
  }

  return {
    status,
    dropped,
    refusal,
    loadingMore,
    settling,
    openCount: computed(() => openLines.value.length),
    hasNew: computed(() => openLines.value.some(({ openedAt }) => openedAt > seenAt.value)),
    hasMore: computed(() => progress.value[status.value]?.more ?? false),
    phase: computed(() => {
      if (progress.value[status.value]) return 'ready';
      return refusal.value ? 'failed' : 'loading';
    }),
    lines: computed(() => {
      const { more, end } = progress.value[status.value] ?? { more: false, end: null };
      return (
        [...byId.value.values()]
          // Between the last page and an older line others may be missing: it waits for its page.
          .filter((line) => line.status === status.value && !(more && end && isBefore(line, end)))
          .sort(newestFirst)
      );
    }),
    setShown(next) {
      shown = next;
      see();
    },
    filter(next) {
      status.value = next;
      refusal.value = null;
      if (!progress.peek()[next]) void list(next);
    },
    async refresh() {
      question++;
      loadingMore.value = false;
      refusal.value = null;
      const wanted = status.peek();
      await Promise.all([list('open'), wanted === 'open' ? null : list(wanted)]);
    },
    async loadMore() {
      const { more, end } = progress.peek()[status.peek()] ?? {};
      if (!more || !end || loadingMore.peek()) return;
      loadingMore.value = true;
      await list(status.peek(), end);
      loadingMore.value = false;
    },
    apply: (summary) => put([summary]),
    async settle(incidentId, wanted) {
      settling.value = incidentId;
      const name = wanted === 'closed' ? 'incident:close' : 'incident:reopen';
      const answer = await link.request(name, { incidentId });
      settling.value = null;
      refusal.value = answer.ok ? null : answer.error;
      return answer.ok;
    },
  };
}
