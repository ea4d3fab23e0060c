/**
 * Finds cards in raw bytes, however a skimmer or a careless line of code may have written them: plain,
 * parted, percent-encoded, escaped, in base64 or hex, in another script's digits, in several fields,
 * backwards. Knows nothing of where the bytes come from.
 */

export interface PlantedCard {
  /** Digits in groups of four; the groups should be found nowhere else by chance. */
  number: string;
  /** Found only beside a word that says what it is: three digits alone are everywhere. */
  cvc: string;
}

/** At most so many characters between one group and the next when each is in a field of its own. */
const FIELD_GAP = 200;

const percentDecoded = (text: string) =>
  text.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number(`0x${hex}`)));
const unescaped = (text: string) =>
  text
    .replace(/\\u\{?([0-9a-f]{1,6})\}?/gi, (_all, hex: string) =>
      String.fromCodePoint(Math.min(Number(`0x${hex}`), 0x10ffff)),
    )
    .replace(/&#(\d{1,6});/g, (_all, code: string) => String.fromCodePoint(Number(code)));

const runs = (text: string, pattern: RegExp) => text.match(pattern) ?? [];
/** Every run that may be base64 or hex, read from each place where a byte may begin. */
const decodedRuns = (text: string) => [
  ...runs(text, /[\w+/-]{12,}/g).flatMap((run) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')),
  ),
  ...runs(text, /[0-9a-f]{24,}/gi).flatMap((run) =>
    [0, 1].map((skip) => Buffer.from(run.slice(skip), 'hex').toString('latin1')),
  ),
];

/** `bytes` in every encoding that is looked through. */
export function readingsOf(bytes: Buffer): string[] {
  const texts = [bytes.toString('latin1'), bytes.toString('utf8').normalize('NFKC')];
  const plain = texts.flatMap((text) => [text, percentDecoded(text), unescaped(text)]);
  const decoded = plain.flatMap(decodedRuns).join('\n');
  return [...new Set([...plain, decoded, percentDecoded(decoded)])];
}

function patternsOf({ number }: PlantedCard): RegExp[] {
  const digits = number.replace(/\D/g, '');
  const parted = (text: Iterable<string>) => new RegExp([...text].join('\\D{0,3}'));
  const groups = (digits.match(/\d{1,4}/g) ?? []).map((group) => `(?<!\\d)${group}(?!\\d)`);
  return [
    parted(digits),
    parted([...digits].reverse()),
    new RegExp(groups.join(`[^]{0,${FIELD_GAP}}?`)),
  ];
}

const cvcPattern = ({ cvc }: PlantedCard) =>
  new RegExp(`(cvc|cvv|csc|cvn|security|code)\\D{0,20}${cvc}(?!\\d)`, 'i');

/** @returns `<name> number` and `<name> cvc` for each that stands in `bytes`. */
export function tracesIn(bytes: Buffer, planted: Readonly<Record<string, PlantedCard>>): string[] {
  const readings = readingsOf(bytes);
  const holds = (pattern: RegExp) => readings.some((text) => pattern.test(text));
  return Object.entries(planted).flatMap(([name, card]) => [
    ...(patternsOf(card).some(holds) ? [`${name} number`] : []),
    ...(holds(cvcPattern(card)) ? [`${name} cvc`] : []),
  ]);
}
