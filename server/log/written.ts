/** What was placed, as its writer answers and publishes it. The same for every store. */
import type { CardWatch, SplitCard } from './card-watch.ts';
import type { EntryDraft } from './entry-draft.ts';
import type { Placed } from './placing.ts';
import type { LogEntry } from './publisher.ts';
import type { Written } from './writer.ts';

/** The draft without its part of a card number that others began [CARD-3]. */
export const withoutSplit = (draft: EntryDraft, split: SplitCard | null): EntryDraft =>
  split && (draft.type === 'message' || draft.type === 'note')
    ? { ...draft, text: split.text, redacted: 1 }
    : draft;

interface Surroundings {
  watch: CardWatch;
  /** Earlier entries that changed with this one. */
  changed: readonly LogEntry[];
}

/** The last one placed is the draft's own entry. */
export function toWritten(
  placed: readonly Placed[],
  visitorId: string,
  { watch, changed }: Surroundings,
): Written {
  const entry = placed.at(-1)?.entry;
  if (!entry) throw new Error('Nothing was placed');
  watch.keep(entry);
  const entries = [...changed, ...placed.map((one) => one.entry)];
  return {
    entry,
    repeated: false,
    published: entries.map((one) => ({ entry: one, visitorId })),
    ...(changed.length > 0 && { redacts: true }),
  };
}
