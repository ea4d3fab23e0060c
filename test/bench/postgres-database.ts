/** A database of the bench's own on a server that is there, gone when it is done. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface BenchDatabase {
  url: string;
  drop(): Promise<void>;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** @param adminUrl of a database from which others may be made */
export async function makeDatabase(adminUrl: string): Promise<BenchDatabase> {
  const name = `bulkhead_bench_${randomBytes(6).toString('hex')}`;
  await administer(adminUrl, `create database "${name}"`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer(adminUrl, `drop database if exists "${name}" with (force)`),
  };
}
