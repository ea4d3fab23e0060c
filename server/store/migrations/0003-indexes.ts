/** For what is looked up with every report of a loader, and with every session of a known visitor. */
import type { Kysely } from 'kysely';

export async function createIndexes(db: Kysely<never>): Promise<void> {
  await db.schema
    .createIndex('reports_by_what')
    .on('reports')
    .columns(['site_id', 'page', 'kind', 'subject'])
    .execute();
  await db.schema
    .createIndex('reports_by_day')
    .on('reports')
    .columns(['site_id', 'first_at'])
    .execute();
  await db.schema
    .createIndex('visitor_tokens_by_visitor')
    .on('visitor_tokens')
    .column('visitor_id')
    .execute();
}
