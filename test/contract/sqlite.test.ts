import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DatabaseTooNewError } from '../../server/store/migrate.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import { makeDataDir } from '../support/server.ts';
import { describeLog } from './log-contract.ts';

describeLog('SQLite', async () => {
  const dataDir = await makeDataDir();
  const opened = {
    store: await openSqliteStore(dataDir),
    async reopen() {
      await opened.store.close();
      opened.store = await openSqliteStore(dataDir);
      return opened.store;
    },
    async destroy() {
      await opened.store.close();
      await rm(dataDir, { recursive: true });
    },
  };
  return opened;
});

it('opens so that a commit survives the loss of power, and for its owner alone', async () => {
  const dataDir = await makeDataDir();
  const store = await openSqliteStore(dataDir);
  const pragma = (name: string) =>
    Object.values(store.sqlite.prepare(`pragma ${name}`).get() ?? {});
  expect(pragma('journal_mode')).toEqual(['wal']);
  expect(pragma('synchronous')).toEqual([2]);
  expect(pragma('foreign_keys')).toEqual([1]);
  expect((await stat(join(dataDir, 'bulkhead.db'))).mode & 0o077).toBe(0);
  await store.close();
  await rm(dataDir, { recursive: true });
});

it('refuses a database that a newer release has used, in words', async () => {
  const dataDir = await makeDataDir();
  const store = await openSqliteStore(dataDir);
  store.sqlite.exec(
    "insert into kysely_migration (name, timestamp) values ('9999-future', '2030-01-01')",
  );
  await store.close();
  await expect(openSqliteStore(dataDir)).rejects.toThrow(DatabaseTooNewError);
  await expect(openSqliteStore(dataDir)).rejects.toThrow(/newer than this release.*9999-future/);
  await rm(dataDir, { recursive: true });
});
