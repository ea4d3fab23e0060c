/** What Stripe.js on the page and its frames tell each other. Never card data, in either direction. */

export interface Appearance {
  theme?: 'stripe' | 'night' | 'flat';
  variables?: Record<string, string>;
}

/** `type`, `code` and the like are the API's own. */
export interface StripeError {
  type: string;
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  payment_intent?: PaymentIntent;
}

export interface PaymentIntent {
  id: string;
  amount: number;
  currency: string;
  status: string;
  client_secret: string;
  last_payment_error: StripeError | null;
  next_action: { type: string; use_stripe_sdk?: { source?: string } } | null;
}

export type Result<T> = { ok: true; data: T } | { ok: false; error: StripeError };

/** Who the frame calls the API as, and about which intent. */
export interface Access {
  publishableKey: string;
  stripeAccount?: string | undefined;
  clientSecret: string;
}

export interface PaymentFrameOptions {
  access: Access;
  appearance: Appearance;
  locale: string;
}

export interface ChallengeFrameOptions {
  access: Access;
  source: string;
}

export interface BillingDetails {
  [field: string]: string | BillingDetails | undefined | null;
}

export type ToPaymentFrame =
  | { type: 'update'; appearance: Appearance; locale: string }
  | { type: 'focus' | 'blur' | 'clear' }
  | { type: 'validate'; call: number }
  | {
      type: 'confirm';
      call: number;
      clientSecret: string;
      returnUrl: string | undefined;
      billingDetails: BillingDetails | undefined;
    };

export type FromPaymentFrame =
  | { type: 'ready' | 'focus' | 'blur' | 'escape' }
  | { type: 'loaderror'; error: StripeError }
  | { type: 'height'; pixels: number }
  | { type: 'change'; complete: boolean; empty: boolean }
  | { type: 'result'; call: number; result: Result<PaymentIntent | null> };

export type FromChallengeFrame = { type: 'done' };

/** The first words of a frame, and the answer that carries its port. */
export const FRAME_HELLO = 'stripe-frame:hello';
export const FRAME_INIT = 'stripe-frame:init';
