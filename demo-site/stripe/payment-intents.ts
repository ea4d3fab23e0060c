/** Create, update, cancel and read payment intents. Confirming has a file of its own. */
import type Stripe from 'stripe';
import { invalidRequest, noSuch, unexpectedState } from './api-error.ts';
import { methodFromForm } from './card-input.ts';
import { CONFIRM_PARAMETERS, confirmIntent } from './confirm.ts';
import type { Caller, Context } from './context.ts';
import { checkAmount, checkCurrency } from './currencies.ts';
import {
  type FormRecord,
  readBoolean,
  readInteger,
  readList,
  readRecord,
  readString,
  refuseUnknown,
  requireString,
} from './form.ts';
import { readMetadata } from './metadata.ts';
import { nowSeconds } from './object-store.ts';
import { createIntent } from './objects.ts';

const DETAILS = [
  'amount',
  'currency',
  'customer',
  'description',
  'expand',
  'metadata',
  'payment_method',
  'payment_method_data',
  'payment_method_options',
  'payment_method_types',
  'receipt_email',
  'shipping',
  'statement_descriptor_suffix',
];
/** Real parameters without an effect here. */
const ACCEPTED = [
  'application_fee_amount',
  'excluded_payment_method_types',
  'on_behalf_of',
  'setup_future_usage',
  'statement_descriptor',
  'transfer_data',
  'transfer_group',
];
const CREATE_PARAMETERS = [
  ...ACCEPTED,
  ...DETAILS,
  ...CONFIRM_PARAMETERS,
  'automatic_payment_methods',
  'capture_method',
  'confirm',
];
const UPDATE_PARAMETERS = [...DETAILS, ...ACCEPTED];
const CANCEL_PARAMETERS = ['cancellation_reason', 'expand'];
const CANCEL_REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;

export function createPaymentIntent(
  context: Context,
  caller: Caller,
  form: FormRecord,
): Stripe.PaymentIntent {
  refuseUnknown(form, CREATE_PARAMETERS);
  requireString(form, 'amount');
  const currency = checkCurrency(requireString(form, 'currency'));
  const amount = checkAmount(readInteger(form, 'amount') ?? 0, currency);
  if (readString(form, 'capture_method') === 'manual') {
    throw invalidRequest('The stand-in captures at once.', { param: 'capture_method' });
  }
  const automatic = readRecord(form, 'automatic_payment_methods');
  const types = readList(form, 'payment_method_types');
  const isAutomatic = automatic ? readBoolean(automatic, 'enabled') === true : types.length === 0;
  if (isAutomatic && types.length > 0) {
    throw invalidRequest(
      'You may only specify one of these parameters: automatic_payment_methods, payment_method_types.',
      { code: 'parameters_exclusive' },
    );
  }
  const intent = createIntent({
    amount,
    currency,
    automatic: isAutomatic,
    allowRedirects:
      automatic && readString(automatic, 'allow_redirects') === 'never' ? 'never' : 'always',
    description: readString(form, 'description') ?? null,
    receiptEmail: readString(form, 'receipt_email') ?? null,
    customer: readString(form, 'customer') ?? null,
    statementDescriptorSuffix: readString(form, 'statement_descriptor_suffix') ?? null,
    metadata: readMetadata(form, {}),
    shipping: readShipping(form),
  });
  context.store.put(caller.account, intent);
  const method = methodFromForm(context, caller.account, form);
  if (method) {
    intent.payment_method = method.id;
    intent.status = 'requires_confirmation';
  }
  context.emit(caller.account, 'payment_intent.created', intent);
  if (readBoolean(form, 'confirm')) confirmIntent(context, caller, intent, method);
  return intent;
}

export function updatePaymentIntent(
  context: Context,
  caller: Caller,
  id: string,
  form: FormRecord,
): Stripe.PaymentIntent {
  refuseUnknown(form, UPDATE_PARAMETERS);
  const intent = context.store.get('payment_intent', id, caller.account, 'intent');
  const amount = readInteger(form, 'amount');
  const currency = readString(form, 'currency');
  const open = intent.status.startsWith('requires_');
  if (!open && (amount !== undefined || currency !== undefined)) {
    throw unexpectedState(
      `This PaymentIntent's amount could not be updated because it has a status of ${intent.status}. ` +
        'You may only update the amount of a PaymentIntent with one of the following statuses: ' +
        'requires_payment_method, requires_confirmation, requires_action.',
      intent,
    );
  }
  const nextCurrency = currency ? checkCurrency(currency) : intent.currency;
  intent.amount = checkAmount(amount ?? intent.amount, nextCurrency);
  intent.currency = nextCurrency;
  intent.description = readString(form, 'description') ?? intent.description;
  intent.receipt_email = readString(form, 'receipt_email') ?? intent.receipt_email;
  intent.metadata = readMetadata(form, intent.metadata);
  intent.shipping = readShipping(form) ?? intent.shipping;
  const method = methodFromForm(context, caller.account, form);
  if (method) {
    intent.payment_method = method.id;
    intent.status = 'requires_confirmation';
  }
  return intent;
}

export function cancelPaymentIntent(
  context: Context,
  caller: Caller,
  id: string,
  form: FormRecord,
): Stripe.PaymentIntent {
  refuseUnknown(form, CANCEL_PARAMETERS);
  const intent = context.store.get('payment_intent', id, caller.account, 'intent');
  if (!intent.status.startsWith('requires_')) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. ` +
        'Only a PaymentIntent with one of the following statuses may be canceled: ' +
        'requires_payment_method, requires_capture, requires_confirmation, requires_action.',
      intent,
    );
  }
  const reason = readString(form, 'cancellation_reason');
  intent.status = 'canceled';
  intent.canceled_at = nowSeconds();
  intent.cancellation_reason = CANCEL_REASONS.find((known) => known === reason) ?? null;
  intent.next_action = null;
  context.emit(caller.account, 'payment_intent.canceled', intent);
  return intent;
}

/**
 * Finds the intent for whoever asks. With the publishable key only its client secret
 * opens it; a key of another account gets the same answer as a secret that never was.
 */
export function readPaymentIntent(
  context: Context,
  caller: Caller,
  id: string,
  clientSecret: string | undefined,
): Stripe.PaymentIntent {
  const intent = context.store.find('payment_intent', id, caller.account);
  if (caller.kind === 'secret') {
    if (!intent) throw noSuch('payment_intent', id, 'intent');
    return intent;
  }
  if (intent && clientSecret === intent.client_secret) return intent;
  throw invalidRequest(
    'The client_secret provided does not match any associated PaymentIntent on this account. ' +
      'Ensure the publishable key used belongs to the same account that created the PaymentIntent.',
    { code: 'resource_missing', param: 'client_secret' },
  );
}

function readShipping(form: FormRecord): Stripe.PaymentIntent['shipping'] {
  const shipping = readRecord(form, 'shipping');
  if (!shipping) return null;
  const name = readString(shipping, 'name');
  const address = readRecord(shipping, 'address') ?? {};
  const field = (key: string) => readString(address, key) ?? null;
  return {
    ...(name === undefined ? {} : { name }),
    address: {
      city: field('city'),
      country: field('country'),
      line1: field('line1'),
      line2: field('line2'),
      postal_code: field('postal_code'),
      state: field('state'),
    },
  };
}
