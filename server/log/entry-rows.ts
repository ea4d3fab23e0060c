/** Between the log's rows and the wire's entries; the one place that knows both. */
import type { Author } from '../../protocol/entries.ts';
import type { EntryRow } from '../store/schema.ts';
import type { EntryBody, EntryDraft } from './entry-draft.ts';
import type { LogEntry } from './publisher.ts';

interface Place {
  seq: number;
  at: number;
}

export function draftToEntry(draft: EntryDraft, body: EntryBody, { seq, at }: Place): LogEntry {
  const { conversationId, author, clientId, type } = draft;
  // The body was made by `toBody` from a draft of this very type.
  return {
    conversationId,
    seq,
    at,
    type,
    author,
    ...(clientId !== undefined && { clientId }),
    ...body,
  } as LogEntry;
}

export function rowToEntry(row: EntryRow): LogEntry {
  const author: Author = {
    kind: row.author_kind,
    ...(row.author_id !== null && { id: row.author_id }),
    ...(row.author_name !== null && { name: row.author_name }),
  };
  return {
    conversationId: row.conversation_id,
    seq: row.seq,
    at: row.at,
    type: row.type,
    author,
    ...(row.client_id !== null && { clientId: row.client_id }),
    ...JSON.parse(row.body),
  };
}
