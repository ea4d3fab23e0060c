/** A payment as the console's payments page shows it. The one place that joins who, where and what. */
import type { PaymentSummary } from '../../protocol/payments.ts';
import type { Config } from '../config.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import { readAttention } from './attention.ts';
import { toPaymentState } from './payment-rows.ts';
import { refundableMinor } from './refund-rows.ts';

/** Whether the server's own key is a live one; `null` without a key. */
export const livemodeOf = ({ stripe }: Pick<Config, 'stripe'>): boolean | null =>
  stripe ? /^[a-z]+_live_/.test(stripe.secretKey) : null;

export const selectSummaries = (db: Database) =>
  db
    .selectFrom('payments as p')
    .innerJoin('sites as s', 's.id', 'p.site_id')
    .innerJoin('conversations as c', 'c.id', 'p.conversation_id')
    .innerJoin('visitors as v', 'v.id', 'c.visitor_id')
    .innerJoin('agents as a', 'a.id', 'p.requested_by')
    .selectAll('p')
    .select([
      's.name as site_name',
      'v.id as visitor_id',
      'v.name as visitor_name',
      'a.name as agent_name',
    ]);

export type SummaryRow = PaymentRow & {
  site_name: string;
  visitor_id: string;
  visitor_name: string | null;
  agent_name: string;
};

/** Those of many payments at once, by payment. */
export async function findRefundsOf(
  db: Database,
  rows: readonly Pick<PaymentRow, 'id'>[],
): Promise<Map<string, RefundRow[]>> {
  if (rows.length === 0) return new Map();
  const ids = rows.map(({ id }) => id);
  const refunds = await db
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', 'in', ids)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return Map.groupBy(refunds, ({ payment_id }) => payment_id);
}

/** @param livemode of the server's own key; nothing is linked without one */
export function toSummary(
  row: SummaryRow,
  refunds: readonly RefundRow[],
  livemode: boolean | null,
): PaymentSummary {
  const providerUrl = livemode === null ? undefined : dashboardUrl(row, livemode);
  const attention = readAttention(row);
  return {
    payment: toPaymentState(row, refunds),
    conversationId: row.conversation_id,
    site: { id: row.site_id, name: row.site_name },
    visitorId: row.visitor_id,
    ...(row.visitor_name !== null && { visitorName: row.visitor_name }),
    requestedBy: { id: row.requested_by, name: row.agent_name },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.receipt_email !== null && { receiptEmail: row.receipt_email }),
    refundableMinor: refundableMinor(row, refunds),
    ...(row.fraud_warning === 1 && { fraudWarning: true as const }),
    ...(attention && { attention }),
    ...(providerUrl !== undefined && { providerUrl }),
  };
}

/** https://docs.stripe.com/dashboard/basics: the account first, then the mode. */
function dashboardUrl(row: SummaryRow, livemode: boolean): string | undefined {
  if (row.intent_id === null || row.minted_by === 'merchant') return undefined;
  const account = row.minted_by === 'server' ? null : row.minted_by;
  const path = [account, livemode ? null : 'test', 'payments', row.intent_id];
  return `https://dashboard.stripe.com/${path.filter((part) => part !== null).join('/')}`;
}
