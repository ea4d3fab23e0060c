/**
 * Lines of comma-separated values as RFC 4180 has them, safe to open in a spreadsheet. Pure; knows
 * no payment.
 */
import { minorDigits, minorStep } from '../../protocol/currencies.ts';

/** A program that opens the file takes UTF-8 for granted only with this in front. */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * What a spreadsheet would run as a formula (https://owasp.org/www-community/attacks/CSV_Injection);
 * the full-width forms start one too in some locales.
 */
const FORMULA = /^[\s\u200B\u2060\uFEFF]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Text of people's. What would be a formula gets an apostrophe in front, and stays readable. */
export const toText = (value: string): string => (FORMULA.test(value) ? `'${value}` : value);

export const toLine = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => quote(String(cell))).join(',')}\r\n`;

const quote = (cell: string) =>
  /[",\r\n\t']|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Two decimals on the wire, none in daily life: ISK and UGX. */
const isHundredfold = (currency: string) => minorStep(currency) === 100;

/** @returns an amount in the currency's own decimals, with a point and without grouping. */
export function toMajor(amountMinor: number, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === 0) return String(amountMinor);
  const text = String(amountMinor).padStart(digits + 1, '0');
  const whole = text.slice(0, -digits);
  return isHundredfold(currency) ? whole : `${whole}.${text.slice(-digits)}`;
}
