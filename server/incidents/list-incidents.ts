/** The console's incidents, newest report first, by cursor. */
import type { IncidentsList, IncidentsPage } from '../../protocol/incidents.ts';
import { PAGE_MAX_INCIDENTS } from '../../protocol/limits.ts';
import type { Database } from '../store/store.ts';
import { selectIncidents, toSummary } from './incident-rows.ts';

export async function listIncidents(
  db: Database,
  { siteId, status, before }: IncidentsList,
): Promise<IncidentsPage> {
  let query = selectIncidents(db);
  if (siteId !== undefined) query = query.where('i.site_id', '=', siteId);
  if (status !== undefined) query = query.where('i.status', '=', status);
  if (before) {
    query = query.where((where) =>
      where.or([
        where('i.last_at', '<', before.lastAt),
        where.and([where('i.last_at', '=', before.lastAt), where('i.id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('i.last_at', 'desc')
    .orderBy('i.id', 'desc')
    .limit(PAGE_MAX_INCIDENTS + 1)
    .execute();
  const page = rows.slice(0, PAGE_MAX_INCIDENTS);
  return {
    incidents: await Promise.all(page.map((row) => toSummary(db, row))),
    more: rows.length > PAGE_MAX_INCIDENTS,
    dropped: await countDropped(db, siteId),
  };
}

async function countDropped(db: Database, siteId: string | undefined): Promise<number> {
  let query = db
    .selectFrom('dropped_reports')
    .select(({ fn }) => fn.sum<number>('count').as('sum'));
  if (siteId !== undefined) query = query.where('site_id', '=', siteId);
  const row = await query.executeTakeFirst();
  return Number(row?.sum ?? 0);
}
