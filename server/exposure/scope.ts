/**
 * What a question looks at: the lines between two places of the ledger. Instants never go back along
 * it, so a window is a stretch of numbers, and every search below is one of an index.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExposureQuestion } from '../../protocol/ledger.ts';
import type { Database } from '../store/store.ts';

export interface Scope {
  db: Database;
  question: ExposureQuestion;
  /** Milliseconds since the epoch. */
  askedAt: number;
  /** The last line that the answer may know of: the head's. */
  length: number;
  /** The first line at or after the end of the window. */
  until: number;
}

/** Milliseconds since the epoch; `to` is not part of it. */
export interface Span {
  from: number;
  to: number;
}

/** @returns what of a stretch of time lies in the window, or null */
export const withinWindow = ({ from, to }: ExposureQuestion, stretch: Span): Span | null =>
  stretch.from < to && stretch.to > from
    ? { from: Math.max(stretch.from, from), to: Math.min(stretch.to, to) }
    : null;

/** From the beginning of the first to the end of the last. */
export function spanOf(spans: readonly Span[]): Span | null {
  const [first] = spans;
  return first
    ? spans.reduce(
        (all, { from, to }) => ({ from: Math.min(all.from, from), to: Math.max(all.to, to) }),
        first,
      )
    : null;
}

/**
 * Asked to order the lines of a few visitors, SQLite walks all lines of their kind, which are in order
 * already; so they are put in order here.
 */
export const byNumber = <Line extends { n: number }>(lines: readonly Line[]): Line[] =>
  [...lines].sort((a, b) => a.n - b.n);

export function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** @returns the first line at or after an instant; one past the end where there is none */
export async function firstLineAt(
  { db, length }: Pick<Scope, 'db' | 'length'>,
  at: number,
): Promise<number> {
  const line = await db
    .selectFrom('ledger')
    .select('n')
    .where('at', '>=', at)
    .orderBy('at')
    .orderBy('n')
    .limit(1)
    .executeTakeFirst();
  return Math.min(line?.n ?? length + 1, length + 1);
}

/** Well below SQLite's limit of parameters in one statement. */
const CHUNK = 500;

export function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += CHUNK) yield all.slice(from, from + CHUNK);
}

/** A long answer must not hold up the messages of the minute. */
export const pause = nextTurn;
