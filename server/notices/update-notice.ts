/** `notice:update` and `notice:close`: all that may happen to a notice once it is out [NOTICE-1]. */
import type { NoticeRef, NoticeUpdateSend, NoticeView } from '../../protocol/incidents.ts';
import { AppError } from '../app-error.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { Banners } from './banners.ts';
import { requireWords } from './clean-words.ts';
import { viewOf } from './notice-rows.ts';
import { ledgerDetail, type NoticePart, requireNotice, requireOwner } from './part.ts';

/** @throws AppError `forbidden`, `notice_unknown`, `notice_not_open`, `notice_incomplete` */
export async function updateNotice(
  part: NoticePart,
  agent: AgentActor,
  { noticeId, text }: NoticeUpdateSend,
): Promise<NoticeView> {
  const { store, clock, ledger } = part.deps;
  await requireOwner(store.db, agent.id);
  const clean = requireWords(text);
  const notice = await requireNotice(store.db, noticeId);
  if (notice.status !== 'published') throw new AppError('notice_not_open');
  await store.transact(async (tx) => {
    const { last } = await tx
      .selectFrom('notice_updates')
      .select(({ fn }) => fn.max('n').as('last'))
      .where('notice_id', '=', noticeId)
      .executeTakeFirstOrThrow();
    const n = (last ?? 0) + 1;
    await tx
      .insertInto('notice_updates')
      .values({ notice_id: noticeId, n, at: clock.now(), text: clean, agent_id: agent.id })
      .execute();
    await ledger.recordIn(tx, {
      kind: 'notice.updated',
      siteId: notice.site_id,
      agentId: agent.id,
      detail: ledgerDetail(agent, { noticeId, n, text: clean }),
    });
  });
  return shown(part, noticeId);
}

/** Its banner goes; its page, and the check on it, stay. @throws as `updateNotice` */
export async function closeNotice(
  part: NoticePart,
  banners: Banners,
  agent: AgentActor,
  { noticeId }: NoticeRef,
): Promise<NoticeView> {
  const { store, clock, ledger } = part.deps;
  await requireOwner(store.db, agent.id);
  const notice = await requireNotice(store.db, noticeId);
  if (notice.status === 'draft') throw new AppError('notice_not_open');
  if (notice.status === 'published') {
    await store.transact(async (tx) => {
      await tx
        .updateTable('notices')
        .set({ status: 'closed', closed_at: clock.now() })
        .where('id', '=', noticeId)
        .execute();
      await ledger.recordIn(tx, {
        kind: 'notice.closed',
        siteId: notice.site_id,
        agentId: agent.id,
        detail: ledgerDetail(agent, { noticeId }),
      });
    });
    await banners.refresh(notice.site_id);
  }
  return shown(part, noticeId);
}

async function shown({ deps, facts }: NoticePart, noticeId: string): Promise<NoticeView> {
  const { db } = deps.store;
  const view = await viewOf(db, await requireNotice(db, noticeId), deps.publicUrl());
  facts.toAgents(view);
  return view;
}
