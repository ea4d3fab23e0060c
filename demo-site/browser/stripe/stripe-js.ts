/**
 * `window.Stripe`, as much of it as a page needs to take a card payment: the same
 * calls, results and errors as the real script, against the origin it was loaded from.
 */
import { apiBaseFor, intentIdOf, retrieveIntent } from './api-client.ts';
import { showChallenge } from './challenge-overlay.ts';
import { createElements, type ElementsOptions, IntegrationError, internalsOf } from './elements.ts';
import type { Access, BillingDetails, PaymentIntent, Result, StripeError } from './messages.ts';

interface StripeOptions {
  stripeAccount?: string;
  locale?: string;
  apiVersion?: string;
}

interface ConfirmOptions {
  elements?: object;
  clientSecret?: string;
  confirmParams?: {
    return_url?: string;
    payment_method_data?: { billing_details?: BillingDetails };
  };
  redirect?: 'always' | 'if_required';
}

type Outcome =
  | { paymentIntent: PaymentIntent; error?: never }
  | { error: StripeError; paymentIntent?: never };

const script = document.currentScript;
const scriptUrl = new URL(script instanceof HTMLScriptElement ? script.src : location.href);
const scriptOrigin = scriptUrl.origin;
const apiBase = apiBaseFor(scriptOrigin);

function Stripe(publishableKey: unknown, options: StripeOptions = {}) {
  if (typeof publishableKey !== 'string' || publishableKey === '') {
    throw new IntegrationError(
      'Please call Stripe() with your publishable key. You used an empty string.',
    );
  }
  if (/^(sk|rk)_/.test(publishableKey)) {
    throw new IntegrationError(
      'You should not use your secret key with Stripe.js.\n Please pass a publishable key instead.',
    );
  }
  const account = { publishableKey, stripeAccount: options.stripeAccount };

  return {
    elements: (elementsOptions: ElementsOptions = {}) =>
      createElements(scriptOrigin, account, {
        ...(options.locale ? { locale: options.locale } : {}),
        ...elementsOptions,
      }),

    async retrievePaymentIntent(clientSecret: string): Promise<Outcome> {
      return toOutcome(await retrieveIntent(apiBase, toAccess(clientSecret)));
    },

    async confirmPayment(confirmOptions: ConfirmOptions): Promise<Outcome> {
      const { elements, confirmParams = {}, redirect = 'always' } = confirmOptions;
      if (!elements) throw new IntegrationError('The stand-in confirms with elements only.');
      if (redirect !== 'if_required' && !confirmParams.return_url) {
        throw new IntegrationError(
          'stripe.confirmPayment(): the `confirmParams.return_url` argument is required.',
        );
      }
      const { access, paymentFrame } = internalsOf(elements);
      const clientSecret = confirmOptions.clientSecret ?? access.clientSecret;
      const confirmed = await paymentFrame().confirm(
        clientSecret,
        confirmParams.return_url,
        confirmParams.payment_method_data?.billing_details,
      );
      const outcome = await finish(toOutcome(confirmed), { ...access, clientSecret });
      if (outcome.paymentIntent && redirect !== 'if_required') {
        return leaveFor(confirmParams.return_url ?? '', outcome.paymentIntent);
      }
      return outcome;
    },

    async handleNextAction({ clientSecret }: { clientSecret: string }): Promise<Outcome> {
      const access = toAccess(clientSecret);
      return finish(toOutcome(await retrieveIntent(apiBase, access)), access);
    },

    registerAppInfo() {},
    _registerWrapper() {},
  };

  function toAccess(clientSecret: string): Access {
    if (typeof clientSecret !== 'string' || !/^pi_\w+_secret_\w+$/.test(clientSecret)) {
      throw new IntegrationError(
        `Invalid value for stripe.retrievePaymentIntent: value should be a client secret of the form ` +
          `\${id}_secret_\${secret}. You specified: ${intentIdOf(String(clientSecret))}.`,
      );
    }
    return { ...account, clientSecret };
  }
}

/** Goes through the challenge when the bank wants one, then asks how the payment stands. */
async function finish(outcome: Outcome, access: Access): Promise<Outcome> {
  const source = outcome.paymentIntent?.next_action?.use_stripe_sdk?.source;
  if (outcome.paymentIntent?.status !== 'requires_action' || !source) return outcome;
  await showChallenge(scriptOrigin, access, source);
  const result = toOutcome(await retrieveIntent(apiBase, access));
  const failure = result.paymentIntent?.last_payment_error;
  if (!failure || result.paymentIntent?.status !== 'requires_payment_method') return result;
  return { error: { ...failure, payment_intent: result.paymentIntent } };
}

function toOutcome(result: Result<PaymentIntent | null>): Outcome {
  if (!result.ok) return { error: result.error };
  if (result.data) return { paymentIntent: result.data };
  return { error: { type: 'api_error', message: 'The payment frame gave no answer.' } };
}

/** Never resolves: the page is on its way out. */
function leaveFor(returnUrl: string, intent: PaymentIntent): Promise<never> {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', intent.client_secret);
  url.searchParams.set('redirect_status', 'succeeded');
  location.assign(url);
  return new Promise(() => {});
}

/** `/v3/` is version 3, `/<release train>/stripe.js` is named by its train. */
Stripe.version = /^\/([a-z]+)\/stripe\.js$/.exec(scriptUrl.pathname)?.[1] ?? 3;

Reflect.set(window, 'Stripe', Stripe);
