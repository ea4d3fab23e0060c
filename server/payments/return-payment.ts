/**
 * Gives everything back that was charged over another sum than was asked for [PAY-12]. No limit fits
 * money that nobody asked for, so it is for those who may approve. Once it is all back the look that
 * sees it cancels the request.
 */
import type { PaymentReturn } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { PaymentRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { readAttention } from './attention.ts';
import { record } from './history.ts';
import { type Look, type Looking, lookNow } from './look.ts';
import { findPayment } from './payment-rows.ts';
import { requireApprover } from './permissions.ts';
import { sendRefund } from './send-refund.ts';

/**
 * @throws AppError `forbidden`, `payment_unknown`, `payment_not_refundable` where nothing of it is
 * left to give back, or with the code of the provider
 */
export async function returnPayment(
  looking: Looking,
  look: Look,
  agent: AgentActor,
  asked: PaymentReturn,
): Promise<{ refundId: string }> {
  const { deps, turns } = looking;
  await requireApprover(deps.store.db, agent.id, []);
  const refundId = await turns.take(asked.paymentId, async () => {
    // How much is left is what the provider says now, not what a screen showed.
    const { payment } = await lookNow(looking, asked.paymentId);
    return deps.log.transact((tx) => findOrInsert(deps, tx, agent, { payment, asked }));
  });
  await sendRefund(deps, look, refundId);
  return { refundId };
}

async function findOrInsert(
  { clock, random }: Deps,
  tx: Tx,
  agent: AgentActor,
  { payment, asked: { paymentId, clientId } }: { payment: PaymentRow; asked: PaymentReturn },
): Promise<string> {
  const first = await tx
    .selectFrom('refunds')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  if (first) return first.id;
  const sum = readAttention((await findPayment(tx, paymentId)) ?? payment);
  if (sum?.code !== 'amount_differs' || !sum.charged) throw new AppError('payment_not_refundable');
  const amountMinor = sum.amountMinor - sum.returnedMinor;
  if (amountMinor <= 0) throw new AppError('payment_not_refundable');
  const id = newId(random, 'rf');
  const at = clock.now();
  await tx
    .insertInto('refunds')
    .values({
      id,
      payment_id: paymentId,
      client_id: clientId,
      amount_minor: amountMinor,
      reason: 'requested_by_customer',
      status: 'pending',
      requested_by: agent.id,
      approved_by: null,
      provider_id: null,
      created_at: at,
      updated_at: at,
    })
    .execute();
  // Due at once: if nobody is left to send it, the reconciler does.
  await tx.updateTable('payments').set({ next_look_at: at }).where('id', '=', paymentId).execute();
  const detail = `the other sum, ${amountMinor} ${sum.currency}`;
  await record(tx, { paymentId, at, kind: 'refund_requested', agentId: agent.id, detail });
  return id;
}
