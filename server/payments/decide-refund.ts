/** What becomes of a refund that waits: a second agent lets it go on, or it is called off [PAY-8]. */
import type { RefundRef } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Database, Tx } from '../store/store.ts';
import { requireMinter } from './gateways.ts';
import { record } from './history.ts';
import { entryOf, findPayment } from './payment-rows.ts';
import { requireApprover, requireCanceler } from './permissions.ts';
import { findRefunds, isRefundable, refundedMinorOf, remainingMinor } from './refund-rows.ts';
import { type Refunding, sendRefund } from './send-refund.ts';

/**
 * @throws AppError `refund_unknown`, `approval_not_needed`, `approval_own`, `forbidden`,
 * `payment_not_refundable`, `refund_too_large` or `provider_refused`
 */
export async function approveRefund(
  { deps, gateways, look }: Refunding,
  agent: AgentActor,
  { refundId }: RefundRef,
): Promise<null> {
  await requireMinter(gateways, await paymentOf(deps.store.db, refundId));
  await decide(deps, agent, refundId, {
    status: 'pending',
    kind: 'refund_approved',
    async allow(tx, { payment, refund, others }) {
      await requireApprover(tx, agent.id, [refund.requested_by]);
      if (!isRefundable(payment)) throw new AppError('payment_not_refundable');
      // Meanwhile something may have been given back elsewhere.
      if (refund.amount_minor > remainingMinor(payment, others)) {
        throw new AppError('refund_too_large');
      }
    },
  });
  await sendRefund(deps, look, refundId);
  return null;
}

/** @throws AppError `refund_unknown`, `approval_not_needed` or `forbidden` */
export async function cancelRefund(
  deps: Deps,
  agent: AgentActor,
  { refundId }: RefundRef,
): Promise<null> {
  await decide(deps, agent, refundId, {
    status: 'canceled',
    kind: 'canceled',
    allow: (tx, { refund }) => requireCanceler(tx, agent.id, refund.requested_by),
  });
  return null;
}

async function paymentOf(db: Database, refundId: string): Promise<PaymentRow | undefined> {
  return db
    .selectFrom('payments')
    .innerJoin('refunds', 'refunds.payment_id', 'payments.id')
    .selectAll('payments')
    .where('refunds.id', '=', refundId)
    .executeTakeFirst();
}

interface Waiting {
  payment: PaymentRow;
  refund: RefundRow;
  others: readonly RefundRow[];
}

interface Decision {
  status: 'pending' | 'canceled';
  kind: 'refund_approved' | 'canceled';
  /** Throws to refuse. */
  allow(tx: Tx, waiting: Waiting): Promise<void>;
}

function decide(
  deps: Deps,
  agent: AgentActor,
  refundId: string,
  { status, kind, allow }: Decision,
): Promise<void> {
  return deps.log.transact(async (tx, append) => {
    const { payment, refund, others } = await findWaiting(tx, refundId);
    await allow(tx, { payment, refund, others });
    const now = deps.clock.now();
    const approved_by = status === 'pending' ? agent.id : null;
    const change = { status, approved_by, updated_at: now };
    await tx.updateTable('refunds').set(change).where('id', '=', refundId).execute();
    const refunds = await findRefunds(tx, payment.id);
    const columns = { refunded_minor: refundedMinorOf(refunds), updated_at: now };
    const due = status === 'pending' ? { next_look_at: now } : {};
    await tx
      .updateTable('payments')
      .set({ ...columns, ...due })
      .where('id', '=', payment.id)
      .execute();
    await record(tx, {
      paymentId: payment.id,
      at: now,
      kind,
      agentId: agent.id,
      detail: `refund ${status}`,
      amountMinor: refund.amount_minor,
    });
    const author = { kind: 'agent' as const, id: agent.id, name: agent.name };
    await append(entryOf({ ...payment, ...columns }, author, refunds));
  });
}

/** @throws AppError `refund_unknown` or `approval_not_needed` */
async function findWaiting(tx: Tx, refundId: string): Promise<Waiting> {
  const found = await tx
    .selectFrom('refunds')
    .select('payment_id')
    .where('id', '=', refundId)
    .executeTakeFirst();
  const payment = found && (await findPayment(tx, found.payment_id));
  if (!payment) throw new AppError('refund_unknown');
  const all = await findRefunds(tx, payment.id);
  const refund = all.find(({ id }) => id === refundId);
  if (refund?.status !== 'waiting') throw new AppError('approval_not_needed');
  return { payment, refund, others: all.filter((one) => one !== refund) };
}
