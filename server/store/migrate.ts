/** Brings a database to the schema of this code, or says why it cannot be used. */
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { DatabaseTooNewError, MigrationFailedError } from './database-errors.ts';
import { MIGRATIONS } from './migrations.ts';
import type { Schema } from './schema.ts';

/** @throws DatabaseTooNewError, MigrationFailedError */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const unknown = (await appliedMigrations(db)).filter(isUnknown);
  if (unknown.length > 0) throw new DatabaseTooNewError(unknown);

  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error');
  throw new MigrationFailedError(failed?.migrationName, error);
}

const isUnknown = (name: string) => !Object.hasOwn(MIGRATIONS, name);

async function appliedMigrations(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  return readMigrations(db);
}

/** Of a database that was migrated once: what a newer release has done to it since. */
export const findUnknownMigrations = async (db: Kysely<Schema>): Promise<string[]> =>
  (await readMigrations(db)).filter(isUnknown);

async function readMigrations(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return rows.map((row) => row.name);
}
