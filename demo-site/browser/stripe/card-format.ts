/** How a card is written and what is wrong with it. Pure: no DOM, no network. */

export type Brand = 'visa' | 'mastercard' | 'amex' | 'discover' | 'unknown';

export interface BrandRule {
  brand: Brand;
  pattern: RegExp;
  lengths: readonly number[];
  /** Where the spaces go. */
  groups: readonly number[];
  cvcLength: 3 | 4;
}

const FOURS = [4, 4, 4, 4, 3];

const RULES: readonly BrandRule[] = [
  { brand: 'visa', pattern: /^4/, lengths: [13, 16, 19], groups: FOURS, cvcLength: 3 },
  { brand: 'amex', pattern: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvcLength: 4 },
  {
    brand: 'mastercard',
    pattern: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    lengths: [16],
    groups: FOURS,
    cvcLength: 3,
  },
  { brand: 'discover', pattern: /^(6011|64[4-9]|65)/, lengths: [16], groups: FOURS, cvcLength: 3 },
];
const UNKNOWN: BrandRule = {
  brand: 'unknown',
  pattern: /^/,
  lengths: [16],
  groups: FOURS,
  cvcLength: 3,
};

export type Problem =
  | 'incomplete_number'
  | 'invalid_number'
  | 'incomplete_expiry'
  | 'invalid_expiry_month'
  | 'invalid_expiry_month_past'
  | 'invalid_expiry_year_past'
  | 'incomplete_cvc';

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

export function ruleFor(digits: string): BrandRule {
  return RULES.find((rule) => rule.pattern.test(digits)) ?? UNKNOWN;
}

export function formatNumber(text: string): string {
  const rule = ruleFor(digitsOf(text));
  const digits = digitsOf(text).slice(0, Math.max(...rule.lengths));
  const parts: string[] = [];
  let start = 0;
  for (const length of rule.groups) {
    if (start < digits.length) parts.push(digits.slice(start, start + length));
    start += length;
  }
  return parts.join(' ');
}

/** `1` stays open to 10-12, anything above is a whole month. `deleting` lets the slash go. */
export function formatExpiry(text: string, deleting: boolean): string {
  let digits = digitsOf(text);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  // A pasted or autofilled four-digit year.
  if (/^\d\d20\d\d$/.test(digits)) digits = digits.slice(0, 2) + digits.slice(4);
  digits = digits.slice(0, 4);
  if (digits.length < 2 || (digits.length === 2 && deleting)) return digits;
  return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
}

export function numberProblem(text: string): Problem | undefined {
  const digits = digitsOf(text);
  const { lengths } = ruleFor(digits);
  if (!lengths.includes(digits.length)) return 'incomplete_number';
  // 13 and 19 digits are rare: until they pass they are a number still being typed.
  if (sumsUp(digits)) return undefined;
  return digits.length === 13 ? 'incomplete_number' : 'invalid_number';
}

/** Whether no further digit can follow, so that the next field may take the focus. */
export function isFullNumber(text: string): boolean {
  const digits = digitsOf(text);
  return (
    numberProblem(text) === undefined &&
    digits.length >= (ruleFor(digits).brand === 'amex' ? 15 : 16)
  );
}

export function parseExpiry(text: string): { month: number; year: number } | undefined {
  const digits = digitsOf(text);
  if (digits.length !== 4) return undefined;
  return { month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2)) };
}

export function expiryProblem(text: string, today: Date): Problem | undefined {
  if (Number(digitsOf(text).slice(0, 2)) > 12) return 'invalid_expiry_month';
  const expiry = parseExpiry(text);
  if (!expiry) return 'incomplete_expiry';
  if (expiry.month < 1) return 'invalid_expiry_month';
  if (expiry.year < today.getFullYear()) return 'invalid_expiry_year_past';
  const isPast = expiry.year === today.getFullYear() && expiry.month < today.getMonth() + 1;
  return isPast ? 'invalid_expiry_month_past' : undefined;
}

export function cvcProblem(text: string, number: string): Problem | undefined {
  return digitsOf(text).length === ruleFor(digitsOf(number)).cvcLength
    ? undefined
    : 'incomplete_cvc';
}

function sumsUp(digits: string): boolean {
  let sum = 0;
  for (const [index, character] of [...digits].reverse().entries()) {
    const digit = Number(character) * (index % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
