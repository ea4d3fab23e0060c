/**
 * The line items of a request, as the chat server tells them. Nobody vouches for them but the shop,
 * so they are capped and shown only if they add up to what Stripe charges [PAY-6]. Pure.
 */
import type { LineItem } from '../../protocol/entries.ts';
import { DESCRIPTION_MAX_LENGTH, LINE_ITEMS_MAX } from '../../protocol/limits.ts';

/** Whatever it is, or nothing: `linesOf` and `receiptOf` look. */
export const UNCHECKED = /^(object|undefined)/ as RegExp & { readonly of: unknown };

const isCount = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least;

const isLine = (value: unknown): value is LineItem => {
  const { description, quantity, unitAmountMinor } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof description === 'string' &&
    description.length <= DESCRIPTION_MAX_LENGTH &&
    isCount(quantity, 1) &&
    isCount(unitAmountMinor, 0)
  );
};

/** @param amountMinor as Stripe says. @returns none where anything does not fit. */
export function linesOf(given: unknown, amountMinor: number): readonly LineItem[] {
  if (!Array.isArray(given) || given.length > LINE_ITEMS_MAX || !given.every(isLine)) return [];
  const lines: readonly LineItem[] = given;
  const sum = lines.reduce((all, line) => all + line.quantity * line.unitAmountMinor, 0);
  return sum === amountMinor ? lines : [];
}
