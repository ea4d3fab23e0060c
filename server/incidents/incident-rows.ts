/** Incidents as the console shows them: the row, its site, and pages and browsers by their counts. */
import { sql } from 'kysely';
import type { IncidentSummary } from '../../protocol/incidents.ts';
import { INCIDENT_MAX_NAMES } from '../../protocol/limits.ts';
import type { Database } from '../store/store.ts';

export const selectIncidents = (db: Database) =>
  db
    .selectFrom('incidents as i')
    .innerJoin('sites as s', 's.id', 'i.site_id')
    .leftJoin('agents as a', 'a.id', 'i.closed_by')
    .select([
      'i.id',
      'i.site_id',
      's.name as site_name',
      'i.kind',
      'i.subject',
      'i.release',
      'i.status',
      'i.count',
      'i.first_at',
      'i.last_at',
      'i.opened_at',
      'i.updated_at',
      'i.closed_at',
      'i.closed_by',
      'a.name as closer',
    ]);

type IncidentLine = Awaited<ReturnType<ReturnType<typeof selectIncidents>['execute']>>[number];

export async function toSummary(db: Database, row: IncidentLine): Promise<IncidentSummary> {
  const pages = await countBy(db, row.id, 'page');
  const browsers = await countBy(db, row.id, 'browser');
  return {
    id: row.id,
    siteId: row.site_id,
    siteName: row.site_name,
    kind: row.kind,
    subject: row.subject,
    release: row.release,
    status: row.status,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
    openedAt: row.opened_at,
    updatedAt: row.updated_at,
    ...(row.status === 'closed' && {
      closed: {
        at: row.closed_at ?? row.updated_at,
        by: { id: row.closed_by ?? '', name: row.closer ?? '' },
      },
    }),
    pages: pages.map(({ name, count }) => ({ page: name, count })),
    browsers: browsers.map(({ name, count }) => ({ browser: name, count })),
  };
}

/** The most frequent first. What is not known has no name. */
async function countBy(db: Database, incidentId: string, column: 'page' | 'browser') {
  const rows = await db
    .selectFrom('reports')
    .select([`${column} as name`, ({ fn }) => fn.sum<number>('count').as('total')])
    .where('incident_id', '=', incidentId)
    .groupBy(column)
    .orderBy(sql`total`, 'desc')
    .orderBy(column)
    .limit(INCIDENT_MAX_NAMES)
    .execute();
  return rows.map(({ name, total }) => ({ name, count: Number(total) }));
}

export async function findIncidents(
  db: Database,
  ids: readonly string[],
): Promise<IncidentSummary[]> {
  const rows = await selectIncidents(db).where('i.id', 'in', ids).execute();
  return Promise.all(rows.map((row) => toSummary(db, row)));
}
