/**
 * Remembers for two minutes what each person wrote with digits in it, so that a card number cut into
 * several messages is found when its last part comes [CARD-3]. In memory, bounded, gone with the
 * process; where several processes write, it is filled from the log each time. Knows no tables.
 */
import { detailsLength } from '../../protocol/card-details.ts';
import { type CardMatch, findCards, MAX_DIGITS } from '../../protocol/card-guard.ts';
import type { EntryDraft } from './entry-draft.ts';
import type { LogEntry } from './publisher.ts';

/** What has to go from an entry that is in the log already. Offsets in UTF-16 code units. */
export interface Cut {
  seq: number;
  start: number;
  end: number;
}
export interface SplitCard {
  /** The new message without its part. */
  text: string;
  /** Ascending by place. */
  cuts: Cut[];
}

export interface CardWatch {
  /** Before a draft is placed. @returns what it completes, or null for nearly every message */
  look(draft: EntryDraft, at: number): SplitCard | null;
  /** After it was placed. */
  keep(entry: LogEntry): void;
  /** Forgets everyone, because entries that were kept do not exist after all. */
  reset(): void;
}

/** Between two parts. */
const CARD_WINDOW_MS = 120_000;
/** One digit a message, for the longest card, and its date and code. */
const MAX_PARTS = 24;
/** So long ago at most the first part was said. */
export const CARD_BEGUN_MS = MAX_PARTS * CARD_WINDOW_MS;
/** Of a message's end, and of the next one's beginning: the longest card with its separators. */
const PART_LENGTH = 100;
const MAX_PEOPLE = 5000;

interface Part {
  seq: number;
  /** Where `text` begins in the entry's text. */
  offset: number;
  /** From a digit to a digit. */
  text: string;
  digits: number;
}
interface Recent {
  parts: Part[];
  lastAt: number;
}
type Author = Pick<EntryDraft, 'conversationId' | 'author'>;

const HAS_DIGIT = /\p{N}/u;
const HAS_PART = /\p{N}|••••/u;
/** Its last four digits are not part of another number. As long as it was, so that places stay. */
const REDACTED = /••••(?: \d{4})?/g;
const MARK = '\u{f000}';

const countDigits = (text: string) => text.match(/\p{N}/gu)?.length ?? 0;

/** Fewer digits count only where nothing else is said: "message 12" is no part of a number. */
const WORDY_DIGITS = 4;
const MOST_LETTERS = 60;

/** Whether a message may be a part of a number, or the date or code that belongs to one. */
function isPart(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0 || text.includes('••••') || detailsLength(`\n${text}`) > 0) return true;
  return countDigits(text) >= WORDY_DIGITS && letters <= MOST_LETTERS;
}

/** Of one number. With more, every conversation about numbers would hold a card by chance. */
const MOST_PARTS = 6;
/** Nobody writes message after message of one or two digits, unless it is a number. */
const SINGLE = /^\p{N}{1,2}$/u;

/** Three or more of which each is a little more than the one before: somebody counts. */
function isCounting(parts: readonly string[]): boolean {
  const numbers = parts.map((part) => Number(part.replace(/\D/g, '')));
  const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
  return steps.length > 1 && steps.every((step) => step > 0 && step < 10);
}

/** Who wrote it, in that conversation. */
export const personOf = ({ conversationId, author }: Author) =>
  `${conversationId} ${author.kind} ${author.id ?? ''}`;

const isText = <T extends { type: string }>(one: T): one is Extract<T, { text: string }> =>
  one.type === 'message' || one.type === 'note';

/** Whether a draft can be a part of anything. */
export const isWatched = (draft: EntryDraft): boolean =>
  isText(draft) && HAS_DIGIT.test(draft.text);

/** A slice would keep the whole message in memory. */
const copy = (text: string) => Buffer.from(text, 'utf16le').toString('utf16le');

/** The words around the digits are left out: "and then 4242" goes on where "first 4242" ended. */
function tailOf(entryText: string): Omit<Part, 'seq'> {
  const marked = entryText.replace(REDACTED, (found) => MARK.repeat(found.length));
  const cut = Math.max(0, marked.length - PART_LENGTH);
  const text = marked.slice(cut).replace(/[^\p{N}\u{f000}]+$/u, '');
  const first = Math.max(0, text.search(/[\p{N}\u{f000}]/u));
  const part = copy(text.slice(first));
  return { offset: cut + first, text: part, digits: countDigits(part) };
}

