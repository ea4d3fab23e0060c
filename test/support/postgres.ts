/** Databases of their own on the machine's PostgreSQL, made for one test and dropped after it. */
import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';

const ADMIN_URL = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
/** Of this run of the tests, so that whatever a test left can be dropped at its end. */
const PREFIX = `bulkhead_test_${process.env.TEST_RUN ?? process.pid}_`;

async function administer(statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: ADMIN_URL, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Why there is no PostgreSQL here, or null. Suites that need one say it and are skipped. */
export const findWhyNoPostgres = (): Promise<string | null> =>
  administer('select 1').then(
    () => null,
    (error: Error) => `no PostgreSQL at ${new URL(ADMIN_URL).host}: ${error.message}`,
  );

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

const drop = async (name: string): Promise<void> => {
  await administer(`drop database if exists "${name}" with (force)`);
};

const urlOf = (name: string): string => Object.assign(new URL(ADMIN_URL), { pathname: name }).href;

export async function createDatabase(): Promise<TestDatabase> {
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  await administer(`create database "${name}"`);
  return { url: urlOf(name), drop: () => drop(name) };
}

const nameOf = (dataDir: string) =>
  `${PREFIX}${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
const made = new Map<string, Promise<unknown>>();

/** The database that belongs to a directory, made the first time. @returns its address */
export async function ensureDatabaseOf(dataDir: string): Promise<string> {
  const name = nameOf(dataDir);
  if (!made.has(name)) made.set(name, administer(`create database "${name}"`));
  await made.get(name);
  return urlOf(name);
}

export async function dropDatabaseOf(dataDir: string): Promise<void> {
  const name = nameOf(dataDir);
  if (made.delete(name)) await drop(name);
}

/** What the tests of this run did not drop themselves. */
export async function dropDatabases(): Promise<void> {
  if ((await findWhyNoPostgres()) !== null) return;
  const rows = await administer(
    `select datname from pg_database where starts_with(datname, '${PREFIX}')`,
  );
  for (const { datname } of rows) await drop(String(datname));
}
