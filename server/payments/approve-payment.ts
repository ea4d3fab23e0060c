/** A second agent lets a request through that waits for it; only then is the intent made [PAY-8]. */
import type { PaymentRef } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { Tx } from '../store/store.ts';
import { record } from './history.ts';
import type { Looking } from './look.ts';
import { makeIntent } from './make-intent.ts';
import { entryOf, findPayment, hasExpired } from './payment-rows.ts';
import { requireApprover } from './permissions.ts';
import { isPayable } from './states.ts';

/**
 * @throws AppError `payment_unknown`, `forbidden`, `approval_own`, `approval_not_needed`, or
 * `provider_refused`: approved it is even then, and can be edited
 */
export async function approvePayment(
  looking: Looking,
  agent: AgentActor,
  { paymentId }: PaymentRef,
): Promise<null> {
  const { log, clock } = looking.deps;
  return looking.turns.take(paymentId, async () => {
    await log.transact(async (tx, append) => {
      const row = await findPayment(tx, paymentId);
      if (!row) throw new AppError('payment_unknown');
      await requireApprover(tx, agent.id, [row.requested_by, await lastEditor(tx, paymentId)]);
      const now = clock.now();
      if (row.approval !== 'waiting' || !isPayable(row.status) || hasExpired(row, now)) {
        throw new AppError('approval_not_needed');
      }
      const approved = {
        ...row,
        approval: null,
        approved_by: agent.id,
        next_look_at: now,
        updated_at: now,
      };
      await tx.updateTable('payments').set(approved).where('id', '=', paymentId).execute();
      const line = { paymentId, at: now, agentId: agent.id, amountMinor: row.amount_minor };
      await record(tx, { ...line, kind: 'approved', detail: `revision ${row.revision}` });
      await append(entryOf(approved, { kind: 'agent', id: agent.id, name: agent.name }));
    });
    await makeIntent(looking, paymentId);
    return null;
  });
}

/** Whoever made the newest revision has asked for it. */
async function lastEditor(tx: Tx, paymentId: string): Promise<string | null> {
  const line = await tx
    .selectFrom('payment_history')
    .select('agent_id')
    .where('payment_id', '=', paymentId)
    .where('kind', '=', 'edited')
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  return line?.agent_id ?? null;
}
