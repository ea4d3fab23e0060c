/** The card guard against many thousands of numbers: all cards, and nearly no others. */
import { describe, expect, it } from 'vitest';
import { findCards } from '../../protocol/card-guard.ts';
import { inGroups, LOOK_ALIKES, lookAlikes, luhnDigit } from '../support/card-look-alikes.ts';
import { createRandom, type Random } from '../support/random.ts';

const SEED = 20_261_121;
const CARDS_PER_RANGE = 250;
const LOOK_ALIKES_PER_KIND = 1000;

/** First digits and lengths of every brand that Stripe takes, the ends of each range among them. */
const RANGES: Readonly<Record<string, readonly [prefixes: string[], lengths: number[]]>> = {
  visa: [
    ['4', '40', '49'],
    [16, 19],
  ],
  'eftpos and cartes bancaires': [['40000503', '55550503', '40000025', '55555525'], [16]],
  mastercard: [['51', '53', '55', '2221', '2229', '2230', '2300', '2699', '2700', '2720'], [16]],
  amex: [['34', '37'], [15]],
  discover: [
    ['6011', '622126', '622925', '644', '649', '65'],
    [16, 19],
  ],
  diners: [
    ['300', '305', '3095', '36', '38', '39'],
    [14, 16],
  ],
  jcb: [
    ['3528', '3529', '3530', '3580', '3589'],
    [16, 19],
  ],
  unionpay: [
    ['62', '6200', '8100', '8171'],
    [16, 17, 18, 19],
  ],
};

const SEPARATORS = [
  ' ',
  ' ',
  ' ',
  '-',
  '.',
  ',',
  '/',
  '_',
  '|',
  ':',
  '\n',
  '\t',
  '\u00a0',
  '*',
  '+',
  '💳',
];
const UNSEEN = ['\u200b', '\u2060', '\u00ad', '\ufeff', '\u034f', '\u3164', '\u0301'];
/** Zeros of scripts; of the last three the ones, and the zero alone. */
const ZEROS = [0x30, 0x30, 0x30, 0xff10, 0x660, 0x966, 0xe50, 0x1d7ce, 0x1d7f6, 0x1fbf0];
const CIRCLED: readonly (readonly [zero: number, one: number])[] = [
  [0x24ea, 0x2460],
  [0x2070, 0x2460],
  [0x2080, 0x2081],
  [0x24ff, 0x2776],
  [0x1f10b, 0x2780],
];

function writeDigits(digits: string, random: Random): string {
  const way = random.below(14);
  if (way < 10) {
    const zero = ZEROS[way] ?? 0x30;
    return [...digits].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');
  }
  if (way === 10) return [...digits].map((digit) => `${digit}\ufe0f\u20e3`).join('');
  const [zero, one] = random.pick(CIRCLED);
  return [...digits]
    .map((digit) => String.fromCodePoint(digit === '0' ? zero : one + Number(digit) - 1))
    .join('');
}

function group(number: string, random: Random): string {
  const lengths = random.pick([
    [number.length],
    [4],
    [4],
    [4, 6, 5],
    [1],
    [2],
    [8],
    Array.from({ length: number.length }, () => random.between(1, 7)),
  ]);
  const written = writeDigits(number, random);
  // Cut between digits, each of which may be several code units.
  const digits = written.match(/\p{N}\P{N}*/gu) ?? [];
  let at = 0;
  const groups = inGroups(number, lengths, '|')
    .split('|')
    .map(({ length }) => {
      at += length;
      return digits.slice(at - length, at).join(random.below(6) ? '' : random.pick(UNSEEN));
    });
  const same = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () =>
    random.pick(SEPARATORS),
  ).join('');
  const mixed = random.below(3) === 0;
  return groups.reduce((text, next) => {
    const other = Array.from({ length: random.between(1, 3) }, () => random.pick(SEPARATORS));
    return `${text}${mixed ? other.join('') : same}${next}`;
  });
}

const BEFORE = [
  '',
  '',
  'card',
  'my card is ',
  'no:',
  'VISA',
  'exp 12/27 ',
  '12/27 123 ',
  'é',
  '(',
  '卡号',
];
const AFTER = [
  '',
  '',
  'x',
  ' thanks',
  ' 12/27 123',
  ' 12/2027, cvc 123',
  '\n1227\n123',
  ')',
  'CVC123',
  '。',
];

describe('[CARD-1] the card guard', () => {
  it.each(Object.entries(RANGES))('finds every card of %s in every disguise', (_brand, [
    prefixes,
    lengths,
  ]) => {
    const random = createRandom(SEED);
    const missed: string[] = [];
    for (const prefix of prefixes) {
      for (const length of lengths) {
        for (let count = 0; count < CARDS_PER_RANGE; count++) {
          const payload = prefix + random.digits(length - 1 - prefix.length);
          const number = group(payload + luhnDigit(payload), random);
          const before = random.pick(BEFORE);
          const text = `${before}${number}${random.pick(AFTER)}`;
          const end = before.length + number.length;
          const isFound = findCards(text).some(
            (card) => card.start <= before.length && card.end >= end,
          );
          if (!isFound) missed.push(text);
        }
      }
    }
    expect(missed).toEqual([]);
  });

  it('flags at most one look-alike in a thousand, and at most one in five hundred of any kind', () => {
    const flagged: Record<string, string[]> = {};
    const kinds = Object.keys(LOOK_ALIKES);
    for (const kind of kinds) {
      const texts = lookAlikes(kind, LOOK_ALIKES_PER_KIND, createRandom(SEED));
      flagged[kind] = texts.filter((text) => findCards(text).length > 0);
    }
    const total = kinds.length * LOOK_ALIKES_PER_KIND;
    expect(total).toBeGreaterThan(20_000);
    const rates = Object.fromEntries(kinds.map((kind) => [kind, flagged[kind]?.length ?? 0]));
    process.stdout.write(`flagged of ${LOOK_ALIKES_PER_KIND} each: ${JSON.stringify(rates)}\n`);
    expect(Object.values(flagged).flat().length).toBeLessThanOrEqual(total / 1000);
    for (const texts of Object.values(flagged)) expect(texts.length).toBeLessThanOrEqual(2);
  });
});
