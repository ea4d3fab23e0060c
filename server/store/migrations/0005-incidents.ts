/** Incidents over the reports that there are, alerts on their way, and where a site's alerts go. */
import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';

const INSTANT = 'bigint';

export async function createIncidents(db: Kysely<never>): Promise<void> {
  await createTables(db);
  await extendReportsAndSites(db);
  await foldReports(db);
}

async function createTables(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('incidents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('site_id', 'text', (column) => column.notNull().references('sites.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('release', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('first_at', INSTANT, (column) => column.notNull())
    .addColumn('last_at', INSTANT, (column) => column.notNull())
    .addColumn('opened_at', INSTANT, (column) => column.notNull())
    .addColumn('updated_at', INSTANT, (column) => column.notNull())
    .addColumn('closed_at', INSTANT)
    .addColumn('closed_by', 'text')
    .addColumn('alerted_at', INSTANT)
    .addColumn('alerted_count', 'integer', (column) => column.notNull().defaultTo(0))
    .addUniqueConstraint('incidents_by_what', ['site_id', 'kind', 'subject', 'release'])
    .execute();
  await db.schema
    .createIndex('incidents_by_last')
    .on('incidents')
    .columns(['last_at', 'id'])
    .execute();
  await db.schema
    .createTable('alerts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident_id', 'text', (column) => column.notNull().references('incidents.id'))
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('next_at', INSTANT, (column) => column.notNull())
    .addColumn('created_at', INSTANT, (column) => column.notNull())
    .addUniqueConstraint('alerts_by_way', ['incident_id', 'channel', 'scope'])
    .execute();
  await db.schema.createIndex('alerts_by_next').on('alerts').column('next_at').execute();
  await db.schema
    .createTable('dropped_reports')
    .addColumn('site_id', 'text', (column) => column.primaryKey().references('sites.id'))
    .addColumn('count', 'integer', (column) => column.notNull())
    .execute();
}

/** SQLite adds one column a statement. */
async function extendReportsAndSites(db: Kysely<never>): Promise<void> {
  const reports = () => db.schema.alterTable('reports');
  await reports()
    .addColumn('browser', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await reports().addColumn('incident_id', 'text').execute();
  await db.schema.createIndex('reports_by_incident').on('reports').column('incident_id').execute();
  const sites = () => db.schema.alterTable('sites');
  await sites().addColumn('alert_url', 'text').execute();
  await sites().addColumn('alert_secret', 'text').execute();
  await sites().addColumn('alert_email', 'text').execute();
}

interface Group {
  site_id: string;
  kind: string;
  subject: string;
  release: string;
}

/** What was reported before there were incidents is old news: shown, and no alert is made of it. */
async function foldReports(db: Kysely<never>): Promise<void> {
  const { rows } = await sql<Group>`
    select distinct site_id, kind, subject, release from reports`.execute(db);
  for (const { site_id, kind, subject, release } of rows) {
    const id = `ic_${randomBytes(16).toString('base64url')}`;
    const what = sql`site_id = ${site_id} and kind = ${kind} and subject = ${subject} and release = ${release}`;
    await sql`
      insert into incidents (id, site_id, kind, subject, release, status, count, first_at, last_at,
        opened_at, updated_at, alerted_at, alerted_count)
      select ${id}, site_id, kind, subject, release, 'open', sum(count), min(first_at),
        max(last_at), min(first_at), max(last_at), max(last_at), sum(count)
      from reports where ${what} group by site_id, kind, subject, release`.execute(db);
    await sql`update reports set incident_id = ${id} where ${what}`.execute(db);
  }
}
