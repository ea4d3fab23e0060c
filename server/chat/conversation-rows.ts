/** Conversations as each side sees them, from their rows; the one place that maps them. */
import type { ConversationSummary, ConversationView } from '../../protocol/conversations.ts';
import { effectsOf } from '../log/placing.ts';
import type { LogEntry } from '../log/publisher.ts';
import type { Database } from '../store/store.ts';

/** Who of some visitors has a socket open now, in whichever process. */
export interface Presence {
  online(visitorIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Rows of the list, complete; callers add which and how many. */
export const selectConversations = (db: Database) =>
  db
    .selectFrom('conversations as c')
    .innerJoin('sites as s', 's.id', 'c.site_id')
    .innerJoin('visitors as v', 'v.id', 'c.visitor_id')
    .leftJoin('agents as a', 'a.id', 'c.assignee_id')
    .select([
      'c.id',
      'c.status',
      'c.last_seq',
      'c.updated_at',
      'c.visitor_read_seq',
      'c.agent_read_seq',
      'c.unread',
      'c.preview',
      'c.preview_by',
      'c.visitor_id',
      's.id as site_id',
      's.name as site_name',
      'a.id as assignee_id',
      'a.name as assignee_name',
      'v.name as visitor_name',
      'v.email',
      'v.page',
      'v.first_page',
      'v.first_seen_at',
      'v.locale',
      'v.browser',
    ]);

export type ConversationListRow = Awaited<
  ReturnType<ReturnType<typeof selectConversations>['execute']>
>[number];

/** @param entries the newest; those that the row knows of change nothing */
export function withNewest(
  row: ConversationListRow,
  entries: readonly LogEntry[],
): ConversationListRow {
  const newer = entries.filter(({ seq }) => seq > row.last_seq);
  if (newer.length === 0) return row;
  const { lastSeq, at, unread, preview, status } = effectsOf(newer);
  return {
    ...row,
    last_seq: lastSeq,
    updated_at: at,
    unread: row.unread + unread,
    ...(preview && { preview: preview.text, preview_by: preview.by }),
    ...(status && { status }),
  };
}

export function toView(row: ConversationListRow): ConversationView {
  return {
    id: row.id,
    status: row.status,
    lastSeq: row.last_seq,
    reads: { visitor: row.visitor_read_seq, agent: row.agent_read_seq },
    ...(row.assignee_id !== null && {
      assignee: { id: row.assignee_id, name: row.assignee_name ?? '' },
    }),
  };
}

/** @param online visitors who have a socket open */
export function toSummary(
  row: ConversationListRow,
  online: ReadonlySet<string>,
): ConversationSummary {
  const { visitor_name: name, email, page, first_page: firstPage, locale, browser } = row;
  return {
    ...toView(row),
    site: { id: row.site_id, name: row.site_name },
    updatedAt: row.updated_at,
    unread: row.unread,
    preview: row.preview,
    previewBy: row.preview_by,
    visitor: {
      id: row.visitor_id,
      firstSeenAt: row.first_seen_at,
      online: online.has(row.visitor_id),
      ...(name !== null && { name }),
      ...(email !== null && { email }),
      ...(page !== null && { page }),
      ...(firstPage !== null && { firstPage }),
      ...(locale !== null && { locale }),
      ...(browser !== null && { browser }),
    },
  };
}
