/** What a payment intent, as Stripe gives it to this browser, means for the sheet. Pure. */
import type { PaymentIntent } from '@stripe/stripe-js';
import type { ShownPayment } from '../../protocol/http.ts';

export type Verdict = 'payable' | 'succeeded' | 'processing' | 'canceled' | 'expired' | 'mismatch';

/**
 * A difference between card and intent comes before everything else: the visitor must never pay, nor
 * read that they paid, anything but what they agreed to [PAY-6]. What waits for capture or for the
 * bank is not paid yet.
 */
export function judge(
  intent: Pick<PaymentIntent, 'amount' | 'currency' | 'description' | 'status'> &
    Partial<Pick<PaymentIntent, 'cancellation_reason'>>,
  shown: ShownPayment,
): Verdict {
  if (
    intent.amount !== shown.amountMinor ||
    intent.currency.toUpperCase() !== shown.currency ||
    intent.description !== shown.description
  )
    return 'mismatch';
  switch (intent.status) {
    case 'succeeded':
      return 'succeeded';
    case 'canceled':
      // The server's reason for a request whose time was over.
      return intent.cancellation_reason === 'abandoned' ? 'expired' : 'canceled';
    case 'processing':
    case 'requires_capture':
      return 'processing';
    default:
      return 'payable';
  }
}
