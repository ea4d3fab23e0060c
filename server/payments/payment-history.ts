/** Reads what happened to one payment; writing it is `history.ts`. */
import type { PaymentHistoryLine, PaymentSummary } from '../../protocol/payments.ts';
import type { PaymentHistory } from '../../protocol/sockets.ts';
import { AppError } from '../app-error.ts';
import type { Database } from '../store/store.ts';
import { findRefundsOf, selectSummaries, toSummary } from './summaries.ts';

/** @throws AppError `payment_unknown` */
export async function readHistory(
  db: Database,
  paymentId: string,
  livemode: boolean | null,
): Promise<PaymentHistory> {
  const [summary] = await findSummaries(db, [paymentId], livemode);
  if (!summary) throw new AppError('payment_unknown');
  return { summary, lines: await readLines(db, paymentId) };
}

export async function findSummaries(
  db: Database,
  ids: readonly string[],
  livemode: boolean | null,
): Promise<PaymentSummary[]> {
  if (ids.length === 0) return [];
  const rows = await selectSummaries(db).where('p.id', 'in', ids).execute();
  const refunds = await findRefundsOf(db, rows);
  return rows.map((row) => toSummary(row, refunds.get(row.id) ?? [], livemode));
}

async function readLines(db: Database, paymentId: string): Promise<PaymentHistoryLine[]> {
  const rows = await db
    .selectFrom('payment_history as h')
    .leftJoin('agents as a', 'a.id', 'h.agent_id')
    .select(['h.at', 'h.kind', 'h.detail', 'h.amount_minor', 'a.id as agent_id', 'a.name'])
    .where('h.payment_id', '=', paymentId)
    .orderBy('h.n')
    .execute();
  return rows.map(({ at, kind, detail, amount_minor, agent_id, name }) => ({
    at,
    kind,
    ...(agent_id !== null && name !== null && { by: { id: agent_id, name } }),
    detail,
    ...(amount_minor !== null && { amountMinor: amount_minor }),
  }));
}
