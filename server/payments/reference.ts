/** A payment's short name for people, who read it out, type it in and mistake letters for digits. */
import type { RandomBytes } from '../world.ts';

/** No vowels, so no words; none of the pairs that look or sound alike. */
const ALPHABET = '23456789BCDFGHJKMNPQRTVWXYZ';
const LENGTH = 8;
/** The largest multiple of the alphabet's length in a byte: above it some letters would be likelier. */
const FAIR = 256 - (256 % ALPHABET.length);

/** @returns such as `7KQ2-M9XD`: one of 280 thousand million */
export function newReference(random: RandomBytes): string {
  let letters = '';
  while (letters.length < LENGTH) {
    for (const byte of random(LENGTH * 2)) {
      if (byte < FAIR && letters.length < LENGTH) letters += ALPHABET[byte % ALPHABET.length];
    }
  }
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}
