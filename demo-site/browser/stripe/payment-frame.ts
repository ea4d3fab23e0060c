/**
 * The payment element's frame: the only place where a card number exists in the
 * browser. It goes from here to the API, and nothing of it to the page around.
 */
import { apiBaseFor, callApi, intentIdOf, retrieveIntent } from './api-client.ts';
import { applyAppearance } from './appearance.ts';
import { type CardForm, createCardForm, type FieldName } from './card-form.ts';
import { textsFor } from './card-texts.ts';
import { greetParent } from './frame-guest.ts';
import type {
  Access,
  BillingDetails,
  FromPaymentFrame,
  PaymentFrameOptions,
  PaymentIntent,
  Result,
  ToPaymentFrame,
} from './messages.ts';

const apiBase = apiBaseFor(location.origin);

/** Which field an error of the API belongs to. */
const FIELD_OF: Readonly<Record<string, FieldName>> = {
  incorrect_number: 'number',
  invalid_number: 'number',
  invalid_expiry_month: 'expiry',
  invalid_expiry_year: 'expiry',
  expired_card: 'expiry',
  incorrect_cvc: 'cvc',
  invalid_cvc: 'cvc',
};

greetParent<PaymentFrameOptions, FromPaymentFrame, ToPaymentFrame>((options, send) => {
  const form = createCardForm(() => send({ type: 'change', ...form.state() }));
  dress(form, options);
  reportHeight(send);
  reportFocus(send);
  void checkIntent(options.access, send);

  return (message) => {
    if (message.type === 'update') dress(form, message);
    else if (message.type === 'validate') {
      send({ type: 'result', call: message.call, result: validated(form) });
    } else if (message.type === 'confirm') {
      const access = { ...options.access, clientSecret: message.clientSecret };
      void confirm(form, access, message).then((result) =>
        send({ type: 'result', call: message.call, result }),
      );
    } else form[message.type]();
  };
});

function dress(form: CardForm, { appearance, locale }: Omit<PaymentFrameOptions, 'access'>): void {
  applyAppearance(appearance);
  form.setTexts(textsFor(locale));
}

/** A secret that opens nothing, or an intent that is over, is an element that cannot load. */
async function checkIntent(access: Access, send: (message: FromPaymentFrame) => void) {
  const result = await retrieveIntent(apiBase, access);
  if (!result.ok) {
    send({ type: 'loaderror', error: result.error });
  } else if (/^(succeeded|canceled)$/.test(result.data.status)) {
    send({
      type: 'loaderror',
      error: {
        type: 'invalid_request_error',
        code: 'payment_intent_unexpected_state',
        message: `The PaymentIntent is in a terminal state (${result.data.status}) and cannot be used to initialize Elements.`,
      },
    });
  } else {
    send({ type: 'ready' });
  }
}

function validated(form: CardForm): Result<null> {
  const problem = form.validate();
  if (!problem) return { ok: true, data: null };
  return { ok: false, error: { type: 'validation_error', ...problem } };
}

async function confirm(
  form: CardForm,
  access: Access,
  params: { returnUrl: string | undefined; billingDetails: BillingDetails | undefined },
): Promise<Result<PaymentIntent | null>> {
  const valid = validated(form);
  if (!valid.ok) return valid;
  const { number, cvc, expMonth, expYear } = form.details();
  form.setBusy(true);
  const path = `/v1/payment_intents/${encodeURIComponent(intentIdOf(access.clientSecret))}/confirm`;
  const result = await callApi<PaymentIntent>(apiBase, 'POST', path, access, {
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': number,
    'payment_method_data[card][cvc]': cvc,
    'payment_method_data[card][exp_month]': String(expMonth),
    'payment_method_data[card][exp_year]': String(expYear),
    ...flatten('payment_method_data[billing_details]', params.billingDetails ?? {}),
    return_url: params.returnUrl,
    use_stripe_sdk: 'true',
    expected_payment_method_type: 'card',
  });
  form.setBusy(false);
  const field = result.ok ? undefined : FIELD_OF[result.error.code ?? ''];
  if (!result.ok && field) form.showError(field, result.error.message);
  return result;
}

function flatten(prefix: string, record: BillingDetails): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === 'string') flat[`${prefix}[${key}]`] = value;
    else if (value) Object.assign(flat, flatten(`${prefix}[${key}]`, value));
  }
  return flat;
}

function reportHeight(send: (message: FromPaymentFrame) => void): void {
  const observer = new ResizeObserver(() => {
    send({ type: 'height', pixels: Math.ceil(document.body.getBoundingClientRect().height) });
  });
  observer.observe(document.body);
}

function reportFocus(send: (message: FromPaymentFrame) => void): void {
  window.addEventListener('focus', () => send({ type: 'focus' }));
  window.addEventListener('blur', () => send({ type: 'blur' }));
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') send({ type: 'escape' });
  });
}
