import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import {
  DatabaseTooNewError,
  DatabaseUnreachableError,
  MigrationFailedError,
} from '../../server/store/database-errors.ts';
import { MIGRATIONS } from '../../server/store/migrations.ts';
import { openPostgresStore } from '../../server/store/postgres.ts';
import type { Store } from '../../server/store/store.ts';
import { createDatabase, findWhyNoPostgres } from '../support/postgres.ts';
import { furnish } from '../support/server.ts';
import { openOwnPostgres } from '../support/stores.ts';
import { describeCardWatch } from './card-watch-contract.ts';
import { describeLedger } from './ledger-contract.ts';
import { describeLog } from './log-contract.ts';
import { describePages } from './page-contract.ts';

const whyNoPostgres = await findWhyNoPostgres();

describe.skipIf(whyNoPostgres !== null)(
  `PostgreSQL${whyNoPostgres ? ` (${whyNoPostgres})` : ''}`,
  () => {
    describeLog('PostgreSQL', openOwnPostgres);
    describeCardWatch('PostgreSQL', openOwnPostgres);
    describeLedger('PostgreSQL', openOwnPostgres);
    describePages('PostgreSQL', openOwnPostgres);

    it('is migrated once, by whichever process of those that start together', async () => {
      const database = await createDatabase();
      const opening = Array.from({ length: 4 }, () => openPostgresStore(database.url));
      const stores = await Promise.all(opening);
      const applied = await stores[0]?.pool.query('select name from kysely_migration');
      expect(applied?.rows).toHaveLength(Object.keys(MIGRATIONS).length);
      await Promise.all(stores.map((store) => store.close()));
      await database.drop();
    });

    it('outlives a connection that breaks between two queries of a transaction', async () => {
      const opened = await openOwnPostgres();
      const { store } = opened;
      const broken = store.transact(async (tx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(store.db);
        // Nothing is asked meanwhile, so nobody but the connection itself hears of it.
        await sleep(200);
        await sql`select 1`.execute(tx);
      });
      await expect(broken).rejects.toThrow();
      expect(await store.isAlive()).toBe(true);
      await opened.destroy();
    });

    it('brings a database of an older release up to date', async () => {
      const database = await createDatabase();
      const before = await openPostgresStore(database.url);
      await before.pool.query('drop table ledger_waiting');
      await before.pool.query("delete from kysely_migration where name >= '0007'");
      await before.close();
      const store = await openPostgresStore(database.url);
      expect(await store.db.selectFrom('ledger_waiting').selectAll().execute()).toEqual([]);
      await store.close();
      await database.drop();
    });

    it('refuses a database of something else, and leaves it as it was', async () => {
      const database = await createDatabase();
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query('create table visitors (name text)');
      const refused = openPostgresStore(database.url);
      await expect(refused).rejects.toThrow(MigrationFailedError);
      await expect(refused).rejects.toThrow(/0001-first.*"visitors" already exists/);
      const { rows } = await client.query(
        "select table_name from information_schema.tables where table_name in ('sites', 'visitors')",
      );
      expect(rows).toEqual([{ table_name: 'visitors' }]);
      await client.end();
      await database.drop();
    });

    it('says which database cannot be reached, and not with which password', async () => {
      const refused = openPostgresStore('postgres://chat:a-secret@127.0.0.1:1/bulkhead');
      await expect(refused).rejects.toThrow(DatabaseUnreachableError);
      await expect(refused).rejects.toThrow(/127\.0\.0\.1:1/);
      await expect(refused).rejects.not.toThrow(/a-secret/);
    });

    it('ends every transaction of a crowd of two processes that want the same', async () => {
      const { store, another, destroy } = await openOwnPostgres();
      await furnish(store.db);
      const other = await another();
      const count = (one: Store) =>
        one.transact(async (tx) => {
          const { greeting } = await tx
            .selectFrom('sites')
            .select('greeting')
            .executeTakeFirstOrThrow();
          await tx
            .updateTable('sites')
            .set({ greeting: String(Number(greeting) + 1) })
            .execute();
        });
      await store.db.updateTable('sites').set({ greeting: '0' }).execute();
      const crowd = Array.from({ length: 25 }, () => [count(store), count(other)]);
      await Promise.all(crowd.flat());
      const sites = await store.db.selectFrom('sites').select('greeting').execute();
      expect(sites).toEqual([{ greeting: '50' }]);
      await other.close();
      await destroy();
    });

    it('loses a transaction whose connection is cut between two queries, and nothing else', async () => {
      const { store, destroy } = await openOwnPostgres();
      if (store.kind !== 'postgres') throw new Error('another store was opened');
      const { pool } = store;
      const cut = store.transact(async (tx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return tx.selectFrom('sites').selectAll().execute();
      });
      await expect(cut).rejects.toThrow();
      expect(await store.transact((tx) => tx.selectFrom('sites').selectAll().execute())).toEqual(
        [],
      );
      await destroy();
    });

    it('refuses a database that a newer release has used, in words', async () => {
      const database = await createDatabase();
      const store = await openPostgresStore(database.url);
      await store.pool.query(
        "insert into kysely_migration (name, timestamp) values ('9999-future', '2030-01-01')",
      );
      await store.close();
      await expect(openPostgresStore(database.url)).rejects.toThrow(DatabaseTooNewError);
      await database.drop();
    });
  },
);
