/** Between rows and the wire's notices; the one place that knows both. */
import type { NoticeDraft, NoticeView } from '../../protocol/incidents.ts';
import type { NoticeRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';

/** What an owner writes, as it is kept in one column: it is only ever read and fixed as a whole. */
export type NoticeWords = Pick<
  NoticeDraft,
  'locale' | 'title' | 'happened' | 'when' | 'information' | 'weDo' | 'youCanDo'
>;

export const wordsOf = (row: Pick<NoticeRow, 'words'>): NoticeWords => JSON.parse(row.words);

export const noticeUrl = (publicUrl: string, noticeId: string): string =>
  `${publicUrl}/notices/${noticeId}`;

const LIST_MAX = 200;

/** The newest first. */
export async function listNotices(db: Database, publicUrl: string): Promise<NoticeView[]> {
  const rows = await db
    .selectFrom('notices')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(LIST_MAX)
    .execute();
  return toViews(db, rows, publicUrl);
}

export async function viewOf(db: Database, row: NoticeRow, publicUrl: string): Promise<NoticeView> {
  const [view] = await toViews(db, [row], publicUrl);
  if (!view) throw new Error('A row has a view');
  return view;
}

async function toViews(
  db: Database,
  rows: readonly NoticeRow[],
  publicUrl: string,
): Promise<NoticeView[]> {
  if (rows.length === 0) return [];
  const updates = await db
    .selectFrom('notice_updates as u')
    .innerJoin('agents as a', 'a.id', 'u.agent_id')
    .select(['u.notice_id', 'u.at', 'u.text', 'a.name as by'])
    .where(
      'u.notice_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('u.notice_id')
    .orderBy('u.n')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    siteId: row.site_id,
    exposureId: row.exposure_id,
    ...wordsOf(row),
    discoveredAt: row.discovered_at,
    banner: row.banner === 1,
    createdAt: row.created_at,
    publishedAt: row.published_at,
    closedAt: row.closed_at,
    url: noticeUrl(publicUrl, row.id),
    affected: {
      visitors: row.visitors,
      conversations: row.conversations,
      told: row.told,
      telling: row.telling === 1,
    },
    updates: updates
      .filter(({ notice_id }) => notice_id === row.id)
      .map(({ at, text, by }) => ({ at, text, by })),
  }));
}
