/** Everything that has to be true before a visitor may pay: secret, Stripe.js, and the same sum. */
import type { PaymentIntent, Stripe } from '@stripe/stripe-js';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { SheetRequest } from '../sheet.ts';
import { judge, type Verdict } from './intent.ts';
import { UNCHECKED } from './lines.ts';
import { getStripe } from './stripe.ts';
import { texts } from './texts.ts';

/** What is `unreachable` is worth another try; what is `refused` is not. */
export type Prepared =
  | {
      verdict: Exclude<Verdict, 'mismatch'>;
      stripe: Stripe;
      intent: PaymentIntent;
      clientSecret: string;
      /** As the chat server tells them, unchecked. */
      lineItems: unknown;
    }
  | { verdict: 'mismatch' }
  /** The server gives no secret any more; where it stands, and the refusal's words. */
  | { verdict: 'ended'; status: string | undefined; receipt: unknown; words: string }
  | { verdict: 'refused' | 'unreachable'; words: string };

const unreachable = { verdict: 'unreachable', words: texts.noStripe } as const;

const bodyOf = ({ token, shown: { paymentId } }: SheetRequest) => ({
  protocol: PROTOCOL_VERSION,
  token,
  paymentId,
});

/** @returns where the payment stands, now that the server has asked Stripe again [PAY-5]. */
export const refresh = async (request: SheetRequest) =>
  (
    await request.request(
      'payments/refresh',
      { status: /^string/, receipt: UNCHECKED },
      bodyOf(request),
    )
  ).data;

/** Never rejects. */
export async function prepare(request: SheetRequest): Promise<Prepared> {
  const loading = getStripe(request);
  const { data, error } = await request.request(
    'payments/open',
    { clientSecret: /^string\w{10,300}$/, lineItems: UNCHECKED },
    bodyOf(request),
  );
  const clientSecret = data?.clientSecret;
  if (!clientSecret) {
    const words = error?.message ?? texts.failed;
    if (error?.code === 'payment_not_payable') {
      const { status, receipt } = (await refresh(request)) ?? {};
      return { verdict: 'ended', status, receipt, words };
    }
    return { verdict: error?.code === 'unavailable' ? 'unreachable' : 'refused', words };
  }
  const stripe = await loading;
  if (!stripe) return unreachable;
  try {
    const { paymentIntent: intent, error } = await stripe.retrievePaymentIntent(clientSecret);
    if (intent) {
      const verdict = judge(intent, request.shown);
      return verdict === 'mismatch'
        ? { verdict }
        : { verdict, stripe, intent, clientSecret, lineItems: data.lineItems };
    }
    // The secret does not open in the account that the tag names: as wrong as another amount.
    if (error?.type === 'invalid_request_error') return { verdict: 'mismatch' };
  } catch {
    // Stripe.js throws at what is no secret, and when it is misused.
  }
  return unreachable;
}
