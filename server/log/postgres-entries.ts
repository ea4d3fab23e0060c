/** The log's rows in Postgres, for many conversations at once: as few round trips as there are questions. */
import { sql } from 'kysely';
import { storable } from '../store/postgres.ts';
import type { Tx } from '../store/store.ts';
import type { Cut } from './card-watch.ts';
import type { EntryDraft } from './entry-draft.ts';
import { rowToEntry } from './entry-rows.ts';
import { effectsOf, type Head, type Placed } from './placing.ts';
import { previewOf } from './preview.ts';
import type { LogEntry } from './publisher.ts';

/** So far back in a conversation a card number may have been begun: more than people say meanwhile. */
const RECENT_MAX = 500;

export interface Sent {
  conversationId: string;
  clientId: string;
}

/** Until the transaction ends nobody else writes to these conversations. In one order: no deadlock. */
export async function lockHeads(tx: Tx, ids: readonly string[]): Promise<Map<string, Head>> {
  const rows = await tx
    .selectFrom('conversations')
    .select(['id', 'visitor_id', 'status', 'last_seq'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      { visitorId: row.visitor_id, status: row.status, lastSeq: row.last_seq },
    ]),
  );
}

/** Entries that have one of these `clientId`s already [SEND-1]. */
export async function findSent(tx: Tx, sent: readonly Sent[]): Promise<LogEntry[]> {
  if (sent.length === 0) return [];
  const rows = await tx
    .selectFrom('entries')
    .selectAll()
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('conversation_id', 'client_id'),
        'in',
        sent.map(({ conversationId, clientId }) => tuple(conversationId, clientId)),
      ),
    )
    .execute();
  return rows.map(rowToEntry);
}

/** What one person wrote since then at the end of a conversation, ascending by `seq` [CARD-3]. */
export async function readRecent(
  tx: Tx,
  { conversationId, author }: Pick<EntryDraft, 'conversationId' | 'author'>,
  { lastSeq, since }: { lastSeq: number; since: number },
): Promise<LogEntry[]> {
  const rows = await tx
    .selectFrom('entries')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '>', lastSeq - RECENT_MAX)
    .where('at', '>=', since)
    .where('author_kind', '=', author.kind)
    .where('author_id', 'is not distinct from', author.id ?? null)
    .orderBy('seq')
    .execute();
  return rows.map(rowToEntry);
}

/** Entries of each conversation, in order, and what they do to it. */
export async function insertPlaced(
  tx: Tx,
  placed: ReadonlyMap<string, readonly Placed[]>,
): Promise<void> {
  const rows = [...placed.values()].flatMap((all) => all.map(({ row }) => row));
  if (rows.length === 0) return;
  await tx.insertInto('entries').values(rows).execute();
  const changes = [...placed].map(([id, all]) => {
    const { preview, ...effects } = effectsOf(all.map(({ entry }) => entry));
    return { id, ...effects, preview: storable(preview?.text), previewBy: preview?.by };
  });
  await sql`
    update conversations as c
       set last_seq = v."lastSeq", updated_at = v.at, unread = c.unread + v.unread,
           preview = coalesce(v.preview, c.preview),
           preview_by = coalesce(v."previewBy", c.preview_by),
           status = coalesce(v.status, c.status)
      from json_to_recordset(${JSON.stringify(changes)}::json)
        as v(id text, "lastSeq" integer, at bigint, unread integer, preview text,
             "previewBy" text, status text)
     where c.id = v.id`.execute(tx);
}

/**
 * The one change that an entry may see [LOG-1] [CARD-3]: parts of a card number leave it, and the
 * conversation's preview. @returns the entries as they are now
 */
export async function redactEntries(
  tx: Tx,
  conversationId: string,
  cuts: readonly Cut[],
): Promise<LogEntry[]> {
  const changed: LogEntry[] = [];
  for (const cut of cuts) changed.push(...(await redactOne(tx, conversationId, cut)));
  const shown = await tx
    .selectFrom('entries')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('type', 'in', ['message', 'payment'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const preview = shown && previewOf(rowToEntry(shown));
  if (preview) {
    await tx
      .updateTable('conversations')
      .set({ preview: preview.text })
      .where('id', '=', conversationId)
      .execute();
  }
  return changed;
}

async function redactOne(tx: Tx, conversationId: string, cut: Cut): Promise<LogEntry[]> {
  const row = await tx
    .selectFrom('entries')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '=', cut.seq)
    .executeTakeFirst();
  const known = row && rowToEntry(row);
  if (known?.type !== 'message' && known?.type !== 'note') return [];
  const text = `${known.text.slice(0, cut.start)}••••${known.text.slice(cut.end)}`;
  const redacted = (known.redacted ?? 0) + 1;
  await tx
    .updateTable('entries')
    .set({ body: JSON.stringify({ text, redacted }) })
    .where('conversation_id', '=', conversationId)
    .where('seq', '=', cut.seq)
    .execute();
  return [{ ...known, text, redacted }];
}
