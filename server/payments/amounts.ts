/** Refuses money that cannot be charged, before the provider is asked [PAY-2]. */
import { isCurrency, maximumMinor, minimumMinor, minorStep } from '../../protocol/currencies.ts';
import type { ErrorCode } from '../../protocol/errors.ts';

/** @returns why `amountMinor` of `currency` cannot be charged, or `null`. */
export function amountRefusal(amountMinor: number, currency: string): ErrorCode | null {
  if (!isCurrency(currency)) return 'currency_unknown';
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) return 'amount_invalid';
  if (amountMinor < minimumMinor(currency)) return 'amount_too_small';
  if (amountMinor > maximumMinor(currency)) return 'amount_too_large';
  return amountMinor % minorStep(currency) === 0 ? null : 'amount_invalid';
}
