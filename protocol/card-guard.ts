/**
 * Finds what looks like a payment card number in text, so that it is stopped before it is sent and
 * replaced before it is stored [CARD-1]. Owns the rule and nothing else: it never logs, keeps or
 * returns more of a candidate than its place and its last four digits.
 *
 * A candidate is a run of digits, of any script and with any separators up to three in a row, whose
 * ends fall on the ends of digit groups, whose prefix and length belong to a card brand (ISO/IEC
 * 7812-1 ranges as the brands publish them) and whose check digit is right (Luhn, ISO/IEC 7812-1
 * annex B). It also runs in the composer, so it stays small. Linear in the length of the text.
 */
import { widen } from './card-details.ts';
import { isLuhnValid } from './check-digits.ts';
import { hideLookAlikes } from './look-alikes.ts';

export interface CardMatch {
  /** Where the number begins, or the expiry date or security code beside it, in UTF-16 code units. */
  start: number;
  /** Just past the last of them. */
  end: number;
  last4: string;
}

/**
 * Length and first digits. Every brand that Stripe takes; cards of eftpos Australia and Cartes
 * Bancaires begin as Visa or Mastercard do. Visa's 13 digits are left out: none has been issued for
 * decades, and the EAN of every tenth German product would be one.
 */
const CARD = new RegExp(
  `^(?:${[
    '(?=.{16}(...)?$)4', // Visa
    '(?=.{16}$)(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)', // Mastercard
    '(?=.{15}$)3[47]', // American Express
    '(?=.{14}(..)?$)(30[0-5]|3095|3[689])', // Diners Club
    '(?=.{16,19}$)(6011|64[4-9]|65|35(2[89]|[3-8])|62|81|220[0-4])', // Discover, JCB, UnionPay, Mir
    '(?=.{16,19}$)(50(18|20|38)|5893|6304|67[56])', // Maestro; none shorter is issued any more
    '(?=.{16}$)(60|508|82|9792|5019|506[01])', // RuPay, Troy, Dankort, Verve
  ].join('|')})`,
);
const MIN_DIGITS = 14;
export const MAX_DIGITS = 19;

/** Month and year, and perhaps the security code, written on behind the number without a gap. */
const GLUED = /^(0[1-9]|1[0-2])[2-4]\d(\d{3,4})?$/;

/** Shows nothing, or is drawn upon the character before it: does not part two digits. */
const UNSEEN = '[\\p{DI}\\p{Cf}\\p{M}\\0-\\x08\\x0e-\\x1f]*';
const SEPARATOR = UNSEEN.replace('[', '[^\\p{N}\\p{L}').slice(0, -1);
/** Its classes exclude each other, so that no text makes the expression go back far. */
const RUN = new RegExp(
  `\\p{N}(?:${UNSEEN}(?:${SEPARATOR}${UNSEEN}){0,3}\\p{N}){${MIN_DIGITS - 1},}${UNSEEN}`,
  'gu',
);
const DIGIT = new RegExp(`(\\p{N})(${UNSEEN})(\\P{N}*)`, 'gu');

const isDecimalDigit = (code: number) => /\p{Nd}/u.test(String.fromCodePoint(code));

/**
 * The value of a digit of any script, or -1. Unicode allots decimal digits in runs of ten that begin
 * with zero, so the distance to the start of the run is the value (The Unicode Standard, 4.6);
 * circled, superscript and similar digits are decomposed by NFKC, and for the rest the ones of their
 * runs of nine are listed.
 */
function digitOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (isDecimalDigit(code)) {
    let first = code;
    while (isDecimalDigit(first - 1)) first--;
    return (code - first) % 10;
  }
  for (const one of '❶➀➊⓵') {
    const value = code - (one.codePointAt(0) ?? 0) + 1;
    if (value > 0 && value < 10) return value;
  }
  return '⓿🄋🄌'.includes(char) ? 0 : Number(/^\D?(\d)\D?$/.exec(char.normalize('NFKC'))?.[1] ?? -1);
}

interface Digit {
  value: number;
  start: number;
  end: number;
  /** Whether a separator or the run's edge stands before it. */
  opens: boolean;
}

function digitsOf(run: string, at: number): Digit[] {
  const digits: Digit[] = [];
  let opens = true;
  for (const { 1: char = '', 2: unseen = '', 3: gap, index } of run.matchAll(DIGIT)) {
    const value = digitOf(char);
    const start = at + index;
    if (value >= 0) digits.push({ value, start, end: start + (char + unseen).length, opens });
    opens = value < 0 || gap !== '';
  }
  return digits;
}

/** @returns the numbers alone. Those that overlap are one, so that no end of any is left over. */
function findNumbers(text: string): CardMatch[] {
  const found: CardMatch[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const digits = digitsOf(run, index);
    const values = digits.map(({ value }) => value).join('');
    digits.forEach(({ opens, start }, from) => {
      if (!opens) return;
      let own: CardMatch | undefined;
      for (let to = from + MIN_DIGITS; to <= from + MAX_DIGITS; to++) {
        let end = to;
        while (end < to + 9 && digits[end]?.opens === false) end++;
        const last = digits[end - 1];
        if (!last || (end > to && !GLUED.test(values.slice(to, end)))) continue;
        const number = values.slice(from, to);
        if (!CARD.test(number) || !isLuhnValid(number)) continue;
        // Of two from one start the shorter is the card: behind it may stand its security code.
        own ??= { start, end: 0, last4: number.slice(-4) };
        own.end = last.end;
      }
      const before = found.at(-1);
      if (!own) return;
      if (before && start < before.end) before.end = Math.max(before.end, own.end);
      else found.push(own);
    });
  }
  return found;
}

/** @returns the card numbers in `text` with what belongs to them, in order, never overlapping. */
export function findCards(text: string): CardMatch[] {
  // Nearly every message ends here: it has no run of digits long enough for the shortest card.
  if (text.search(RUN) < 0 || !findNumbers(text).length) return [];
  return widen(text, findNumbers(hideLookAlikes(text)));
}

/** @returns `text` with each card number replaced by `•••• ` and its last four digits. */
export function redactCards(text: string): { text: string; count: number } {
  const cards = findCards(text);
  let clean = '';
  let at = 0;
  for (const { start, end, last4 } of cards) {
    clean += `${text.slice(at, start)}•••• ${last4}`;
    at = end;
  }
  return { text: clean + text.slice(at), count: cards.length };
}
