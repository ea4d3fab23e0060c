/**
 * Numbers as customers write them that are no card numbers: made with their own check digits and in
 * the groups in which labels, shops and forms print them.
 */
import type { Random } from './random.ts';

/** Cuts into groups of the given lengths; the last length goes on. */
export function inGroups(digits: string, lengths: readonly number[], separator = ' '): string {
  const groups: string[] = [];
  let rest = digits;
  for (let index = 0; rest; index++) {
    const length = lengths[Math.min(index, lengths.length - 1)] ?? rest.length;
    groups.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return groups.join(separator);
}

export function luhnDigit(payload: string): string {
  const sum = [...payload].reverse().reduce((total, char, index) => {
    const doubled = Number(char) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

/** GS1: weights 3 and 1 from the right. */
function gs1Digit(payload: string): string {
  const sum = [...payload]
    .reverse()
    .reduce((total, char, index) => total + Number(char) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

const withLuhn = (payload: string) => payload + luhnDigit(payload);
const withGs1 = (payload: string) => payload + gs1Digit(payload);

function withIbanDigits(country: string, bban: string): string {
  const numeric = [...`${bban}${country}00`].map((char) => Number.parseInt(char, 36)).join('');
  return `${country}${String(98n - (BigInt(numeric) % 97n)).padStart(2, '0')}${bban}`;
}

/** The form of the BBAN: d for a digit, A for a capital letter. Of the IBAN registry. */
const BBANS: readonly (readonly [country: string, form: string])[] = [
  ['DE', 'd'.repeat(18)],
  ['FR', `${'d'.repeat(10)}A${'d'.repeat(12)}`],
  ['ES', 'd'.repeat(20)],
  ['IT', `A${'d'.repeat(22)}`],
  ['NL', `AAAA${'d'.repeat(10)}`],
  ['BE', 'd'.repeat(12)],
  ['AT', 'd'.repeat(16)],
  ['CH', 'd'.repeat(17)],
  ['GB', `AAAA${'d'.repeat(14)}`],
  ['PL', 'd'.repeat(24)],
  ['SE', 'd'.repeat(20)],
  ['NO', 'd'.repeat(11)],
  ['DK', 'd'.repeat(14)],
  ['FI', 'd'.repeat(14)],
  ['PT', 'd'.repeat(21)],
  ['CZ', 'd'.repeat(20)],
  ['HU', 'd'.repeat(24)],
  ['IE', `AAAA${'d'.repeat(14)}`],
  ['LT', 'd'.repeat(16)],
  ['EE', 'd'.repeat(16)],
  ['HR', 'd'.repeat(17)],
  ['TR', 'd'.repeat(22)],
  ['RO', `AAAA${'d'.repeat(16)}`],
  ['GR', 'd'.repeat(23)],
];

const GS1_PREFIXES = [
  '00',
  '03',
  '30',
  '33',
  '40',
  '42',
  '45',
  '49',
  '50',
  '54',
  '57',
  '64',
  '69',
  '73',
  '76',
  '80',
  '84',
  '87',
  '90',
  '93',
];
const LETTERS = [...'ABCDEFGHJKLMNPRSTUVWXYZ'];
const ALPHANUMERIC = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

const letters = (random: Random, count: number, from = LETTERS) =>
  Array.from({ length: count }, () => random.pick(from)).join('');
const two = (number: number) => String(number).padStart(2, '0');

function instant(random: Random): Date {
  return new Date(1_500_000_000_000 + random.below(400_000_000) * 1000 + random.below(1000));
}
const price = (random: Random, sign: string) =>
  `${random.between(1, random.pick([20, 100, 1500]))}${sign}${two(random.pick([0, 49, 50, 90, 95, 99, random.below(100)]))}`;
const coordinate = (random: Random, limit: number, decimals: number) =>
  `${random.pick(['', '', '-'])}${random.below(limit)}.${random.digits(decimals)}`;

/** One of each kind, as its standard and its usual writing make it. */
export const LOOK_ALIKES: Readonly<Record<string, (random: Random) => string>> = {
  ups(random) {
    const digits = `${random.pick(['01', '03', '68', '02'])}${random.digits(8)}`;
    const shipper = letters(random, 6, ALPHANUMERIC);
    return random.pick([
      `1Z${shipper}${digits}`,
      `1Z ${inGroups(shipper, [3])} ${inGroups(digits, [2, 4])}`,
    ]);
  },
  'fedex express'(random) {
    const digits = random.digits(12);
    return random.pick([digits, inGroups(digits, [4])]);
  },
  'fedex ground': (random) =>
    withGs1(`${random.pick(['0', '4', '6', '7', '9'])}${random.digits(13)}`),
  'fedex 20 and 22'(random) {
    return random.pick([
      withGs1(`612${random.digits(16)}`),
      withGs1(`96${random.pick(['11', '12', '22'])}${random.digits(17)}`),
    ]);
  },
  'usps 22'(random) {
    const service = random.pick(['9400', '9205', '9407', '9303', '9270', '9208', '9202', '9261']);
    const digits = withGs1(`${service}${random.digits(17)}`);
    return random.pick([digits, inGroups(digits, [4])]);
  },
  'usps 20'(random) {
    const digits = withGs1(`70${random.digits(17)}`);
    return random.pick([digits, inGroups(digits, [4])]);
  },
  's10 post': (random) =>
    random.pick([
      `${letters(random, 2)}${random.digits(9)}${random.pick(['GB', 'DE', 'US', 'FR'])}`,
      `${letters(random, 2)} ${inGroups(random.digits(9), [4, 4, 1])} ${random.pick(['GB', 'CH'])}`,
    ]),
  dhl(random) {
    const ident = random.digits(12);
    return random.pick([
      random.digits(10),
      inGroups(random.digits(10), [2, 4]),
      `${inGroups(ident, [2, 3], '.').slice(0, 10)} ${ident.slice(8)}`,
      ident,
      withGs1(`00340434${random.digits(11)}`),
      `JJD0003900${random.digits(10)}`,
    ]);
  },
  dpd(random) {
    const digits = `${random.pick(['01', '05', '09', '15'])}${random.digits(12)}`;
    return random.pick([digits, inGroups(digits, [4])]);
  },
  'hermes and evri'(random) {
    return random.pick([
      `H${random.digits(2)}${letters(random, 3)}${random.digits(10)}`,
      `C${random.digits(2)}${letters(random, 3)}${random.digits(10)}`,
      `${random.pick(['0', '1', '2'])}${random.digits(13)}`,
    ]);
  },
  imei(random) {
    const tac = `${random.pick(['35', '86', '01', '99'])}${random.digits(6)}`;
    const digits = withLuhn(`${tac}${random.digits(6)}`);
    return random.pick([
      digits,
      inGroups(digits, [2, 6, 6, 1], '-'),
      inGroups(digits, [2, 6, 6, 1]),
    ]);
  },
  'isbn-13'(random) {
    const digits = withGs1(`97${random.pick(['8', '8', '9'])}${random.digits(9)}`);
    return random.pick([
      digits,
      inGroups(digits, [3, 1, 2, 6, 1], '-'),
      inGroups(digits, [3, 10], '-'),
    ]);
  },
  'ean-13'(random) {
    const digits = withGs1(`${random.pick(GS1_PREFIXES)}${random.digits(10)}`);
    return random.pick([digits, inGroups(digits, [1, 6])]);
  },
  'ean-8'(random) {
    const digits = withGs1(`${random.pick(GS1_PREFIXES)}${random.digits(5)}`);
    return random.pick([digits, inGroups(digits, [4])]);
  },
  'gtin-14': (random) =>
    withGs1(
      `${random.pick(['0', '1', '1', '1', '2', '5'])}${random.pick(GS1_PREFIXES)}${random.digits(10)}`,
    ),
  'phone, national'(random) {
    const area = `${random.between(2, 9)}${random.digits(2)}`;
    const local = random.digits(7);
    return random.pick([
      `(${area}) ${inGroups(local, [3, 4], '-')}`,
      `${area}-${inGroups(local, [3, 4], '-')}`,
      `${area}.${inGroups(local, [3, 4], '.')}`,
      `0${area}/${local}`,
      `0${random.pick(['151', '160', '171'])} ${random.digits(random.between(7, 8))}`,
      `07${random.digits(3)} ${inGroups(random.digits(6), [3])}`,
      `0${random.between(1, 9)} ${inGroups(random.digits(8), [2])}`,
    ]);
  },
  'phone, international'(random) {
    const code = random.pick([
      '1',
      '44',
      '49',
      '33',
      '34',
      '39',
      '36',
      '370',
      '375',
      '380',
      '48',
      '52',
      '55',
      '62',
      '65',
      '81',
      '86',
      '91',
      '971',
    ]);
    const number = random.digits(random.between(8, 10));
    const written = random.pick([
      number,
      inGroups(number, [3, 3, 4]),
      inGroups(number, [2]),
      inGroups(number, [3], '-'),
      `(0)${inGroups(number, [2, 4])}`,
    ]);
    return random.pick([
      `+${code} ${written}`,
      `+${code}${number}`,
      `00${code} ${written}`,
      `+${code}-${written}`,
    ]);
  },
  iban(random) {
    const [country, form] = random.pick(BBANS);
    const bban = [...form]
      .map((kind) => (kind === 'd' ? random.digits(1) : letters(random, 1)))
      .join('');
    const iban = withIbanDigits(country, bban);
    return random.pick([iban, inGroups(iban, [4])]);
  },
  timestamp: (random) => {
    const ms = String(instant(random).getTime());
    return random.pick([
      ms,
      `${ms}${random.digits(3)}`,
      `${ms}${random.digits(6)}`,
      ms.slice(0, 10),
    ]);
  },
  'date and time'(random) {
    const date = instant(random);
    const iso = date.toISOString();
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const time = iso.slice(11, 19);
    return random.pick([
      iso,
      `${iso.slice(0, 10)} ${time}`,
      `${iso.slice(0, 10)} ${iso.slice(11, 23)}`,
      `${two(day)}.${two(month)}.${year} ${time}`,
      `${two(day)}.${two(month)}.${year}, ${time.slice(0, 5)}`,
      `${month}/${day}/${year} ${time}`,
      iso.slice(0, 19).replaceAll(/\D/g, ''),
      `${iso.slice(0, 10)} to ${iso.slice(0, 10)}`,
      `${iso.slice(0, 10)} - ${iso.slice(0, 10)}`,
    ]);
  },
  uuid(random) {
    const hex = letters(random, 32, [...'0123456789abcdef']);
    return inGroups(hex, [8, 4, 4, 4, 12], '-');
  },
  'order number'(random) {
    return random.pick([
      random.digits(random.between(8, 12)),
      `#${random.digits(random.between(4, 10))}`,
      `${random.pick(['028', '112', '113', '204', '302', '303', '305', '402', '701'])}-${inGroups(random.digits(14), [7], '-')}`,
      `ORD-${random.digits(8)}`,
      `${letters(random, 2)}-${random.digits(10)}`,
    ]);
  },
  'invoice number'(random) {
    const year = random.between(2019, 2026);
    return random.pick([
      `INV-${year}-${random.digits(6)}`,
      `${year}/${two(random.between(1, 12))}/${random.digits(5)}`,
      `RE${year}${random.digits(6)}`,
      `${year}-${random.digits(8)}`,
    ]);
  },
  coordinates(random) {
    const decimals = random.between(4, 7);
    return [coordinate(random, 90, decimals), coordinate(random, 180, decimals)].join(
      random.pick([', ', ',', ' ']),
    );
  },
  'list of prices'(random) {
    const sign = random.pick(['.', ',']);
    const prices = Array.from({ length: random.between(2, 8) }, () => price(random, sign));
    return prices.join(
      random.pick(sign === '.' ? [', ', ' + ', '\n', ' '] : ['; ', ' + ', '\n', ' ']),
    );
  },
  amount(random) {
    const whole = String(random.between(1, 9_999_999));
    const grouped = (separator: string) => whole.replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, separator);
    return random.pick([
      `${grouped(',')}.${random.digits(2)}`,
      `${grouped('.')},${random.digits(2)}`,
      `${grouped(' ')},${random.digits(2)} €`,
      `${grouped("'")}.${random.digits(2)} CHF`,
    ]);
  },
};

const SENTENCES = [
  (what: string) => what,
  (what: string) => `It says ${what}, is that right?`,
  (what: string) => `Hello, where is my parcel ${what}? It should have come on Friday.`,
  (what: string) => `${what} was refused`,
  (what: string) => `No: ${what}.\nThank you!`,
];

/** @returns messages, each with one look-alike of that kind. */
export function lookAlikes(kind: string, count: number, random: Random): string[] {
  const make = LOOK_ALIKES[kind];
  if (!make) throw new Error(`No look-alikes of the kind ${kind}`);
  return Array.from({ length: count }, () => random.pick(SENTENCES)(make(random)));
}
