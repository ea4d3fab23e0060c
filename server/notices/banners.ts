/**
 * Which notice each visitor of a site is shown above the log. Kept in memory, since every snapshot
 * asks. Who has put one away is shared for a while and stored nowhere: a restart of what is shared
 * shows it once more.
 */
import type { NoticeBanner } from '../../protocol/incidents.ts';
import { noticeUrl, wordsOf } from './notice-rows.ts';
import type { NoticePart } from './part.ts';

export interface Banners {
  /** Reads the open notices of all sites. */
  load(): Promise<void>;
  /** Those of one site have changed: its visitors are told. */
  refresh(siteId: string): Promise<void>;
  /** The newest that this visitor has not put away. */
  bannerFor(visitor: { id: string; siteId: string }): Promise<NoticeBanner | null>;
  dismiss(visitor: { id: string; siteId: string }, noticeId: string): Promise<void>;
}

const DISMISSED_MS = 30 * 24 * 3_600_000;

export function createBanners({ deps, facts }: Pick<NoticePart, 'deps' | 'facts'>): Banners {
  const { store, shared, publicUrl } = deps;
  let open: readonly { siteId: string; id: string; title: string }[] = [];
  const key = (visitorId: string, noticeId: string) => `notice-away:${visitorId} ${noticeId}`;

  const bannerFor: Banners['bannerFor'] = async ({ id: visitorId, siteId }) => {
    for (const { id, title, siteId: of } of open) {
      if (of !== siteId || (await shared.kept(key(visitorId, id))) !== null) continue;
      return { id, title, url: noticeUrl(publicUrl(), id) };
    }
    return null;
  };

  async function load(): Promise<void> {
    const rows = await store.db
      .selectFrom('notices')
      .select(['id', 'site_id', 'words'])
      .where('status', '=', 'published')
      .where('banner', '=', 1)
      .orderBy('published_at', 'desc')
      .execute();
    open = rows.map((row) => ({ id: row.id, siteId: row.site_id, title: wordsOf(row).title }));
  }

  return {
    load,
    bannerFor,
    async refresh(siteId) {
      await load();
      facts.toVisitors(siteId);
    },
    async dismiss(visitor, noticeId) {
      if (!open.some(({ id }) => id === noticeId)) return;
      await shared.keep(key(visitor.id, noticeId), '', DISMISSED_MS);
      facts.toVisitor(visitor);
    },
  };
}
