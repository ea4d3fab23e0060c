import type { RefundReason } from '../../protocol/payments.ts';

/** Why money is given back, as Stripe counts it; the usual one first. */
export const REASON_WORDS: readonly (readonly [RefundReason, string])[] = [
  ['requested_by_customer', 'The customer asked for it'],
  ['duplicate', 'Paid twice'],
  ['fraudulent', 'Fraud'],
];
