/** What a browser sees of a payment intent: no metadata, no customer data, no charge. */
import type Stripe from 'stripe';
import type { ObjectStore } from './object-store.ts';

const PUBLIC_FIELDS = [
  'id',
  'object',
  'amount',
  'amount_details',
  'automatic_payment_methods',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'last_payment_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_types',
  'processing',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'status',
] as const satisfies readonly (keyof Stripe.PaymentIntent)[];

export function toPublicIntent(store: ObjectStore, intent: Stripe.PaymentIntent): object {
  const view: Record<string, unknown> = {};
  for (const field of PUBLIC_FIELDS) view[field] = structuredClone(intent[field]);
  const method = typeof intent.payment_method === 'string' && store.any(intent.payment_method);
  if (method) view.payment_method = method.id;
  return view;
}
