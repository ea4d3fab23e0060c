import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DatabaseTooNewError } from '../../server/store/database-errors.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import { makeDataDir } from '../support/server.ts';
import { openOwnSqlite } from '../support/stores.ts';
import { describeCardWatch } from './card-watch-contract.ts';
import { describeLedger } from './ledger-contract.ts';
import { describeLog } from './log-contract.ts';
import { describePages } from './page-contract.ts';

describeLog('SQLite', openOwnSqlite);
describeCardWatch('SQLite', openOwnSqlite);
describeLedger('SQLite', openOwnSqlite);
describePages('SQLite', openOwnSqlite);

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

it('says why a transaction failed that the database has rolled back by itself', async () => {
  const opened = await openOwnSqlite();
  const { store } = opened;
  if (store.kind !== 'sqlite') throw new Error('Not SQLite');
  const failing = store.transact(async () => {
    // As SQLite does when the disk is full.
    store.sqlite.exec('rollback');
    throw new Error('database or disk is full');
  });
  await expect(failing).rejects.toThrow('database or disk is full');
  expect(await store.transact(async () => 'the next one')).toBe('the next one');
  await opened.destroy();
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
