/**
 * `notice:publish`: takes whom the exposure report names, fixes the words, and opens the page. May be
 * repeated: what was published is published once, and telling may be asked for later.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NoticePublish, NoticeView } from '../../protocol/incidents.ts';
import { AppError } from '../app-error.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { NoticeRow } from '../store/schema.ts';
import type { Banners } from './banners.ts';
import type { Affected } from './exposures.ts';
import { viewOf } from './notice-rows.ts';
import { ledgerDetail, type NoticePart, requireNotice, requireOwner } from './part.ts';
import type { Teller } from './tell-affected.ts';

export interface Publishing {
  part: NoticePart;
  banners: Banners;
  teller: Teller;
}

/** Rows of one statement: below SQLite's limit of parameters, and short for everybody else. */
const ROWS_A_STATEMENT = 200;

/** @throws AppError `forbidden`, `notice_unknown`, `exposure_unknown`, `notice_not_open` */
export async function publishNotice(
  publishing: Publishing,
  agent: AgentActor,
  body: NoticePublish,
): Promise<NoticeView> {
  const { part, banners, teller } = publishing;
  const { store, publicUrl } = part.deps;
  await requireOwner(store.db, agent.id);
  await publishOnce(part, agent, body);
  const row = await requireNotice(store.db, body.noticeId);
  await banners.refresh(row.site_id);
  if (row.telling === 1) teller.wake();
  const view = await viewOf(store.db, row, publicUrl());
  part.facts.toAgents(view);
  return view;
}

async function publishOnce(
  part: NoticePart,
  agent: AgentActor,
  { noticeId, tellAffected }: NoticePublish,
): Promise<void> {
  const { db } = part.deps.store;
  const row = await requireNotice(db, noticeId);
  if (row.status === 'closed') throw new AppError('notice_not_open');
  const telling = tellAffected ? { telling: 1 } : {};
  if (row.status === 'published') {
    if (tellAffected) await change(part, agent, row, telling);
    return;
  }
  const counts = await takeAffected(part, row);
  const publishedAt = part.deps.clock.now();
  const published = { status: 'published', published_at: publishedAt } as const;
  await change(part, agent, row, { ...counts, ...telling, ...published });
}

/** What is published stands in the ledger, in the transaction that publishes it [LEDGER-1]. */
async function change(
  { deps }: NoticePart,
  agent: AgentActor,
  notice: NoticeRow,
  columns: Partial<NoticeRow>,
): Promise<void> {
  const { store, ledger } = deps;
  await store.transact(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('notices')
      .set(columns)
      .where('id', '=', notice.id)
      .where('status', '=', notice.status)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new AppError('notice_not_open');
    await ledger.recordIn(tx, {
      kind: 'notice.published',
      siteId: notice.site_id,
      agentId: agent.id,
      detail: ledgerDetail(agent, {
        noticeId: notice.id,
        exposureId: notice.exposure_id,
        ...columns,
      }),
    });
  });
}

/** Of a draft, so that nobody reads them yet: a crash leaves rows that the next try replaces. */
async function takeAffected({ deps, affectedBy }: NoticePart, notice: NoticeRow) {
  const { db } = deps.store;
  const { id, exposure_id: exposureId, site_id: siteId } = notice;
  await db.deleteFrom('notice_affected').where('notice_id', '=', id).execute();
  if (exposureId === null) return { visitors: 0, conversations: 0 };
  for await (const page of affectedBy(exposureId, siteId)) {
    for (let from = 0; from < page.length; from += ROWS_A_STATEMENT) {
      const rows = page.slice(from, from + ROWS_A_STATEMENT).map((one) => toRow(id, one));
      await db
        .insertInto('notice_affected')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await nextTurn();
    }
  }
  const counts = await db
    .selectFrom('notice_affected')
    .select(({ fn }) => [
      fn.count<number>('visitor_id').distinct().as('visitors'),
      fn.countAll<number>().filterWhere('conversation_id', '!=', '').as('conversations'),
    ])
    .where('notice_id', '=', id)
    .executeTakeFirstOrThrow();
  return { visitors: Number(counts.visitors), conversations: Number(counts.conversations) };
}

const toRow = (noticeId: string, affected: Affected) => ({
  notice_id: noticeId,
  visitor_id: affected.visitorId,
  conversation_id: affected.conversationId ?? '',
  categories: JSON.stringify(affected.categories),
  first_at: affected.firstAt,
  last_at: affected.lastAt,
  told_at: null,
});
