/**
 * The payments page: what the server listed for a filter, kept up to date by `payment:changed`. The
 * totals are the server's, over every page; a change asks for them anew rather than guess.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Refusal } from '../../protocol/errors.ts';
import type { PaymentSummary, PaymentTotals } from '../../protocol/payments.ts';
import type { AgentLink } from './link.ts';
import {
  type FilterFields,
  isFiltered,
  matchesFilter,
  NO_FILTER,
  queryOf,
  toPaymentsFilter,
} from './payments-filter.ts';

/** Changes come in bursts: the totals are asked for once after each. */
const TOTALS_DELAY_MS = 600;

type Cursor = { createdAt: number; id: string };

export interface PaymentsList {
  readonly filter: ReadonlySignal<FilterFields>;
  readonly filtered: ReadonlySignal<boolean>;
  readonly lines: ReadonlySignal<readonly PaymentSummary[]>;
  readonly totals: ReadonlySignal<readonly PaymentTotals[]>;
  /** Currencies that were seen, for the filter. */
  readonly currencies: ReadonlySignal<readonly string[]>;
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  readonly hasMore: ReadonlySignal<boolean>;
  readonly loadingMore: ReadonlySignal<boolean>;
  readonly exportUrl: ReadonlySignal<string>;
  /** The page is on screen: loads it, the first time. */
  show(): void;
  setFilter(change: Partial<FilterFields>): void;
  clearFilter(): void;
  /** Lists anew, such as after a connect; nothing before the page was shown. */
  refresh(): Promise<void>;
  loadMore(): Promise<void>;
  apply(summary: PaymentSummary): void;
  close(): void;
}

const idOf = ({ payment }: PaymentSummary) => payment.paymentId;
const newestFirst = (a: PaymentSummary, b: PaymentSummary) =>
  b.createdAt - a.createdAt || (idOf(a) < idOf(b) ? 1 : -1);

/** @returns the newer of two summaries of one payment, whatever order they arrive in. */
export const newerSummary = (
  known: PaymentSummary | undefined,
  incoming: PaymentSummary,
): PaymentSummary => (known && known.updatedAt > incoming.updatedAt ? known : incoming);

const isBefore = (line: PaymentSummary, at: Cursor) =>
  line.createdAt < at.createdAt || (line.createdAt === at.createdAt && idOf(line) < at.id);

export function createPaymentsList({
  link,
  currency,
}: {
  link: AgentLink;
  currency: string;
}): PaymentsList {
  const filter = signal<FilterFields>(NO_FILTER);
  const byId = signal<ReadonlyMap<string, PaymentSummary>>(new Map());
  const totals = signal<readonly PaymentTotals[]>([]);
  const seen = signal<ReadonlySet<string>>(new Set([currency]));
  const phase = signal<'loading' | 'ready' | 'failed'>('loading');
  const refusal = signal<Refusal | null>(null);
  const more = signal(false);
  const loadingMore = signal(false);
  /** The last line of the last page; `null` while no page of this filter is there. */
  const end = signal<Cursor | null>(null);
  /** Answers to an older question than this are dropped. */
  let question = 0;
  let shown = false;
  /** What changed while a first page was on its way, and may be missing in it. */
  let meanwhile = new Map<string, PaymentSummary>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const put = (into: Map<string, PaymentSummary>, lines: Iterable<PaymentSummary>) => {
    for (const line of lines) into.set(idOf(line), newerSummary(byId.peek().get(idOf(line)), line));
    byId.value = into;
  };
  function takeTotals(next: readonly PaymentTotals[]) {
    totals.value = next;
    seen.value = new Set([...seen.peek(), ...next.map((line) => line.currency)]);
  }
  const ask = (before?: Cursor, limit?: number) =>
    link.request('payments:list', {
      filter: toPaymentsFilter(filter.peek()),
      ...(before && { before }),
      ...(limit && { limit }),
    });
  const endOf = (lines: readonly PaymentSummary[]): Cursor | null => {
    const last = lines.at(-1);
    return last ? { createdAt: last.createdAt, id: idOf(last) } : null;
  };

  async function refresh() {
    if (!shown) return;
    const mine = ++question;
    clearTimeout(timer);
    meanwhile = new Map();
    loadingMore.value = false;
    if (phase.peek() === 'failed') phase.value = 'loading';
    const answer = await ask();
    if (mine !== question) return;
    refusal.value = answer.ok ? null : answer.error;
    if (!answer.ok) {
      // What is there stays: after the next connect it is listed anew.
      if (phase.peek() === 'loading') phase.value = 'failed';
      return;
    }
    const { payments } = answer.data;
    put(new Map(), [...meanwhile.values(), ...payments]);
    end.value = endOf(payments);
    more.value = answer.data.more;
    takeTotals(answer.data.totals);
    phase.value = 'ready';
  }

  async function refreshTotals() {
    const mine = question;
    const answer = await ask(undefined, 1);
    if (answer.ok && mine === question) takeTotals(answer.data.totals);
  }

  function listUnder(next: FilterFields) {
    filter.value = next;
    phase.value = 'loading';
    end.value = null;
    more.value = false;
    void refresh();
  }

  return {
    filter,
    filtered: computed(() => isFiltered(filter.value)),
    totals,
    phase,
    refusal,
    hasMore: more,
    loadingMore,
    currencies: computed(() => [...seen.value].sort()),
    exportUrl: computed(() => `/api/agent/payments.csv${queryOf(filter.value)}`),
    lines: computed(() => {
      const wanted = toPaymentsFilter(filter.value);
      // Between the last page and an older line others may be missing: it waits for its page.
      const at = more.value ? end.value : null;
      return [...byId.value.values()]
        .filter((line) => matchesFilter(line, wanted) && !(at && isBefore(line, at)))
        .sort(newestFirst);
    }),
    show() {
      if (shown) return;
      shown = true;
      // The first connect lists as well.
      if (link.state.peek() === 'online') void refresh();
    },
    setFilter: (change) => listUnder({ ...filter.peek(), ...change }),
    clearFilter: () => listUnder(NO_FILTER),
    refresh,
    async loadMore() {
      const before = end.peek();
      if (!more.peek() || loadingMore.peek() || !before) return;
      const mine = question;
      loadingMore.value = true;
      const answer = await ask(before);
      if (mine !== question) return;
      loadingMore.value = false;
      refusal.value = answer.ok ? null : answer.error;
      if (!answer.ok) return;
      put(new Map(byId.peek()), answer.data.payments);
      end.value = endOf(answer.data.payments) ?? before;
      more.value = answer.data.more;
      takeTotals(answer.data.totals);
    },
    apply(summary) {
      if (!shown) return;
      meanwhile.set(idOf(summary), summary);
      put(new Map(byId.peek()), [summary]);
      clearTimeout(timer);
      timer = setTimeout(() => void refreshTotals(), TOTALS_DELAY_MS);
    },
    close: () => clearTimeout(timer),
  };
}
