/**
 * Whether a visitor is among the affected [NOTICE-2] [NOTICE-3]. One look-up by key, whose work is the
 * same for whoever is there and whoever is not; the route gives both answers one length.
 */

import type { NoticeProof, NoticeRef, NoticeVerdict } from '../../protocol/incidents.ts';
import { DATA_CATEGORIES, type DataCategory } from '../../protocol/ledger.ts';
import { AppError } from '../app-error.ts';
import type { Database } from '../store/store.ts';
import { noticeUrl } from './notice-rows.ts';
import { type NoticePart, requireNotice } from './part.ts';
import type { Proofs } from './proofs.ts';

/** `notice:check`. @throws AppError `notice_unknown`, also for a draft or another site's */
export async function grantProof(
  { deps }: NoticePart,
  proofs: Proofs,
  visitor: { id: string; siteId: string },
  { noticeId }: NoticeRef,
): Promise<NoticeProof> {
  const notice = await requireNotice(deps.store.db, noticeId);
  if (notice.status === 'draft' || notice.site_id !== visitor.siteId) {
    throw new AppError('notice_unknown');
  }
  const proof = proofs.grant(visitor.id, noticeId);
  return { url: `${noticeUrl(deps.publicUrl(), noticeId)}#${proof}` };
}

/** @throws AppError `notice_unknown`, `proof_invalid`, `proof_expired`, `proof_used` */
export async function checkAffected(
  { deps }: NoticePart,
  proofs: Proofs,
  noticeId: string,
  proof: string,
): Promise<NoticeVerdict> {
  const { db } = deps.store;
  const { status } = await requireNotice(db, noticeId);
  if (status === 'draft') throw new AppError('notice_unknown');
  return verdictOf(db, noticeId, await proofs.redeem(proof, noticeId));
}

async function verdictOf(
  db: Database,
  noticeId: string,
  visitorId: string,
): Promise<NoticeVerdict> {
  const rows = await db
    .selectFrom('notice_affected')
    .select(['categories', 'first_at', 'last_at'])
    .where('notice_id', '=', noticeId)
    .where('visitor_id', '=', visitorId)
    .execute();
  const had = new Set(rows.flatMap((row): DataCategory[] => JSON.parse(row.categories)));
  const affected = rows.length > 0;
  return {
    affected,
    categories: DATA_CATEGORIES.filter((category) => had.has(category)),
    firstAt: affected ? Math.min(...rows.map((row) => row.first_at)) : null,
    lastAt: affected ? Math.max(...rows.map((row) => row.last_at)) : null,
  };
}
