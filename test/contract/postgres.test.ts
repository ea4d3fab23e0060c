import { describe, expect, it } from 'vitest';
import { DatabaseTooNewError } from '../../server/store/migrate.ts';
import { openPostgresStore } from '../../server/store/postgres.ts';
import { createDatabase, findWhyNoPostgres } from '../support/postgres.ts';
import { describeLog } from './log-contract.ts';

const whyNoPostgres = await findWhyNoPostgres();

describe.skipIf(whyNoPostgres !== null)(
  `PostgreSQL${whyNoPostgres ? ` (${whyNoPostgres})` : ''}`,
  () => {
    describeLog('PostgreSQL', async () => {
      const database = await createDatabase();
      const opened = {
        store: await openPostgresStore(database.url),
        async reopen() {
          await opened.store.close();
          opened.store = await openPostgresStore(database.url);
          return opened.store;
        },
        async destroy() {
          await opened.store.close();
          await database.drop();
        },
      };
      return opened;
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
