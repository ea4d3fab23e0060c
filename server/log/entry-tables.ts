/** The log's rows in SQLite: statements prepared once, because every message passes here. */
import type { DatabaseSync } from 'node:sqlite';
import { prepareOne } from '../store/prepared.ts';
import type { EntryRow } from '../store/schema.ts';
import type { Cut } from './card-watch.ts';
import { rowToEntry } from './entry-rows.ts';
import { type Effects, effectsOf, type Head, type Placed } from './placing.ts';
import { previewOf } from './preview.ts';
import type { LogEntry } from './publisher.ts';

export interface EntryTables {
  findHead(conversationId: string): Head | undefined;
  /** The entry that has this `clientId` already [SEND-1]. */
  findSent(conversationId: string, clientId: string): LogEntry | undefined;
  /** Every `clientId` of a conversation. */
  sentIn(conversationId: string): string[];
  /** Entries of one conversation, in order, and what they do to it. Needs a transaction. */
  insert(conversationId: string, placed: readonly Placed[]): void;
  /**
   * The one change that an entry may see [LOG-1] [CARD-3]: parts of a card number leave it, and the
   * conversation's preview. Needs a transaction. @returns the entries as they are now
   */
  redact(conversationId: string, cuts: readonly Cut[]): LogEntry[];
}

export function createEntryTables(sqlite: DatabaseSync): EntryTables {
  const findHead = prepareOne<Head>(
    sqlite,
    `select visitor_id as "visitorId", status, last_seq as "lastSeq"
       from conversations where id = ?`,
  );
  const findSent = prepareOne<EntryRow>(
    sqlite,
    'select * from entries where conversation_id = ? and client_id = ?',
  );
  const findAllSent = sqlite.prepare(
    'select client_id from entries where conversation_id = ? and client_id is not null',
  );
  const insertEntry = sqlite.prepare(
    `insert into entries
       (conversation_id, seq, at, type, author_kind, author_id, author_name, client_id, body)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const moveOn = sqlite.prepare(
    `update conversations
        set last_seq = ?, updated_at = ?, unread = unread + ?, preview = coalesce(?, preview),
            preview_by = coalesce(?, preview_by), status = coalesce(?, status)
      where id = ?`,
  );

  const findEntry = prepareOne<EntryRow>(
    sqlite,
    'select * from entries where conversation_id = ? and seq = ?',
  );
  const findShown = prepareOne<EntryRow>(
    sqlite,
    `select * from entries where conversation_id = ? and type in ('message', 'payment')
      order by seq desc limit 1`,
  );
  const setBody = sqlite.prepare(
    'update entries set body = ? where conversation_id = ? and seq = ?',
  );
  const setPreview = sqlite.prepare('update conversations set preview = ? where id = ?');

  function redactOne(conversationId: string, { seq, start, end }: Cut): LogEntry[] {
    const row = findEntry(conversationId, seq);
    const known = row && rowToEntry(row);
    if (known?.type !== 'message' && known?.type !== 'note') return [];
    const text = `${known.text.slice(0, start)}••••${known.text.slice(end)}`;
    const redacted = (known.redacted ?? 0) + 1;
    setBody.run(JSON.stringify({ text, redacted }), conversationId, seq);
    return [{ ...known, text, redacted }];
  }

  function insertRow(row: EntryRow): void {
    insertEntry.run(
      row.conversation_id,
      row.seq,
      row.at,
      row.type,
      row.author_kind,
      row.author_id,
      row.author_name,
      row.client_id,
      row.body,
    );
  }

  function apply(conversationId: string, { preview, ...effects }: Effects): void {
    moveOn.run(
      effects.lastSeq,
      effects.at,
      effects.unread,
      preview?.text ?? null,
      preview?.by ?? null,
      effects.status,
      conversationId,
    );
  }

  return {
    findHead,
    findSent(conversationId, clientId) {
      const row = findSent(conversationId, clientId);
      return row && rowToEntry(row);
    },
    sentIn: (conversationId) =>
      findAllSent.all(conversationId).map(({ client_id }) => String(client_id)),
    insert(conversationId, placed) {
      for (const { row } of placed) insertRow(row);
      apply(conversationId, effectsOf(placed.map(({ entry }) => entry)));
    },
    redact(conversationId, cuts) {
      const entries = cuts.flatMap((cut) => redactOne(conversationId, cut));
      const shown = findShown(conversationId);
      const preview = shown && previewOf(rowToEntry(shown));
      if (preview) setPreview.run(preview.text, conversationId);
      return entries;
    },
  };
}
