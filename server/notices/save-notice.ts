/** `notice:save`: makes a draft, or changes one. What is published is not changed [NOTICE-1]. */
import type { NoticeSave, NoticeView } from '../../protocol/incidents.ts';
import { AppError } from '../app-error.ts';
import { newId } from '../ids.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { findSite } from '../sites/sites.ts';
import { cleanWords } from './clean-words.ts';
import { viewOf } from './notice-rows.ts';
import { type NoticePart, requireNotice, requireOwner } from './part.ts';

/** Clocks of two machines differ a little. */
const FUTURE_MS = 60_000;

/**
 * @throws AppError `forbidden`, `site_unknown`, `exposure_unknown`, `notice_unknown`,
 * `notice_incomplete`, `notice_published`
 */
export async function saveNotice(
  part: NoticePart,
  agent: AgentActor,
  { noticeId, draft }: NoticeSave,
): Promise<NoticeView> {
  const { store, clock, random, publicUrl } = part.deps;
  await requireOwner(store.db, agent.id);
  const words = cleanWords(draft);
  const now = clock.now();
  if (draft.discoveredAt > now + FUTURE_MS) throw new AppError('notice_incomplete');
  if (!(await findSite(store.db, draft.siteId))) throw new AppError('site_unknown');
  if (noticeId !== null) await requireNotice(store.db, noticeId);

  const columns = {
    site_id: draft.siteId,
    exposure_id: draft.exposureId,
    words: JSON.stringify(words),
    discovered_at: draft.discoveredAt,
    banner: draft.banner ? 1 : 0,
    ...(await countAffected(part, draft.exposureId, draft.siteId)),
  };
  const id = noticeId ?? newId(random, 'nt');
  if (noticeId === null) {
    const made = { id, created_by: agent.id, created_at: now, published_at: null, closed_at: null };
    await store.db
      .insertInto('notices')
      .values({ ...columns, ...made, status: 'draft', told: 0, telling: 0 })
      .execute();
  } else {
    const { numUpdatedRows } = await store.db
      .updateTable('notices')
      .set(columns)
      .where('id', '=', id)
      .where('status', '=', 'draft')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new AppError('notice_published');
  }
  const view = await viewOf(store.db, await requireNotice(store.db, id), publicUrl());
  part.facts.toAgents(view);
  return view;
}

/** For the owner, before publishing. @throws AppError `exposure_unknown` */
async function countAffected({ affectedBy }: NoticePart, exposureId: string | null, site: string) {
  const visitors = new Set<string>();
  let conversations = 0;
  if (exposureId !== null) {
    for await (const page of affectedBy(exposureId, site)) {
      for (const { visitorId, conversationId } of page) {
        visitors.add(visitorId);
        if (conversationId !== null) conversations++;
      }
    }
  }
  return { visitors: visitors.size, conversations };
}
