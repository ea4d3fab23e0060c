/**
 * Reads an amount as the agent's locale writes it, or refuses: `1.234` is a thousand in Berlin and
 * not an amount of euros in London, and a guess would charge somebody the difference [PAY-2].
 */
import {
  formatMoney,
  maximumMinor,
  minimumMinor,
  minorDigits,
  minorStep,
} from '../../protocol/currencies.ts';

export type AmountProblem = 'empty' | 'unclear' | 'decimals' | 'zero' | 'small' | 'large';
export type ParsedAmount =
  | { ok: true; amountMinor: number }
  | { ok: false; problem: AmountProblem };

const no = (problem: AmountProblem): ParsedAmount => ({ ok: false, problem });

interface LocaleNumbers {
  decimal: string;
  group: string;
  /** Digit of the locale's script -> ASCII. */
  digits: ReadonlyMap<string, string>;
}

function numbersOf(locale: string): LocaleNumbers {
  const parts = new Intl.NumberFormat(locale, { useGrouping: 'always' }).formatToParts(12345678.9);
  const find = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const plain = new Intl.NumberFormat(locale, { useGrouping: false });
  const digits = Array.from({ length: 10 }, (_, n) => [plain.format(n), String(n)] as const);
  return { decimal: find('decimal') || '.', group: find('group'), digits: new Map(digits) };
}

/** People type the plain space and the straight apostrophe where CLDR has typographic ones. */
const plainSeparator = (char: string) =>
  /[\u00a0\u202f\u2009]/.test(char) ? ' ' : char === '\u2019' ? "'" : char;

/** Input methods of East Asia write digits and signs in full width: the same characters. */
const halfWidth = (text: string) =>
  text.replace(/[\uff01-\uff5e]/g, (char) => char.normalize('NFKC'));

/** How many decimals a person writes: what Stripe wants as trailing zeros is not written. */
export const writtenDigits = (currency: string): number =>
  minorStep(currency) === 100 ? 0 : minorDigits(currency);

/** Whether the groups stand where the locale has them: by threes, or as in India by twos. */
function isGrouped(whole: string, bare: string, locale: string): boolean {
  const { digits } = numbersOf(locale);
  const right = new Intl.NumberFormat(locale, { useGrouping: 'always' }).format(BigInt(bare));
  return [...right].map((char) => plainSeparator(digits.get(char) ?? char)).join('') === whole;
}

/** @returns any amount of whole minor units, zero included: for a price of an item, or a refund. */
export function parseMinor(text: string, currency: string, locale: string): ParsedAmount {
  const { decimal, group, digits } = numbersOf(locale);
  const typed = [...halfWidth(text.trim())]
    .map((char) => plainSeparator(digits.get(char) ?? char))
    .filter((char) => !/\p{Cf}/u.test(char))
    .join('');
  if (!typed) return no('empty');

  const [whole = '', fraction = '', ...rest] = typed.split(plainSeparator(decimal));
  const separator = plainSeparator(group);
  const grouped = separator !== '' && whole.includes(separator);
  const bare = grouped ? whole.replaceAll(separator, '') : whole;
  const endsInDecimal = typed.endsWith(plainSeparator(decimal));
  if (rest.length || endsInDecimal || !/^\d{1,15}$/.test(bare) || !/^\d*$/.test(fraction))
    return no('unclear');
  if (grouped && !isGrouped(whole, bare, locale)) return no('unclear');
  if (fraction.length > writtenDigits(currency)) return no('decimals');

  const amountMinor = Number(bare + fraction.padEnd(minorDigits(currency), '0'));
  if (amountMinor % minorStep(currency) !== 0) return no('decimals');
  return { ok: true, amountMinor };
}

/** @returns the problem of an amount that is to be charged. */
export function chargeProblem(amountMinor: number, currency: string): AmountProblem | undefined {
  if (amountMinor === 0) return 'zero';
  if (amountMinor < minimumMinor(currency)) return 'small';
  return amountMinor > maximumMinor(currency) ? 'large' : undefined;
}

/** @returns an amount that can be charged. */
export function parseAmount(text: string, currency: string, locale: string): ParsedAmount {
  const parsed = parseMinor(text, currency, locale);
  const problem = parsed.ok ? chargeProblem(parsed.amountMinor, currency) : undefined;
  return problem ? no(problem) : parsed;
}

/** @returns minor units as a person of the locale types them, so that `parseMinor` reads them back. */
export const writeAmount = (amountMinor: number, currency: string, locale: string): string =>
  new Intl.NumberFormat(locale, {
    minimumFractionDigits: writtenDigits(currency),
    maximumFractionDigits: minorDigits(currency),
    useGrouping: false,
  }).format(amountMinor / 10 ** minorDigits(currency));

/** @returns an amount as the locale writes it, without its currency. */
export const exampleAmount = (currency: string, locale: string): string =>
  writeAmount(
    writtenDigits(currency) ? 24.5 * 10 ** minorDigits(currency) : 2450 * minorStep(currency),
    currency,
    locale,
  );

/** @returns what is wrong with an amount, in words that say how to write it. */
export function amountWords(problem: AmountProblem, currency: string, locale: string): string {
  const money = (minor: number) => formatMoney(minor, currency, locale);
  const digits = writtenDigits(currency);
  switch (problem) {
    case 'empty':
      return 'Enter an amount.';
    case 'unclear':
      return `That amount is not clear. Write it like ${exampleAmount(currency, locale)}.`;
    case 'decimals':
      return digits === 0
        ? `${currency} has no decimals.`
        : minorDigits(currency) === 3
          ? `${currency} is charged in steps of ${money(10)}.`
          : `${currency} has at most ${digits} decimals.`;
    case 'zero':
      return 'The amount must be above zero.';
    case 'small':
      return `The smallest amount is ${money(minimumMinor(currency))}.`;
    case 'large':
      return `The largest amount is ${money(maximumMinor(currency))}.`;
  }
}
