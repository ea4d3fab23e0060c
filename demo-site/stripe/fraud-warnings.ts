/** Radar's early fraud warnings: an issuer suspects fraud before any dispute. Nothing else changes. */
import type Stripe from 'stripe';
import type { Context } from './context.ts';
import { createId, nowSeconds } from './object-store.ts';

export function warnOfFraud(
  context: Context,
  charge: Stripe.Charge,
): Stripe.Radar.EarlyFraudWarning {
  const account = context.store.accountOf(charge.id) ?? '';
  const warning = context.store.put<Stripe.Radar.EarlyFraudWarning>(account, {
    id: createId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created: nowSeconds(),
    fraud_type: 'unauthorized_use_of_card',
    livemode: false,
    ...(typeof charge.payment_intent === 'string' && { payment_intent: charge.payment_intent }),
  });
  context.emit(account, 'radar.early_fraud_warning.created', warning);
  return warning;
}
