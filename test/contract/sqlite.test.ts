import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DatabaseTooNewError } from '../../server/store/database-errors.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import type { SqliteStore } from '../../server/store/store.ts';
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

it('brings the entries of an older release into order, and loses none', async () => {
  const dataDir = await makeDataDir();
  const store = await openSqliteStore(dataDir);
  // As it was before: the same table, whose rows lie where they fell.
  const sql = entriesTable(store);
  store.sqlite.exec(
    `drop table entries;
     ${sql.replace('without rowid', '')};
     delete from kysely_migration where name >= '0008';
     insert into sites (id, public_key, name, color, greeting, allowed_origins, created_at)
       values ('si_a', 'site_a', 'Shop', '#000000', 'Hello', '[]', 0);
     insert into visitors (id, site_id, first_seen_at, created_at)
       values ('vi_a', 'si_a', 0, 0), ('vi_b', 'si_a', 0, 0);
     insert into conversations
       (id, site_id, visitor_id, status, last_seq, visitor_read_seq, agent_read_seq, unread,
        preview, preview_by, updated_at, created_at)
       values ('cv_a', 'si_a', 'vi_a', 'open', 9, 0, 0, 9, 'Hello', 'visitor', 0, 0),
              ('cv_b', 'si_a', 'vi_b', 'open', 9, 0, 0, 9, 'Hello', 'visitor', 0, 0)`,
  );
  const insert = store.sqlite.prepare(
    `insert into entries
       (conversation_id, seq, at, type, author_kind, author_id, author_name, client_id, body)
     values (?, ?, ?, 'message', 'visitor', null, ?, ?, '{"text":"Hello"}')`,
  );
  for (let seq = 9; seq > 0; seq--) {
    for (const id of ['cv_b', 'cv_a']) {
      insert.run(id, seq, 1_700_000_000_000 + seq, seq % 2 ? 'Ada' : null, `client-${seq}`);
    }
  }
  const before = entriesOf(store);
  expect(before).toHaveLength(18);
  await store.close();

  const migrated = await openSqliteStore(dataDir);
  expect(entriesOf(migrated)).toEqual(before);
  expect(entriesTable(migrated).replaceAll('"entries"', 'entries')).toBe(
    sql.replaceAll('"entries"', 'entries'),
  );
  expect(migrated.sqlite.prepare('pragma foreign_key_check').all()).toEqual([]);
  await migrated.close();
  await rm(dataDir, { recursive: true });
});

const entriesOf = ({ sqlite }: SqliteStore) =>
  sqlite.prepare('select * from entries order by conversation_id, seq').all();
const entriesTable = ({ sqlite }: SqliteStore) =>
  String(sqlite.prepare("select sql from sqlite_master where name = 'entries'").get()?.sql);
