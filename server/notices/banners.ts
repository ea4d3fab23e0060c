/**
 * Which notice each visitor of a site is shown above the log. Kept in memory, since every snapshot
 * asks. So is who has put one away: a restart shows it once more, and nothing is stored of anybody.
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
  bannerFor(visitor: { id: string; siteId: string }): NoticeBanner | null;
  dismiss(visitor: { id: string; siteId: string }, noticeId: string): void;
}

/** Whoever makes up visitors must not fill the memory. */
const MAX_DISMISSED = 20_000;

export function createBanners({ deps, facts }: Pick<NoticePart, 'deps' | 'facts'>): Banners {
  const { store, publicUrl } = deps;
  let open: readonly { siteId: string; id: string; title: string }[] = [];
  const dismissed = new Set<string>();
  const key = (visitorId: string, noticeId: string) => `${visitorId} ${noticeId}`;

  const bannerFor: Banners['bannerFor'] = ({ id: visitorId, siteId }) => {
    const found = open.find(
      (one) => one.siteId === siteId && !dismissed.has(key(visitorId, one.id)),
    );
    return found
      ? { id: found.id, title: found.title, url: noticeUrl(publicUrl(), found.id) }
      : null;
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
      facts.toVisitors(siteId, (id) => bannerFor({ id, siteId }));
    },
    dismiss(visitor, noticeId) {
      if (!open.some(({ id }) => id === noticeId)) return;
      dismissed.add(key(visitor.id, noticeId));
      const [oldest] = dismissed;
      if (dismissed.size > MAX_DISMISSED && oldest !== undefined) dismissed.delete(oldest);
      facts.toVisitor(visitor.id, bannerFor(visitor));
    },
  };
}
