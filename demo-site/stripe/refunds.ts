/** Refunds: full or partial, settled at once, later, or failing later, as the card decides. */
import type Stripe from 'stripe';
import { invalidRequest, missingParameter } from './api-error.ts';
import type { Caller, Context } from './context.ts';
import { toText } from './currencies.ts';
import { isHeldByDispute } from './disputes.ts';
import { type FormRecord, readInteger, readString, refuseUnknown } from './form.ts';
import { readMetadata } from './metadata.ts';
import { createId } from './object-store.ts';
import { createRefund } from './objects.ts';

const PARAMETERS = ['amount', 'charge', 'expand', 'metadata', 'payment_intent', 'reason'];
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

export function refund(context: Context, caller: Caller, form: FormRecord): Stripe.Refund {
  refuseUnknown(form, PARAMETERS);
  const charge = chargeToRefund(context, caller, form);
  const left = charge.amount - charge.amount_refunded;
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  if (isHeldByDispute(context, charge)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  const amount = readInteger(form, 'amount') ?? left;
  if (amount < 1) {
    throw invalidRequest('Invalid positive integer', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${toText(amount, charge.currency)}) is greater than unrefunded amount on ` +
        `charge (${toText(left, charge.currency)})`,
      { param: 'amount' },
    );
  }
  const behaviour = refundBehaviour(context, charge);
  const created = context.store.put(
    caller.account,
    createRefund(charge, {
      amount,
      reason: readReason(form),
      metadata: readMetadata(form, {}),
      status: behaviour === 'pending' ? 'pending' : 'succeeded',
    }),
  );
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  context.emit(caller.account, 'refund.created', created);
  context.emit(caller.account, 'charge.refunded', charge);
  if (behaviour) {
    const settled = behaviour === 'pending' ? 'succeeded' : 'failed';
    context.later(context.timing.refundSettlesMs, () => settleRefund(context, created, settled));
  } else {
    // The acquirer's reference number follows at once, as it does for cards in test mode.
    context.emit(caller.account, 'refund.updated', created);
  }
  return created;
}

/** The bank's late word on a refund. Idempotent. */
export function settleRefund(
  context: Context,
  refund: Stripe.Refund,
  status: 'succeeded' | 'failed',
): void {
  if (refund.status === status) return;
  const account = context.store.accountOf(refund.id) ?? '';
  refund.status = status;
  if (status === 'failed') refund.failure_reason = 'expired_or_canceled_card';
  context.emit(account, 'refund.updated', refund);
  context.emit(account, 'charge.refund.updated', refund);
  if (status !== 'failed') return;
  refund.failure_balance_transaction = createId('txn');
  const charge = context.store.get('charge', String(refund.charge), account);
  charge.amount_refunded -= refund.amount;
  charge.refunded = false;
  context.emit(account, 'refund.failed', refund);
}

function chargeToRefund(context: Context, caller: Caller, form: FormRecord): Stripe.Charge {
  const chargeId = readString(form, 'charge');
  const intentId = readString(form, 'payment_intent');
  if (chargeId) return context.store.get('charge', chargeId, caller.account, 'charge');
  if (!intentId) throw missingParameter('payment_intent');
  const intent = context.store.get('payment_intent', intentId, caller.account, 'payment_intent');
  if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
    throw invalidRequest(
      `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
    );
  }
  return context.store.get('charge', intent.latest_charge, caller.account);
}

function refundBehaviour(
  context: Context,
  charge: Stripe.Charge,
): 'pending' | 'fails-later' | undefined {
  const outcome = context.outcomes.get(charge.payment_method ?? '');
  return outcome?.kind === 'success' ? outcome.refund : undefined;
}

function readReason(form: FormRecord): Stripe.Refund['reason'] {
  const reason = readString(form, 'reason');
  if (reason === undefined) return null;
  const known = REASONS.find((candidate) => candidate === reason);
  if (!known) {
    throw invalidRequest(`Invalid reason: must be one of ${REASONS.join(', ')}`, {
      param: 'reason',
    });
  }
  return known;
}
