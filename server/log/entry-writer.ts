/** Writes an entry straight into the tables, inside a transaction that somebody else has opened. */
import { AppError } from '../app-error.ts';
import type { CardWatch } from './card-watch.ts';
import type { EntryDraft } from './entry-draft.ts';
import type { EntryTables } from './entry-tables.ts';
import { placeEntries } from './placing.ts';
import type { SentMemory } from './sent-memory.ts';
import type { Written } from './writer.ts';
import { toWritten, withoutSplit } from './written.ts';

export interface Writing {
  tables: EntryTables;
  watch: CardWatch;
  sent: SentMemory;
}

/** @throws AppError `conversation_unknown`, having written nothing */
export function writeEntry(writing: Writing, draft: EntryDraft, at: number): Written {
  const { tables, watch } = writing;
  const { conversationId, clientId } = draft;
  const head = tables.findHead(conversationId);
  if (!head) throw new AppError('conversation_unknown');
  const sent = clientId === undefined ? undefined : tables.findSent(conversationId, clientId);
  if (sent) return { entry: sent, repeated: true, published: [] };
  const split = watch.look(draft, at);
  const changed = split ? tables.redact(conversationId, split.cuts) : [];
  const placed = placeEntries(withoutSplit(draft, split), head, at);
  tables.insert(conversationId, placed);
  // Whatever comes of the transaction.
  if (clientId !== undefined) writing.sent.add(conversationId, clientId);
  return toWritten(placed, head.visitorId, { watch, changed });
}
