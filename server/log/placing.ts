/**
 * The place of an entry in its conversation, and what it does to it. Pure: the same rules whether
 * entries are written one by one or gathered. Owns `seq` [LOG-2] and reopening [SEND-4].
 */
import type { EntryRow } from '../store/schema.ts';
import { type EntryDraft, toBody } from './entry-draft.ts';
import { draftToEntry } from './entry-rows.ts';
import { type Preview, previewOf } from './preview.ts';
import type { LogEntry } from './publisher.ts';

/** Where a conversation's log ends. Moves on with every entry that is placed. */
export interface Head {
  visitorId: string;
  status: 'open' | 'resolved';
  lastSeq: number;
}

export interface Placed {
  entry: LogEntry;
  row: EntryRow;
}

/** @returns the entry, behind the event that it causes where it causes one */
export function placeEntries(draft: EntryDraft, head: Head, at: number): Placed[] {
  if (!reopens(draft, head)) return [place(draft, head, at)];
  head.status = 'open';
  return [place(reopenedBy(draft), head, at), place(draft, head, at)];
}

function place(draft: EntryDraft, head: Head, at: number): Placed {
  const { conversationId, type, author, clientId } = draft;
  const body = toBody(draft);
  const seq = ++head.lastSeq;
  return {
    entry: draftToEntry(draft, body, { seq, at }),
    row: {
      conversation_id: conversationId,
      seq,
      at,
      type,
      author_kind: author.kind,
      author_id: author.id ?? null,
      author_name: author.name ?? null,
      client_id: clientId ?? null,
      body: JSON.stringify(body),
    },
  };
}

/** [SEND-4] A visitor's message in a resolved conversation reopens it. */
const reopens = (draft: EntryDraft, head: Head) =>
  head.status === 'resolved' && draft.type === 'message' && draft.author.kind === 'visitor';

const reopenedBy = ({ conversationId, author }: EntryDraft): EntryDraft => ({
  conversationId,
  author,
  type: 'event',
  event: 'reopened',
});

/** What entries of one conversation, in order, change in its row. */
export interface Effects {
  lastSeq: number;
  at: number;
  /** How many messages of the visitor there are among them. */
  unread: number;
  /** `null`: as before. */
  preview: Preview | null;
  status: 'open' | null;
}

export function effectsOf(entries: readonly LogEntry[]): Effects {
  const last = entries.at(-1);
  if (!last) throw new Error('No entries, no effects');
  const shown = entries.findLast(({ type }) => type === 'message' || type === 'payment');
  return {
    lastSeq: last.seq,
    at: last.at,
    unread: entries.filter(({ type, author }) => type === 'message' && author.kind === 'visitor')
      .length,
    preview: shown ? previewOf(shown) : null,
    status: entries.some((entry) => entry.type === 'event' && entry.event === 'reopened')
      ? 'open'
      : null,
  };
}
