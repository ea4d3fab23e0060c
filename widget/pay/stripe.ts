/**
 * Gets hold of Stripe.js, which cannot be pinned: Stripe does not support SRI. The page's own one is
 * used where it has one. Otherwise this adds the script before `loadStripe` would, because that knows
 * neither the page's nonce nor its Trusted Types.
 */
import type { Stripe, StripeElementLocale } from '@stripe/stripe-js';
import { loadStripe, type ReleaseTrain } from '@stripe/stripe-js/pure';
import type { SheetRequest } from '../sheet.ts';

const ORIGIN = 'https://js.stripe.com/';
/** The address that `loadStripe` itself would use; the type follows the package's version. */
const TRAIN: ReleaseTrain = 'endive';
const TIMEOUT_MS = 20_000;

const isOnPage = () => 'Stripe' in window || document.querySelector(`script[src^="${ORIGIN}"]`);

function added(script: HTMLScriptElement): Promise<void> {
  return new Promise((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove(); // So that another try adds it again.
      reject(new Error('Stripe.js could not be loaded'));
    };
  });
}

async function load({
  addScript,
  tag: { stripeKey = '', stripeAccount },
  locale,
}: SheetRequest): Promise<Stripe | null> {
  if (!isOnPage()) await added(addScript(`${ORIGIN}${TRAIN}/stripe.js`));
  return loadStripe(stripeKey, {
    locale: locale as StripeElementLocale,
    ...(stripeAccount && { stripeAccount }),
  });
}

/** @returns nothing when Stripe.js cannot be had in time. */
export async function getStripe(request: SheetRequest): Promise<Stripe | undefined> {
  const late = new Promise<undefined>((resolve) => {
    setTimeout(resolve, TIMEOUT_MS, undefined);
  });
  try {
    return (await Promise.race([load(request), late])) ?? undefined;
  } catch {
    return undefined;
  }
}
