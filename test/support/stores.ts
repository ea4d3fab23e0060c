/** Stores of their own for one test, of either kind; `destroy()` leaves nothing of them. */
import { rm } from 'node:fs/promises';
import { openPostgresStore } from '../../server/store/postgres.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { makeDataDir } from './data-dir.ts';
import { createDatabase } from './postgres.ts';

export interface OpenedStore {
  store: Store;
  /** Closes and opens it again, as a restart does. */
  reopen(): Promise<Store>;
  /** What another process sees of the same store; closed by whoever asked for it. */
  another(): Promise<Store>;
  destroy(): Promise<void>;
}

async function openWith(
  another: () => Promise<Store>,
  remove: () => Promise<void>,
): Promise<OpenedStore> {
  const opened = {
    store: await another(),
    another,
    async reopen() {
      await opened.store.close();
      opened.store = await another();
      return opened.store;
    },
    async destroy() {
      await opened.store.close();
      await remove();
    },
  };
  return opened;
}

export async function openOwnSqlite(): Promise<OpenedStore> {
  const dataDir = await makeDataDir();
  return openWith(
    () => openSqliteStore(dataDir),
    () => rm(dataDir, { recursive: true }),
  );
}

export async function openOwnPostgres(): Promise<OpenedStore> {
  const { url, drop } = await createDatabase();
  return openWith(() => openPostgresStore(url), drop);
}
