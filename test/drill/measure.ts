/** Counts what of a planted card stands in bytes, however a skimmer wrote it. */
import { type PlantedCard, readingsOf, tracesIn } from '../support/card-traces.ts';

/** Planted in the shop's checkout, and in the payment sheet; the second is one of Stripe's test cards. */
export const CARDS = {
  checkout: { number: '5267 3198 4471 6036', cvc: '931' },
  sheet: { number: '5200 8282 8282 8210', cvc: '417' },
} as const satisfies Record<string, PlantedCard>;

/** Fewer in a row come by chance: ports, sizes, times. */
const RUN_MIN = 6;

function longestRun(text: string, number: string): number {
  const digits = number.replace(/\D/g, '');
  for (let length = digits.length; length >= RUN_MIN; length--)
    for (let from = 0; from + length <= digits.length; from++)
      if (text.includes(digits.slice(from, from + length))) return length;
  return 0;
}

/** @returns how many characters of card numbers and security codes can be read from it. */
export function cardBytes(arrived: Buffer, decode?: (text: string) => string): number {
  const all = decode
    ? Buffer.concat([arrived, Buffer.from(`\n${decode(arrived.toString('latin1'))}`)])
    : arrived;
  const traces = tracesIn(all, CARDS);
  const readings = readingsOf(all);
  return Object.entries(CARDS).reduce((sum, [name, { number, cvc }]) => {
    const whole = traces.includes(`${name} number`) ? number.replace(/\D/g, '').length : 0;
    const part = whole || Math.max(...readings.map((text) => longestRun(text, number)));
    return sum + part + (traces.includes(`${name} cvc`) ? cvc.length : 0);
  }, 0);
}
