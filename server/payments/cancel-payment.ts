/** An agent calls a request off. Stripe is asked to cancel the intent, and its answer decides. */
import type { PaymentRef } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { PaymentRow } from '../store/schema.ts';
import { advance } from './advance.ts';
import { askProvider } from './ask-provider.ts';
import { isRefusal, type Looking, lookNow } from './look.ts';
import { findPayment, isAnnounced, setNextLook } from './payment-rows.ts';
import { requireCashier } from './permissions.ts';
import { isPayable } from './states.ts';
import { isVoid } from './void-intent.ts';

/**
 * Canceling what is canceled already is no error: what was asked for holds.
 * @throws AppError `forbidden`, `payment_unknown`, `payment_not_editable` where it is paid or under
 * way, `provider_unreachable`
 */
export async function cancelPayment(
  looking: Looking,
  agent: AgentActor,
  { paymentId }: PaymentRef,
): Promise<null> {
  const { deps } = looking;
  await requireCashier(deps.store.db, agent.id);
  return looking.turns.take(paymentId, async () => {
    const row = await findPayment(deps.store.db, paymentId);
    if (!row || !isAnnounced(row)) throw new AppError('payment_unknown');
    if (row.status === 'canceled') return null;
    if (!isPayable(row.status)) throw new AppError('payment_not_editable');
    const intentId = await voidAtProvider(looking, row);
    const { kind, id, name } = agent;
    await advance(deps, paymentId, {
      standing: { status: 'canceled' },
      author: { kind, id, name },
      ...(intentId !== null && { intentId, failure: null }),
      nextLookAt: () => null,
    });
    return null;
  });
}

/** @returns the intent that is void now; `null` where there is none to void */
async function voidAtProvider(looking: Looking, row: PaymentRow): Promise<string | null> {
  if (row.approval === 'waiting') return null;
  const { deps } = looking;
  try {
    const intent = await askProvider(looking, row, 'requested_by_customer');
    if (isVoid(intent)) return intent.id;
  } catch (error) {
    // There is no intent and none can be made: nothing to void, and nothing to pay.
    if (row.intent_id === null && isRefusal(error)) return null;
    // Whether it is void by now, the next look tells.
    await setNextLook(deps.store.db, row.id, deps.clock.now());
    throw error;
  }
  await lookNow(looking, row.id);
  throw new AppError('payment_not_editable');
}
