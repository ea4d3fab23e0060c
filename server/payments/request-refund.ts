/**
 * An agent gives money back [PAY-9]. What remains is counted and taken in one transaction, so two who
 * click at once cannot give more than there is; the row is durable before the provider is asked, and
 * a look sends it, now or after a crash. An outcome that is not known yet is `pending`.
 */
import { minorStep } from '../../protocol/currencies.ts';
import type { RefundRequest } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { requireMinter } from './gateways.ts';
import { record } from './history.ts';
import { entryOf, findPayment } from './payment-rows.ts';
import { requireAllowance } from './permissions.ts';
import type { RoleLimits } from './policy.ts';
import { findRefunds, isRefundable, refundedMinorOf, remainingMinor } from './refund-rows.ts';
import { type Refunding, sendRefund } from './send-refund.ts';

/** @throws AppError with the code of the rule that it breaks, or `provider_refused` */
export async function requestRefund(
  { deps, gateways, look }: Refunding,
  agent: AgentActor,
  body: RefundRequest,
): Promise<{ refundId: string }> {
  await requireMinter(gateways, await findPayment(deps.store.db, body.paymentId));
  const refundId = await deps.log.transact(async (tx, append) => {
    const payment = await findPayment(tx, body.paymentId);
    if (!payment) throw new AppError('payment_unknown');
    const { site_id: siteId, currency } = payment;
    const allowance = await requireAllowance(tx, agent.id, { siteId, currency });
    const before = await findRefunds(tx, payment.id);
    const first = before.find(({ client_id }) => client_id === body.clientId);
    if (first) return first.id;
    requireRefundable(payment, before, body, allowance);
    const waits = body.amountMinor > allowance.refundApprovalAboveMinor;
    const row = await insertRefund(deps, tx, {
      agent,
      body,
      status: waits ? 'waiting' : 'pending',
    });
    const refunds = [...before, row];
    const now = deps.clock.now();
    const columns = { refunded_minor: refundedMinorOf(refunds), updated_at: now };
    // Due at once: if nobody is left to send it, the reconciler does.
    const due = waits ? {} : { next_look_at: now };
    await tx
      .updateTable('payments')
      .set({ ...columns, ...due })
      .where('id', '=', payment.id)
      .execute();
    const author = { kind: 'agent' as const, id: agent.id, name: agent.name };
    await append(entryOf({ ...payment, ...columns }, author, refunds));
    return row.id;
  });
  await sendRefund(deps, look, refundId);
  return { refundId };
}

function requireRefundable(
  payment: PaymentRow,
  refunds: readonly RefundRow[],
  { amountMinor }: RefundRequest,
  { perRefundMinor }: RoleLimits,
): void {
  if (!isRefundable(payment)) throw new AppError('payment_not_refundable');
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) throw new AppError('amount_invalid');
  if (amountMinor % minorStep(payment.currency) !== 0) throw new AppError('amount_invalid');
  if (amountMinor > remainingMinor(payment, refunds)) throw new AppError('refund_too_large');
  if (amountMinor > perRefundMinor) throw new AppError('amount_above_limit');
}

interface Asked {
  agent: AgentActor;
  body: RefundRequest;
  status: 'waiting' | 'pending';
}

async function insertRefund(
  { clock, random }: Deps,
  tx: Tx,
  { agent, body, status }: Asked,
): Promise<RefundRow> {
  const at = clock.now();
  const row: RefundRow = {
    id: newId(random, 'rf'),
    payment_id: body.paymentId,
    client_id: body.clientId,
    amount_minor: body.amountMinor,
    reason: body.reason,
    status,
    requested_by: agent.id,
    approved_by: null,
    provider_id: null,
    created_at: at,
    updated_at: at,
  };
  await tx.insertInto('refunds').values(row).execute();
  await record(tx, {
    paymentId: body.paymentId,
    at,
    kind: 'refund_requested',
    agentId: agent.id,
    detail: status === 'waiting' ? `${body.reason}, waiting` : body.reason,
    amountMinor: body.amountMinor,
  });
  return row;
}
