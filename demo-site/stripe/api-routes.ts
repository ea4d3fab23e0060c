/** The `/v1` routes. Each one finds its action; none decides anything about money. */
import { noSuch, secretKeyRequired } from './api-error.ts';
import { methodFromForm } from './card-input.ts';
import { CONFIRM_PARAMETERS, confirmIntent, finishChallenge } from './confirm.ts';
import type { Caller, Context } from './context.ts';
import { closeDispute, updateDispute } from './disputes.ts';
import { type FormRecord, readList, readString, refuseUnknown, requireString } from './form.ts';
import { toPage } from './lists.ts';
import type { Kind } from './object-store.ts';
import {
  cancelPaymentIntent,
  createPaymentIntent,
  readPaymentIntent,
  updatePaymentIntent,
} from './payment-intents.ts';
import { toPublicIntent } from './public-view.ts';
import { refund } from './refunds.ts';

export interface Call {
  caller: Caller;
  /** The fields of body and query together. */
  form: FormRecord;
  id: string;
}

/** Registers a route behind authentication and idempotency; see `api.ts`. */
export type Register = (
  method: 'GET' | 'POST',
  path: string,
  handler: (call: Call) => object,
) => void;

const LISTS: readonly [path: string, kind: Kind][] = [
  ['/v1/payment_intents', 'payment_intent'],
  ['/v1/charges', 'charge'],
  ['/v1/refunds', 'refund'],
  ['/v1/disputes', 'dispute'],
  ['/v1/radar/early_fraud_warnings', 'radar.early_fraud_warning'],
  ['/v1/events', 'event'],
];

export function registerApiRoutes(register: Register, context: Context): void {
  registerIntents(register, context);
  for (const [path, kind] of LISTS) {
    register('GET', path, ({ caller, form }) => {
      requireSecret(caller);
      return toPage(listed(context, caller, kind, form), form, path);
    });
    if (kind === 'payment_intent') continue;
    register('GET', `${path}/:id`, ({ caller, id }) => {
      requireSecret(caller);
      return context.store.get(kind, id, caller.account);
    });
  }
  register('GET', '/v1/account', ({ caller }) => {
    requireSecret(caller);
    return { id: caller.account, object: 'account', charges_enabled: true, livemode: false };
  });
  register('GET', '/v1/payment_methods/:id', ({ caller, id }) => {
    requireSecret(caller);
    return context.store.get('payment_method', id, caller.account);
  });
  register('POST', '/v1/refunds', ({ caller, form }) => {
    requireSecret(caller);
    return refund(context, caller, form);
  });
  register('POST', '/v1/disputes/:id', ({ caller, form, id }) => {
    requireSecret(caller);
    return updateDispute(context, caller, id, form);
  });
  register('POST', '/v1/disputes/:id/close', ({ caller, id }) => {
    requireSecret(caller);
    const dispute = context.store.get('dispute', id, caller.account);
    closeDispute(context, dispute, 'lost');
    return dispute;
  });
}

function registerIntents(register: Register, context: Context): void {
  const view = (caller: Caller, intent: ReturnType<typeof readPaymentIntent>) =>
    caller.kind === 'secret' ? intent : toPublicIntent(context.store, intent);
  const read = ({ caller, form, id }: Call) =>
    readPaymentIntent(context, caller, id, readString(form, 'client_secret'));

  register('POST', '/v1/payment_intents', ({ caller, form }) => {
    requireSecret(caller);
    return createPaymentIntent(context, caller, form);
  });
  register('GET', '/v1/payment_intents/:id', (call) => view(call.caller, read(call)));
  register('POST', '/v1/payment_intents/:id', ({ caller, form, id }) => {
    requireSecret(caller);
    return updatePaymentIntent(context, caller, id, form);
  });
  register('POST', '/v1/payment_intents/:id/cancel', ({ caller, form, id }) => {
    requireSecret(caller);
    return cancelPaymentIntent(context, caller, id, form);
  });
  register('POST', '/v1/payment_intents/:id/confirm', (call) => {
    const intent = read(call);
    refuseUnknown(call.form, CONFIRM_PARAMETERS);
    const method = methodFromForm(context, call.caller.account, call.form);
    confirmIntent(context, call.caller, intent, method);
    return view(call.caller, intent);
  });
  register('POST', '/v1/3ds2/authenticate', ({ caller, form }) => {
    const id = requireString(form, 'payment_intent');
    const intent = readPaymentIntent(context, caller, id, readString(form, 'client_secret'));
    if (intent.next_action?.use_stripe_sdk?.source !== requireString(form, 'source')) {
      throw noSuch('three_d_secure source', requireString(form, 'source'), 'source');
    }
    finishChallenge(context, caller, intent, readString(form, 'outcome') === 'authenticated');
    return { object: 'three_d_secure_2_result', state: intent.status };
  });
}

function listed(context: Context, caller: Caller, kind: Kind, form: FormRecord) {
  const all = context.store.list(kind, caller.account);
  const types = [...readList(form, 'types'), ...[readString(form, 'type') ?? []].flat()];
  return all.filter((object) => {
    if (object.object === 'event' && types.length > 0) return types.includes(object.type);
    return ['payment_intent', 'charge', 'customer'].every((name) => {
      const wanted = readString(form, name);
      return wanted === undefined || Reflect.get(object, name) === wanted;
    });
  });
}

function requireSecret(caller: Caller): void {
  if (caller.kind !== 'secret') throw secretKeyRequired();
}
