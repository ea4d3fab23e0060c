/**
 * An edit, from the moment at which the intent of the old revision may be void [PAY-7]. It stands in
 * the row before the provider is asked to void, so that a crash or a lost answer in between ends in
 * the new revision, or in the old one, and never in a request that nobody called off.
 */
import type { AppendIn } from '../log/log.ts';
import type { PaymentRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { record } from './history.ts';
import { type Order, orderColumns } from './order.ts';
import { entryOf } from './payment-rows.ts';

export interface PendingEdit {
  agent: { id: string; name: string };
  order: Order;
  approval: 'waiting' | null;
  mintedBy: string;
}

export const readPendingEdit = ({ pending_edit }: PaymentRow): PendingEdit | null =>
  pending_edit === null ? null : (JSON.parse(pending_edit) as PendingEdit);

/** @returns the row of the next revision, which has no intent yet; written, told and appended */
export async function applyEdit(
  tx: Tx,
  append: AppendIn,
  row: PaymentRow,
  { edit, now }: { edit: PendingEdit; now: number },
): Promise<PaymentRow> {
  const { agent, order, approval, mintedBy } = edit;
  const edited: PaymentRow = {
    ...row,
    ...orderColumns(order, now),
    revision: row.revision + 1,
    keys_spent: 0,
    status: 'created',
    reason: null,
    intent_id: null,
    approval,
    approved_by: null,
    minted_by: mintedBy,
    pending_edit: null,
    next_look_at: now,
    updated_at: now,
  };
  await tx.updateTable('payments').set(edited).where('id', '=', row.id).execute();
  await record(tx, {
    paymentId: row.id,
    at: now,
    kind: 'edited',
    agentId: agent.id,
    detail: `revision ${edited.revision}${approval === null ? '' : ', waiting'}`,
    amountMinor: edited.amount_minor,
  });
  await append(entryOf(edited, { kind: 'agent', ...agent }));
  return edited;
}
