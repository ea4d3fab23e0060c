/** A PostgreSQL of the test's own, on a disk that can be filled. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../support/free-port.ts';
import { createOwnProcess, identityOf, type OwnProcess } from './own-process.ts';
import type { SmallDisk } from './small-disk.ts';

const VERSIONS = [18, 17, 16, 15, 14];
const USER = 'postgres';

/** @returns the folder of its programs, or null where there is none */
export const findPostgres = (): string | null =>
  VERSIONS.map((version) => `/usr/lib/postgresql/${version}/bin`).find((folder) =>
    existsSync(join(folder, 'postgres')),
  ) ?? null;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '96MB',
  max_wal_size: '128MB',
  min_wal_size: '32MB',
  log_min_messages: 'warning',
};

export interface OwnPostgres extends OwnProcess {
  port: number;
  urlAt(port: number): string;
}

export async function startOwnPostgres(disk: SmallDisk, logDir: string): Promise<OwnPostgres> {
  const folder = findPostgres();
  if (folder === null) throw new Error('No PostgreSQL is installed');
  const identity = identityOf(USER);
  const dataDir = join(disk.path, 'postgres');
  mkdirSync(dataDir, { mode: 0o700 });
  if (identity) chownSync(dataDir, identity.uid, identity.gid);
  execFileSync(
    join(folder, 'initdb'),
    ['-D', dataDir, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    { stdio: 'ignore', cwd: '/', ...identity },
  );
  const port = await freePort();
  const urlAt = (at: number) => `postgres://${USER}@127.0.0.1:${at}/postgres`;

  /** It takes connections for a while before it answers queries. */
  async function isReady(): Promise<boolean> {
    const client = new Client({ connectionString: urlAt(port), connectionTimeoutMillis: 1_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }

  const settings = Object.entries({ ...SETTINGS, port: String(port) });
  const own = createOwnProcess({
    file: join(folder, 'postgres'),
    args: ['-D', dataDir, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    port,
    logFile: join(logDir, 'postgres.log'),
    ...(identity && { identity }),
    isReady,
  });
  await own.start();
  return { ...own, port, urlAt };
}
