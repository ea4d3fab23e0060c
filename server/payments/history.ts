/**
 * What happened to a payment, in order [PAY-1]: who asked, approved and refunded, and every event and
 * error of the provider. Written in the same transaction as what it tells, so it never tells more or
 * less than what became true. Reading it is `payment-history.ts`.
 */
import type { PaymentHistoryLine } from '../../protocol/payments.ts';
import { cleanText } from '../log/entry-draft.ts';
import type { Tx } from '../store/store.ts';

export interface HistoryLine {
  paymentId: string;
  /** Milliseconds since the epoch. */
  at: number;
  kind: PaymentHistoryLine['kind'];
  /** Who did it; not given for what the provider or the clock did. */
  agentId?: string | undefined;
  /** A status, the provider's event type, or an error code. */
  detail: string;
  amountMinor?: number | undefined;
}

const DETAIL_MAX_LENGTH = 200;
const toDetail = (text: string) => cleanText(text).slice(0, DETAIL_MAX_LENGTH);

/** The same trouble again and again is told once. */
export async function recordOnce(tx: Tx, line: HistoryLine): Promise<void> {
  const last = await tx
    .selectFrom('payment_history')
    .select(['kind', 'detail'])
    .where('payment_id', '=', line.paymentId)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.kind !== line.kind || last.detail !== toDetail(line.detail)) await record(tx, line);
}

/** Adds a line to the end of the payment's history. */
export async function record(tx: Tx, line: HistoryLine): Promise<void> {
  await tx
    .insertInto('payment_history')
    .values((value) => ({
      payment_id: line.paymentId,
      n: value
        .selectFrom('payment_history')
        .select((select) =>
          select(select.fn.coalesce(select.fn.max('n'), select.lit(0)), '+', select.lit(1)).as('n'),
        )
        .where('payment_id', '=', line.paymentId),
      at: line.at,
      kind: line.kind,
      agent_id: line.agentId ?? null,
      detail: toDetail(line.detail),
      amount_minor: line.amountMinor ?? null,
    }))
    .execute();
}
