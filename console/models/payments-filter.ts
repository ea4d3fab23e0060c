/** The filters of the payments page: as their fields hold them, as the wire and the export want them. */
import type { PaymentStatus } from '../../protocol/entries.ts';
import type { PaymentSummary, PaymentsFilter } from '../../protocol/payments.ts';
import { awaitsApproval } from '../format/payment-words.ts';

/** What stands beside the states: what waits for somebody. */
export const WAITING_CHOICES = ['waiting', 'attention'] as const;
export type StateChoice = PaymentStatus | (typeof WAITING_CHOICES)[number];

/** Empty is "any". Dates are `YYYY-MM-DD`, days of the agent's own time zone, both included. */
export interface FilterFields {
  status: StateChoice | '';
  agentId: string;
  currency: string;
  from: string;
  to: string;
}

export const NO_FILTER: FilterFields = { status: '', agentId: '', currency: '', from: '', to: '' };

export const isFiltered = (fields: FilterFields): boolean => Object.values(fields).some(Boolean);

/** @returns when a local day begins, or one that is `later` days after it; not before the epoch. */
function startOfDay(date: string, later = 0): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  if (!day) return undefined;
  return Math.max(0, new Date(Number(year), Number(month) - 1, Number(day) + later).getTime());
}

export function toPaymentsFilter(fields: FilterFields): PaymentsFilter {
  const { status, agentId, currency } = fields;
  const from = startOfDay(fields.from);
  const to = startOfDay(fields.to, 1);
  return {
    ...(status === 'waiting'
      ? { approval: 'waiting' as const }
      : status === 'attention'
        ? { attention: true as const }
        : status && { status }),
    ...(agentId && { agentId }),
    ...(currency && { currency }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** @returns the filter as a query, with its `?`; nothing when there is none. */
export function queryOf(fields: FilterFields): string {
  const values = Object.entries(toPaymentsFilter(fields)).map(([name, value]) => [
    name,
    `${value}`,
  ]);
  return values.length ? `?${new URLSearchParams(values)}` : '';
}

/** Whether a line belongs under a filter: the same rule as the server's, for what changes live. */
export const matchesFilter = (line: PaymentSummary, filter: PaymentsFilter): boolean =>
  (filter.status === undefined || line.payment.status === filter.status) &&
  (filter.approval === undefined || awaitsApproval(line.payment)) &&
  (filter.attention === undefined || line.attention !== undefined) &&
  (filter.agentId === undefined || line.requestedBy.id === filter.agentId) &&
  (filter.currency === undefined || line.payment.currency === filter.currency) &&
  (filter.conversationId === undefined || line.conversationId === filter.conversationId) &&
  (filter.from === undefined || line.createdAt >= filter.from) &&
  (filter.to === undefined || line.createdAt < filter.to);
