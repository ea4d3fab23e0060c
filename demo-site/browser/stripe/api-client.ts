/**
 * Calls the API as Stripe.js does: with the publishable key as a field, which keeps
 * every call a simple request that needs no CORS preflight.
 */
import type { Access, PaymentIntent, Result, StripeError } from './messages.ts';

const STRIPE_SCRIPT_HOST = 'js.stripe.com';
const STRIPE_API = 'https://api.stripe.com';

const CONNECTION_FAILED: StripeError = {
  type: 'api_connection_error',
  message:
    'We are experiencing issues connecting to our payments provider. Please check your internet ' +
    'connection and try again.',
};

/** Behind Stripe's own host name the API has its own too; elsewhere both share one origin. */
export function apiBaseFor(scriptOrigin: string): string {
  return new URL(scriptOrigin).host === STRIPE_SCRIPT_HOST ? STRIPE_API : scriptOrigin;
}

export function intentIdOf(clientSecret: string): string {
  return clientSecret.split('_secret_')[0] ?? '';
}

export function retrieveIntent(apiBase: string, access: Access): Promise<Result<PaymentIntent>> {
  const path = `/v1/payment_intents/${encodeURIComponent(intentIdOf(access.clientSecret))}`;
  return callApi(apiBase, 'GET', path, access, {});
}

export async function callApi<T>(
  apiBase: string,
  method: 'GET' | 'POST',
  path: string,
  access: Access,
  fields: Record<string, string | undefined>,
): Promise<Result<T>> {
  const form = new URLSearchParams({
    key: access.publishableKey,
    client_secret: access.clientSecret,
  });
  if (access.stripeAccount) form.set('_stripe_account', access.stripeAccount);
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) form.set(name, value);
  try {
    const response =
      method === 'GET'
        ? await fetch(`${apiBase}${path}?${form}`, { credentials: 'omit' })
        : await fetch(`${apiBase}${path}`, { method, body: form, credentials: 'omit' });
    const body = await response.json();
    return response.ok ? { ok: true, data: body } : { ok: false, error: body.error };
  } catch {
    return { ok: false, error: CONNECTION_FAILED };
  }
}
