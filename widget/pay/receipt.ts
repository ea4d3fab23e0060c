/**
 * What a receipt says beside the sum, from what the chat server tells of a payment that was made.
 * Text only, and each piece looked at: nobody vouches for it but the shop. Pure.
 */
import { texts } from './texts.ts';

export type ReceiptRow = readonly [name: string, value: string];

const MAX_LENGTH = 60;
const textOf = (value: unknown) => (typeof value === 'string' ? value.slice(0, MAX_LENGTH) : '');

/**
 * @param moneyOf writes minor units of the payment's currency
 * @returns nothing where the payment was not made
 */
export function receiptOf(
  given: unknown,
  moneyOf: (amountMinor: number) => string,
  locale: string,
): ReceiptRow[] | undefined {
  const { card, paidAt, reference, refundedMinor } = Object(given) as Record<string, unknown>;
  const { brand, last4 } = Object(card) as Record<string, unknown>;
  if (!Number.isSafeInteger(paidAt)) return undefined;
  const name = textOf(brand);
  const rows: ReceiptRow[] = [
    [texts.paidOn, new Date(Number(paidAt)).toLocaleString(locale, FULL)],
    [
      texts.paidWith,
      name && `${name.charAt(0).toUpperCase()}${name.slice(1)} •••• ${textOf(last4)}`,
    ],
    [texts.reference, textOf(reference)],
    [texts.returned, Number.isSafeInteger(refundedMinor) ? moneyOf(Number(refundedMinor)) : ''],
  ];
  return rows.filter(([, value]) => value);
}

const FULL: Intl.DateTimeFormatOptions = { dateStyle: 'long', timeStyle: 'short' };
