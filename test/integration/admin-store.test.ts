/** Backup and restore, as an operator types them. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '../../server/log/log.ts';
import { sumTable, TABLES } from '../../server/store/copy.ts';
import { openSqliteFile, openSqliteStore } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { systemClock } from '../../server/world.ts';
import { addConversation } from '../contract/log-contract.ts';
import { newClientId } from '../support/clients.ts';
import { makeDataDir } from '../support/server.ts';

const ADMIN = resolve(import.meta.dirname, '../../server/admin.ts');
const run = promisify(execFile);
const CONVERSATION = 'cv_aaaaaaaaaaaaaaaaaaaa';
const MESSAGES = 1_203;

const admin = (env: Record<string, string>, ...args: string[]) =>
  run(process.execPath, [ADMIN, ...args], { env: { ...process.env, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

const quiet = {
  entryAppended() {},
  paymentChanged() {},
  readChanged() {},
  conversationChanged() {},
  incidentChanged() {},
};

async function fill(store: Store): Promise<void> {
  await addConversation(store, CONVERSATION);
  const log = createLog({ store, clock: systemClock, publisher: quiet, logger: { error() {} } });
  const texts = Array.from({ length: MESSAGES }, (_, index) => `${index} \u0000 “ü” 😀`);
  await Promise.all(
    texts.map((text) =>
      log.append({
        conversationId: CONVERSATION,
        author: { kind: 'visitor', id: 'vs_aaaaaaaaaaaaaaaaaaaa' },
        clientId: newClientId(),
        type: 'message',
        text,
      }),
    ),
  );
  // As a server that was killed leaves it: the newest entries in the journal alone.
  await store.close();
}

let dataDir: string;
beforeAll(async () => {
  dataDir = await makeDataDir();
  await fill(await openSqliteStore(dataDir));
});
afterAll(() => rm(dataDir, { recursive: true }));

it('knows every table of the schema', async () => {
  const store = await openSqliteStore(dataDir);
  const tables = await store.db.introspection.getTables();
  expect(tables.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
  await store.close();
});

it('backs up what it has, replaces nothing, and restores it into an empty store only', async () => {
  const file = join(dataDir, 'kept.db');
  const backedUp = await admin({ BULKHEAD_DATA: dataDir }, 'backup', '--to', file);
  expect(backedUp).toMatchObject({ code: 0, stderr: '' });
  expect(backedUp.stdout).toMatch(/Both hold the same/);
  const again = await admin({ BULKHEAD_DATA: dataDir }, 'backup', '--to', file);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') });

  const otherDir = await makeDataDir();
  const restored = await admin({ BULKHEAD_DATA: otherDir }, 'restore', '--from', file);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  const store = await openSqliteStore(otherDir);
  const { count } = await store.db
    .selectFrom('entries')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  expect(count).toBe(MESSAGES);
  // The backup itself, whose journal was folded before it was read.
  const source = await openSqliteFile(file);
  const sums = (one: Store) => Promise.all(TABLES.map((table) => sumTable(one.db, table)));
  expect(await sums(store)).toEqual(await sums(source));
  // A difference in one character would be seen.
  await store.db
    .updateTable('entries')
    .set({ body: '{"text":"1 "}' })
    .where('seq', '=', 2)
    .execute();
  expect(await sumTable(store.db, 'entries')).not.toEqual(await sumTable(source.db, 'entries'));
  await Promise.all([store.close(), source.close()]);
  const twice = await admin({ BULKHEAD_DATA: otherDir }, 'restore', '--from', file);
  expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining('not empty') });
  await rm(otherDir, { recursive: true });
}, 60_000);
