/**
 * What is said in a conversation, derived from the seed and a place, so that a million texts need not
 * be kept to be known. No digits: what looks like a card number would rightly come back altered.
 */
export type Voice = 'visitor' | 'agent' | 'note';

export interface Line {
  clientId: string;
  text: string;
}

const WORDS = [
  ...'lantern brass wick oil harbour order parcel friday please thanks when arrive shelf hook'.split(
    ' ',
  ),
  ...'größe naïve žluť фонарь 灯笼 فانوس נר 🏮 👩‍🚒 “quoted” <b>bold</b> \\n {"a":[]} 2/visitor, &amp;'.split(
    ' ',
  ),
];
/** One text in so many is long enough to cross several packets of the network. */
const LONG_EVERY = 40;
const LONG_WORDS = 420;

/** Base 16 in letters. */
function letters(value: number, length: number): string {
  let rest = value;
  let written = '';
  for (let place = 0; place < length; place++) {
    written = String.fromCharCode(97 + (rest & 15)) + written;
    rest = Math.floor(rest / 16);
  }
  return written;
}

/** The same few bits for the same place, whenever it is asked (murmur3's last step). */
export function mixed(seed: number, ...place: readonly number[]): number {
  let hash = seed | 0;
  for (const part of place) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** The line of one voice at one place of one conversation; no other place has its text or its id. */
export function lineOf(seed: number, conversation: number, voice: Voice, index: number): Line {
  const name = `${voice}-${letters(seed, 8)}-${letters(conversation, 6)}-${letters(index, 5)}`;
  const random = mixed(seed, conversation, voice.length, index);
  const count = random % LONG_EVERY === 0 ? LONG_WORDS : 2 + (random % 9);
  const words = Array.from({ length: count }, (_, at) => WORDS[(random + at * 7) % WORDS.length]);
  return { clientId: name, text: `${name} ${words.join(' ')}` };
}
