/** The payments of a filter as a file for a spreadsheet or a bookkeeper, made line by line. */
import type { DisputeState } from '../../protocol/entries.ts';
import type { PaymentsFilter } from '../../protocol/payments.ts';
import type { Database } from '../store/store.ts';
import { BYTE_ORDER_MARK, toLine, toMajor, toText } from './csv.ts';
import { selectPage } from './list-payments.ts';
import type { SummaryRow } from './summaries.ts';

const PAGE_SIZE = 500;

const COLUMNS = [
  'payment_id',
  'reference',
  'created_at',
  'paid_at',
  'status',
  'currency',
  'amount',
  'refunded',
  'amount_minor',
  'refunded_minor',
  'description',
  'receipt_email',
  'card_brand',
  'card_last4',
  'visitor',
  'requested_by',
  'site',
  'conversation_id',
  'stripe_payment_intent',
  'dispute_status',
  'dispute_amount',
  'dispute_due_at',
] as const;

/**
 * Newest first. However many there are, only one page is in memory.
 * @param beforePage is waited for before a page leaves
 */
export async function* exportPayments(
  db: Database,
  filter: PaymentsFilter,
  beforePage: (conversationIds: string[]) => Promise<unknown> = async () => {},
): AsyncGenerator<string, void> {
  yield BYTE_ORDER_MARK + toLine(COLUMNS);
  let page = await selectPage(db, filter, undefined, PAGE_SIZE);
  while (page.length > 0) {
    await beforePage(page.map((row) => row.conversation_id));
    yield page.map(toPaymentLine).join('');
    const last = page.at(-1);
    if (page.length < PAGE_SIZE || !last) return;
    page = await selectPage(db, filter, { createdAt: last.created_at, id: last.id }, PAGE_SIZE);
  }
}

function toPaymentLine(row: SummaryRow): string {
  const dispute = row.dispute === null ? null : (JSON.parse(row.dispute) as DisputeState);
  const cells: Record<(typeof COLUMNS)[number], string | number> = {
    payment_id: row.id,
    reference: toText(row.reference ?? ''),
    created_at: toInstant(row.created_at),
    paid_at: toInstant(row.paid_at),
    status: row.status,
    currency: row.currency,
    amount: toMajor(row.amount_minor, row.currency),
    refunded: toMajor(row.refunded_minor, row.currency),
    amount_minor: row.amount_minor,
    refunded_minor: row.refunded_minor,
    description: toText(row.description),
    receipt_email: toText(row.receipt_email ?? ''),
    card_brand: toText(row.card_brand ?? ''),
    card_last4: row.card_last4 ?? '',
    visitor: toText(row.visitor_name ?? ''),
    requested_by: toText(row.agent_name),
    site: toText(row.site_name),
    conversation_id: row.conversation_id,
    stripe_payment_intent: row.intent_id ?? '',
    dispute_status: toText(dispute?.status ?? ''),
    dispute_amount: dispute ? toMajor(dispute.amountMinor, row.currency) : '',
    dispute_due_at: toInstant(dispute?.dueAt ?? null),
  };
  return toLine(COLUMNS.map((name) => cells[name]));
}

const toInstant = (at: number | null) => (at === null ? '' : new Date(at).toISOString());
