/**
 * Takes an intent back. The provider's answer decides: what was paid at the same moment is paid, what
 * is under way goes on, and what was canceled before stays so.
 */
import { AppError } from '../app-error.ts';
import type { IntentRef, PaymentGateway, ProviderIntent, VoidReason } from './provider.ts';

/** @returns the intent as it is afterwards. @throws AppError as the gateway */
export async function voidIntent(
  gateway: PaymentGateway,
  intent: IntentRef,
  why: VoidReason,
): Promise<ProviderIntent> {
  try {
    return await gateway.cancelIntent(intent, why);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'provider_refused') throw error;
    return gateway.retrieveIntent(intent);
  }
}

export const isVoid = ({ standing: { status } }: ProviderIntent): boolean =>
  status === 'canceled' || status === 'expired';
