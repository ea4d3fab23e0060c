/** Asks Stripe to take the payment, and finds out what came of it. */
import type { Stripe, StripeElements } from '@stripe/stripe-js';
import type { ShownPayment } from '../../protocol/http.ts';
import { judge } from './intent.ts';
import { texts } from './texts.ts';

export type Confirmed =
  | { status: 'succeeded' | 'processing' }
  /** Nothing was charged; the words are Stripe's for the payer. */
  | { status: 'declined' | 'invalid'; words: string }
  /** The intent is no longer what the visitor agreed to: seen in time, or only afterwards [PAY-6]. */
  | { status: 'changed' | 'mischarged' }
  | { status: 'canceled' | 'expired' }
  | { status: 'unknown' };

/** An error of the payment API means that nothing is known until the intent is read again. */
async function settle(
  stripe: Stripe,
  clientSecret: string,
  shown: ShownPayment,
  words: string,
): Promise<Confirmed> {
  const { paymentIntent } = await stripe.retrievePaymentIntent(clientSecret);
  if (!paymentIntent) return { status: 'unknown' };
  const verdict = judge(paymentIntent, shown);
  if (verdict === 'mismatch') return { status: 'mischarged' };
  return verdict === 'payable' ? { status: 'declined', words } : { status: verdict };
}

/**
 * Whoever holds the server's key can change an intent while its sheet is up, so it is read once more
 * when the visitor presses Pay.
 * @returns what stands in the way of confirming, or nothing
 */
async function recheck(
  stripe: Stripe,
  clientSecret: string,
  shown: ShownPayment,
): Promise<Confirmed | undefined> {
  const { paymentIntent } = await stripe.retrievePaymentIntent(clientSecret);
  if (!paymentIntent) return { status: 'declined', words: texts.failed };
  const verdict = judge(paymentIntent, shown);
  if (verdict === 'mismatch') return { status: 'changed' };
  return verdict === 'payable' ? undefined : { status: verdict };
}

/** Never rejects. Takes as long as the visitor's bank does. */
export async function confirm(
  stripe: Stripe,
  elements: StripeElements,
  clientSecret: string,
  shown: ShownPayment,
): Promise<Confirmed> {
  try {
    const { error: incomplete } = await elements.submit();
    if (incomplete) return { status: 'invalid', words: incomplete.message ?? texts.failed };
    const obstacle = await recheck(stripe, clientSecret, shown);
    if (obstacle) return obstacle;
    // Without a `return_url`, so that no way of paying can put the secret into the page's URL [PAY-4].
    const { error } = await stripe.confirmPayment({
      elements,
      clientSecret,
      redirect: 'if_required',
    });
    if (error?.type === 'validation_error')
      return { status: 'invalid', words: error.message ?? texts.failed };
    return await settle(stripe, clientSecret, shown, error?.message ?? texts.failed);
  } catch {
    return { status: 'unknown' };
  }
}
