/**
 * An agent changes what is asked for [PAY-7]: the intent of the old revision is voided first, and only
 * when the provider says that it is void does the next revision exist. Whoever paid meanwhile has
 * paid the old one.
 */
import type { PaymentEdit } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { mintedBy, takesPayments } from '../sites/minting.ts';
import { findSite } from '../sites/sites.ts';
import type { PaymentRow } from '../store/schema.ts';
import { askProvider } from './ask-provider.ts';
import { type Looking, lookNow } from './look.ts';
import { makeIntent } from './make-intent.ts';
import { type Order, parseOrder } from './order.ts';
import { findPayment, isAnnounced } from './payment-rows.ts';
import { applyEdit, type PendingEdit } from './pending-edit.ts';
import { checkRequest } from './request-rule.ts';
import { isPayable } from './states.ts';
import { isVoid } from './void-intent.ts';

/**
 * @throws AppError `payment_unknown`, `payment_not_editable`, `revision_outdated`, with the code of
 * the rule that the new order breaks, or of the provider
 */
export async function editPayment(
  looking: Looking,
  agent: AgentActor,
  { paymentId, revision, ...asked }: PaymentEdit,
): Promise<{ revision: number }> {
  return looking.turns.take(paymentId, async () => {
    const row = await editable(looking, paymentId, revision);
    const edit = await planEdit(looking, agent, { row, order: parseOrder(asked) });
    if (row.intent_id !== null) await voidOld(looking, row, edit);
    const { log, clock } = looking.deps;
    const edited = await log.transact((tx, append) =>
      applyEdit(tx, append, row, { edit, now: clock.now() }),
    );
    if (edited.approval === null) await makeIntent(looking, paymentId);
    return { revision: edited.revision };
  });
}

async function editable({ deps }: Looking, id: string, revision: number): Promise<PaymentRow> {
  const row = await findPayment(deps.store.db, id);
  if (!row || !isAnnounced(row)) throw new AppError('payment_unknown');
  if (!isPayable(row.status) || row.status === 'processing') {
    throw new AppError('payment_not_editable');
  }
  if (row.revision !== revision) throw new AppError('revision_outdated');
  return row;
}

async function planEdit(
  { deps: { store, clock, config } }: Looking,
  agent: AgentActor,
  { row, order }: { row: PaymentRow; order: Order },
): Promise<PendingEdit> {
  const site = await findSite(store.db, row.site_id);
  if (!site || !takesPayments(config, site)) throw new AppError('payments_disabled');
  const approval = await checkRequest(store.db, agent, {
    siteId: row.site_id,
    amountMinor: order.amountMinor,
    currency: order.currency,
    paymentId: row.id,
    now: clock.now(),
  });
  const { id, name } = agent;
  return { agent: { id, name }, order, approval, mintedBy: mintedBy(site) };
}

async function voidOld(looking: Looking, row: PaymentRow, edit: PendingEdit): Promise<void> {
  const { deps } = looking;
  const now = deps.clock.now();
  // Due at once: should this be cut short, the next look ends it one way or the other.
  await deps.store.db
    .updateTable('payments')
    .set({ pending_edit: JSON.stringify(edit), next_look_at: now })
    .where('id', '=', row.id)
    .execute();
  const intent = await askProvider(looking, row, 'duplicate');
  if (isVoid(intent)) return;
  await lookNow(looking, row.id);
  throw new AppError('payment_not_editable');
}
