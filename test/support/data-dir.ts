/**
 * Where a server of a test keeps everything: a directory of its own and, with TEST_STORE=postgres, a
 * database of its own that belongs to the directory, so that a restart or a command finds it again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, parseConfig } from '../../server/config.ts';
import { openStore } from '../../server/store/open-store.ts';
import type { Store } from '../../server/store/store.ts';
import { dropDatabaseOf, ensureDatabaseOf } from './postgres.ts';

export const TEST_STORE: Store['kind'] =
  process.env.TEST_STORE === 'postgres' ? 'postgres' : 'sqlite';

export const makeDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'bulkhead-test-'));

/** What a process needs in its environment to work on the store of this directory. */
export const storeEnv = async (dataDir: string): Promise<Environment> => ({
  BULKHEAD_DATA: dataDir,
  // Never the database of whoever runs the tests.
  DATABASE_URL: TEST_STORE === 'postgres' ? await ensureDatabaseOf(dataDir) : '',
});

export const openTestStore = async (dataDir: string): Promise<Store> =>
  openStore(parseConfig(await storeEnv(dataDir)));

export async function removeDataDir(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
  if (TEST_STORE === 'postgres') await dropDatabaseOf(dataDir);
}
