/**
 * The rows of a site and of its reports, as whichever database the server uses has them. Opened
 * read-only, beside a running server or without one; no migration runs and nothing is locked.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { PciError } from './pci-error.ts';

/** What the rows are is for the caller to find out. */
export interface StoredRows {
  /** `undefined` where there is no such site. */
  site: Readonly<Record<string, unknown>> | undefined;
  reports: readonly unknown[];
}

/** @throws PciError when there is no database */
export function readSqliteRows(dataDir: string, key: string): StoredRows {
  const path = join(dataDir, 'bulkhead.db');
  if (!existsSync(path)) throw new PciError(`There is no database in ${dataDir}`);
  const sqlite = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    const site = sqlite.prepare('select * from sites where public_key = ?').get(key);
    if (site === undefined) return { site, reports: [] };
    const reports = sqlite.prepare('select * from reports where site_id = ? order by first_at');
    return { site, reports: reports.all(site.id ?? null) };
  } finally {
    sqlite.close();
  }
}

/** @throws PciError when it cannot be read; without the address, which has a password */
export async function readPostgresRows(url: string, key: string): Promise<StoredRows> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.query('begin transaction read only');
    const sites = await client.query('select * from sites where public_key = $1', [key]);
    const [site] = sites.rows;
    // An instant is an int8, which the driver would give as text.
    const reports = await client.query(
      `select kind, subject, release, page, count, first_at::float8 as first_at,
              last_at::float8 as last_at
         from reports where site_id = $1 order by first_at`,
      [site?.id ?? null],
    );
    return { site, reports: reports.rows };
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new PciError(`The database of DATABASE_URL cannot be read: ${words}`, { cause });
  } finally {
    await client.end().catch(() => {});
  }
}
