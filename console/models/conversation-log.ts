/**
 * A contiguous stretch of a conversation's log, as a client holds it [LOG-2]. Pure: it decides what
 * fits and says what is missing; reading what is missing is the thread's part.
 */
import type { Entry } from '../../protocol/entries.ts';

export type Stretch = readonly Entry[];

/** @returns the `seq` to read on from; 0 when nothing is held. */
export const lastSeq = (stretch: Stretch): number => stretch.at(-1)?.seq ?? 0;
export const firstSeq = (stretch: Stretch): number => stretch[0]?.seq ?? 0;

const bySeq = (a: Entry, b: Entry) => a.seq - b.seq;

/**
 * Adds what follows. A known `seq` replaces, because redaction may change an entry [LOG-1]; one that
 * leaves a gap is left out, because the log will bring it with what stands before [LOG-5].
 */
export function appendEntries(stretch: Stretch, incoming: readonly Entry[]): Stretch {
  const next = [...stretch];
  for (const entry of [...incoming].sort(bySeq)) {
    const index = next.length ? entry.seq - firstSeq(next) : 0;
    if (index < 0 || index > next.length) continue;
    next[index] = entry;
  }
  return next;
}

/** Adds an older page. What does not end just below the stretch is refused as a whole. */
export function prependEntries(stretch: Stretch, incoming: readonly Entry[]): Stretch {
  const older = [...incoming].sort(bySeq).filter((entry) => entry.seq < firstSeq(stretch));
  const contiguous = older.every((entry, index) => entry.seq === firstSeq(older) + index);
  const touches = lastSeq(older) === firstSeq(stretch) - 1;
  return older.length && contiguous && touches ? [...older, ...stretch] : stretch;
}
