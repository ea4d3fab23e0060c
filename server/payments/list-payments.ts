/** The console's payments page: newest first, by cursor, with totals over the whole filter. */

import type { DisputeState } from '../../protocol/entries.ts';
import { PAGE_MAX_PAYMENTS } from '../../protocol/limits.ts';
import type {
  PaymentsFilter,
  PaymentsList,
  PaymentsPage,
  PaymentTotals,
} from '../../protocol/payments.ts';
import type { Database } from '../store/store.ts';
import { isPaid } from './states.ts';
import { findRefundsOf, type SummaryRow, selectSummaries, toSummary } from './summaries.ts';

type Cursor = NonNullable<PaymentsList['before']>;

export async function listPayments(
  db: Database,
  { filter, before, limit = PAGE_MAX_PAYMENTS }: PaymentsList,
  livemode: boolean | null,
): Promise<PaymentsPage> {
  const found = await selectPage(db, filter, before, limit + 1);
  const rows = found.slice(0, limit);
  const refunds = await findRefundsOf(db, rows);
  return {
    payments: rows.map((row) => toSummary(row, refunds.get(row.id) ?? [], livemode)),
    more: found.length > limit,
    totals: await totalsOf(db, filter),
  };
}

/** Newest first; also what the export reads, page by page. */
export function selectPage(
  db: Database,
  filter: PaymentsFilter,
  before: Cursor | undefined,
  limit: number,
): Promise<SummaryRow[]> {
  let query = matching(selectSummaries(db), filter).orderBy('p.created_at', 'desc');
  if (before) {
    query = query.where((where) =>
      where.or([
        where('p.created_at', '<', before.createdAt),
        where.and([where('p.created_at', '=', before.createdAt), where('p.id', '<', before.id)]),
      ]),
    );
  }
  return query.orderBy('p.id', 'desc').limit(limit).execute();
}

const matching = (
  query: ReturnType<typeof selectSummaries>,
  { status, agentId, currency, conversationId, approval, attention, from, to }: PaymentsFilter,
) =>
  query
    // What `isAnnounced` says: a request that the provider has not answered is seen by nobody.
    .where((where) =>
      where.or([
        where('p.intent_id', 'is not', null),
        where('p.approval', 'is not', null),
        where('p.approved_by', 'is not', null),
        where('p.status', '!=', 'created'),
        where('p.revision', '>', 1),
      ]),
    )
    .$if(status !== undefined, (some) => some.where('p.status', '=', status ?? 'created'))
    .$if(agentId !== undefined, (some) => some.where('p.requested_by', '=', agentId ?? ''))
    .$if(currency !== undefined, (some) => some.where('p.currency', '=', currency ?? ''))
    .$if(conversationId !== undefined, (some) =>
      some.where('p.conversation_id', '=', conversationId ?? ''),
    )
    .$if(approval !== undefined, (some) =>
      // An edit that waits may have been called off, and an old request have expired.
      some.where('p.approval', '=', 'waiting').where('p.status', 'not in', ['canceled', 'expired']),
    )
    .$if(attention !== undefined, (some) => some.where('p.attention', 'is not', null))
    .$if(from !== undefined, (some) => some.where('p.created_at', '>=', from ?? 0))
    .$if(to !== undefined, (some) => some.where('p.created_at', '<', to ?? 0));

/** One line a currency, in the order of their codes. */
async function totalsOf(db: Database, filter: PaymentsFilter): Promise<PaymentTotals[]> {
  const groups = await matching(selectSummaries(db), filter)
    .clearSelect()
    .select(({ fn }) => [
      'p.currency',
      'p.status',
      fn.countAll<number>().as('count'),
      fn.sum<number>('p.amount_minor').as('amount_minor'),
      fn.sum<number>('p.refunded_minor').as('refunded_minor'),
    ])
    .groupBy(['p.currency', 'p.status'])
    .orderBy('p.currency')
    .execute();
  const disputed = await disputedMinor(db, filter);
  const totals = new Map<string, PaymentTotals>();
  for (const group of groups) {
    const { currency } = group;
    const total = totals.get(currency) ?? emptyTotals(currency, disputed.get(currency) ?? 0);
    const amountMinor = Number(group.amount_minor);
    total.count += Number(group.count);
    total.requestedMinor += amountMinor;
    total.paidMinor += isPaid(group.status) ? amountMinor : 0;
    total.refundedMinor += Number(group.refunded_minor);
    totals.set(currency, total);
  }
  return [...totals.values()];
}

/** Few at any time, and the amount stands in their JSON. */
async function disputedMinor(db: Database, filter: PaymentsFilter): Promise<Map<string, number>> {
  const rows = await matching(selectSummaries(db), filter)
    .clearSelect()
    .select(['p.currency', 'p.dispute'])
    .where('p.status', '=', 'disputed')
    .execute();
  const sums = new Map<string, number>();
  for (const { currency, dispute } of rows) {
    const { amountMinor } = JSON.parse(dispute ?? '{"amountMinor":0}') as DisputeState;
    sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
  }
  return sums;
}

const emptyTotals = (currency: string, disputed: number): PaymentTotals => ({
  currency,
  count: 0,
  requestedMinor: 0,
  paidMinor: 0,
  refundedMinor: 0,
  disputedMinor: disputed,
});
