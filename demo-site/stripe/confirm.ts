/** Confirming an intent: the card's outcome, the 3-D Secure challenge, the charge and its events. */
import type Stripe from 'stripe';
import { cardError, unexpectedState } from './api-error.ts';
import type { Decline, Outcome, Success } from './cards.ts';
import type { Caller, Context } from './context.ts';
import { openDispute } from './disputes.ts';
import { warnOfFraud } from './fraud-warnings.ts';
import { createId } from './object-store.ts';
import { createCharge } from './objects.ts';
import { toPublicIntent } from './public-view.ts';

export const CONFIRM_PARAMETERS = [
  'client_secret',
  'expand',
  'expected_payment_method_type',
  'mandate_data',
  'off_session',
  'payment_method',
  'payment_method_data',
  'payment_method_options',
  'receipt_email',
  'return_url',
  'shipping',
  'use_stripe_sdk',
];

export const AUTHENTICATION_FAILED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

/** Throws a card error on a decline; the intent then waits for another payment method. */
export function confirmIntent(
  context: Context,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  given: Stripe.PaymentMethod | undefined,
): void {
  refuseWrongState(intent);
  const method = given ?? attachedMethod(context, caller, intent);
  if (!method) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either " +
        'update the PaymentIntent with a payment method and then confirm it again, or confirm it again ' +
        'directly with a payment method or ConfirmationToken.',
      intent,
    );
  }
  intent.payment_method = method.id;
  intent.last_payment_error = null;
  intent.next_action = null;
  const outcome = context.outcomes.get(method.id) ?? { kind: 'success' };
  if (outcome.kind === 'challenge') requireAction(context, caller.account, intent);
  else settle(context, caller, intent, method, outcome);
}

/** The answer from the bank's challenge page. A wrong or used source is refused. */
export function finishChallenge(
  context: Context,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  passed: boolean,
): void {
  if (intent.status !== 'requires_action') {
    throw unexpectedState('This PaymentIntent is not waiting for authentication.', intent);
  }
  const method = attachedMethod(context, caller, intent);
  const outcome = method && context.outcomes.get(method.id);
  intent.next_action = null;
  if (method && passed && outcome?.kind === 'challenge') {
    settle(context, caller, intent, method, outcome.afterwards, { quietly: true });
    return;
  }
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.last_payment_error = {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message: AUTHENTICATION_FAILED,
    ...(method ? { payment_method: method } : {}),
  };
  context.emit(caller.account, 'payment_intent.payment_failed', intent);
}

/** Ends what `processing` began. */
export function finishProcessing(
  context: Context,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  outcome: Success | Decline,
): void {
  const method = attachedMethod(context, caller, intent);
  if (intent.status !== 'processing' || !method) {
    throw unexpectedState('This PaymentIntent is not processing.', intent);
  }
  intent.processing = null;
  if (outcome.kind === 'success') succeed(context, caller.account, intent, method, outcome);
  else fail(context, caller.account, intent, method, outcome);
}

function refuseWrongState(intent: Stripe.PaymentIntent): void {
  if (intent.status.startsWith('requires_')) return;
  const reason =
    intent.status === 'succeeded'
      ? 'it has already succeeded after being previously confirmed.'
      : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses ` +
        'may be confirmed: requires_confirmation, requires_action, requires_payment_method.';
  throw unexpectedState(`You cannot confirm this PaymentIntent because ${reason}`, intent);
}

function attachedMethod(
  context: Context,
  caller: Caller,
  intent: Stripe.PaymentIntent,
): Stripe.PaymentMethod | undefined {
  if (typeof intent.payment_method !== 'string') return undefined;
  return context.store.find('payment_method', intent.payment_method, caller.account);
}

function requireAction(context: Context, account: string, intent: Stripe.PaymentIntent): void {
  intent.status = 'requires_action';
  intent.next_action = {
    type: 'use_stripe_sdk',
    use_stripe_sdk: { type: 'three_d_secure_redirect', source: createId('payatt') },
  };
  context.emit(account, 'payment_intent.requires_action', intent);
}

function settle(
  context: Context,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  outcome: Exclude<Outcome, { kind: 'challenge' }>,
  { quietly = false } = {},
): void {
  if (context.processing.next > 0) {
    context.processing.next--;
    intent.status = 'processing';
    intent.processing = { type: 'card', card: {} };
    context.emit(caller.account, 'payment_intent.processing', intent);
    return;
  }
  if (outcome.kind === 'success') {
    succeed(context, caller.account, intent, method, outcome);
    return;
  }
  const charge = fail(context, caller.account, intent, method, outcome);
  if (quietly) return;
  throw cardError({
    ...toDeclineFields(outcome),
    charge: charge.id,
    payment_intent:
      caller.kind === 'secret' ? structuredClone(intent) : toPublicIntent(context.store, intent),
    payment_method: method,
  });
}

function succeed(
  context: Context,
  account: string,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  outcome: Success,
): void {
  const charge = context.store.put(account, createCharge(intent, method, undefined));
  intent.latest_charge = charge.id;
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  context.emit(account, 'charge.succeeded', charge);
  context.emit(account, 'payment_intent.succeeded', intent);
  // With asynchronous capture the balance transaction is known only afterwards.
  charge.balance_transaction = createId('txn');
  context.emit(account, 'charge.updated', charge);
  const { dispute, fraudWarning } = outcome;
  if (dispute) {
    context.later(context.timing.disputeAfterMs, () => openDispute(context, charge, dispute));
  }
  if (fraudWarning) {
    context.later(context.timing.disputeAfterMs, () => warnOfFraud(context, charge));
  }
}

function fail(
  context: Context,
  account: string,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
): Stripe.Charge {
  const charge = context.store.put(account, createCharge(intent, method, decline));
  intent.latest_charge = charge.id;
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.last_payment_error = {
    type: 'card_error',
    ...toDeclineFields(decline),
    charge: charge.id,
    payment_method: method,
  };
  context.emit(account, 'charge.failed', charge);
  context.emit(account, 'payment_intent.payment_failed', intent);
  return charge;
}

function toDeclineFields(decline: Decline) {
  return {
    code: decline.code as Stripe.PaymentIntent.LastPaymentError.Code,
    message: decline.message,
    ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
    ...(decline.param ? { param: decline.param } : {}),
  };
}