export function createCardWatch(): CardWatch {
  const people = new Map<string, Recent>();

  function recentOf(author: Author, at: number): Recent | undefined {
    const recent = people.get(personOf(author));
    return recent && recent.lastAt + CARD_WINDOW_MS >= at ? recent : undefined;
  }

  /** The map is in the order of `lastAt`, so what has run out stands in front. */
  function dropOld(at: number): void {
    for (const [person, { lastAt }] of people) {
      if (people.size <= MAX_PEOPLE && lastAt + CARD_WINDOW_MS >= at) return;
      people.delete(person);
    }
  }

  return {
    look(draft, at) {
      if (!isText(draft) || !isWatched(draft)) return null;
      const recent = recentOf(draft, at);
      if (!recent) return null;
      const text = draft.text.toWellFormed();
      const split = completed(recent.parts, text) ?? detailsOf(recent.parts, text);
      const cut = new Set(split?.cuts.map(({ seq }) => seq));
      if (cut.size) recent.parts = recent.parts.filter(({ seq }) => !cut.has(seq));
      return split;
    },
    keep(entry) {
      if (!isText(entry) || !HAS_PART.test(entry.text) || !isPart(entry.text)) return;
      const parts = recentOf(entry, entry.at)?.parts ?? [];
      parts.push({ seq: entry.seq, ...tailOf(entry.text) });
      const person = personOf(entry);
      people.delete(person);
      people.set(person, { parts: parts.slice(-MAX_PARTS), lastAt: entry.at });
      dropOld(entry.at);
    },
    reset: () => people.clear(),
  };
}

/** A number, or what belongs to one, that begins in an earlier part and ends in this text. */
function completed(parts: readonly Part[], text: string): SplitCard | null {
  if (!isPart(text)) return null;
  // Digits after the first part of those that are joined: all of them would be in the number.
  let inside = 0;
  for (let count = 1; count < MOST_PARTS && inside < MAX_DIGITS; count++) {
    const first = parts.at(-count);
    if (!first) break;
    const split = joinedWith(parts.slice(-count), text);
    if (split) return split;
    inside += first.digits;
  }
  // One or two digits a message.
  const singles = parts.slice(parts.findLastIndex((part) => !SINGLE.test(part.text)) + 1);
  return SINGLE.test(text.trim()) && singles.length >= MOST_PARTS
    ? joinedWith(singles, text)
    : null;
}

function joinedWith(parts: readonly Part[], text: string): SplitCard | null {
  const own = text.search(HAS_DIGIT);
  const earlier = parts.map((part) => `${part.text}\n`).join('');
  const card = findCards(earlier + text.slice(own, own + PART_LENGTH)).find(
    ({ start, end }) => start < earlier.length && end > earlier.length,
  );
  if (!card || isCounting([...parts.map((part) => part.text), text])) return null;
  const rest = text.slice(own + card.end - earlier.length);
  // Without its last four: whoever watched has seen the other parts come.
  return { text: `${text.slice(0, own)}••••${rest}`, cuts: cutsOf(parts, card) };
}

function cutsOf(parts: readonly Part[], { start, end }: CardMatch): Cut[] {
  let from = 0;
  return parts.flatMap(({ seq, offset, text }) => {
    const first = Math.max(start - from, 0);
    const last = Math.min(end - from, text.length);
    from += text.length + 1;
    return first < last ? [{ seq, start: offset + first, end: offset + last }] : [];
  });
}

/** An expiry date or a security code after a message that ended with a card. */
function detailsOf(parts: readonly Part[], text: string): SplitCard | null {
  if (!parts.at(-1)?.text.endsWith(MARK) || findCards(text).length > 0) return null;
  const length = detailsLength(`\n${text}`) - 1;
  const isNamed = /\p{L}/u.test(text.slice(0, length));
  if (length <= 0 || !(isNamed || length === text.trimEnd().length)) return null;
  return { text: `•••${text.slice(length)}`, cuts: [] };
}
