/** `notice:discard`: a draft that was not wanted after all. What was published stays for ever. */
import type { NoticeRef } from '../../protocol/incidents.ts';
import { AppError } from '../app-error.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { type NoticePart, requireNotice, requireOwner } from './part.ts';

/** @throws AppError `forbidden`, `notice_unknown`, `notice_published` */
export async function discardNotice(
  { deps }: NoticePart,
  agent: AgentActor,
  { noticeId }: NoticeRef,
): Promise<null> {
  const { store } = deps;
  const { db } = store;
  await requireOwner(db, agent.id);
  const { status } = await requireNotice(db, noticeId);
  if (status !== 'draft') throw new AppError('notice_published');
  await store.transact(async (tx) => {
    // A publishing that was cut short may have left some.
    await tx.deleteFrom('notice_affected').where('notice_id', '=', noticeId).execute();
    await tx
      .deleteFrom('notices')
      .where('id', '=', noticeId)
      .where('status', '=', 'draft')
      .execute();
  });
  return null;
}
