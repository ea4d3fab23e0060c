/** What every action on notices is given, and the two questions that most of them begin with. */
import type { NoticeView } from '../../protocol/incidents.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { NoticeRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import type { AffectedBy } from './exposures.ts';

/** Who hears of a change; the realtime layer implements it. */
export interface NoticeFacts {
  /** Every visitor of a site who is connected is to hear of the banner that is theirs. */
  toVisitors(siteId: string): void;
  /** Every tab of one visitor. */
  toVisitor(visitor: { id: string; siteId: string }): void;
  toAgents(view: NoticeView): void;
}

export interface NoticePart {
  deps: Deps;
  affectedBy: AffectedBy;
  facts: NoticeFacts;
}

/** The role is read afresh for each request: it may have changed. @throws AppError `forbidden` */
export async function requireOwner(db: Database, agentId: string): Promise<void> {
  const row = await db
    .selectFrom('agents')
    .select('role')
    .where('id', '=', agentId)
    .executeTakeFirst();
  if (row?.role !== 'owner') throw new AppError('forbidden');
}

/** @throws AppError `notice_unknown` */
export async function requireNotice(db: Database, noticeId: string): Promise<NoticeRow> {
  const row = await db
    .selectFrom('notices')
    .selectAll()
    .where('id', '=', noticeId)
    .executeTakeFirst();
  if (!row) throw new AppError('notice_unknown');
  return row;
}

/** What a line of the ledger says besides: the action, and from where it was asked for. */
export const ledgerDetail = (
  { address }: AgentActor,
  detail: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => ({
  ...detail,
  ...(address !== undefined && { ip: address }),
});
