import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDataDir } from '../../test/support/server.ts';
import { systemRandom } from '../deps.ts';
import { createKeys } from '../keys.ts';
import { createSite } from '../sites/sites.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { SqliteStore } from '../store/store.ts';
import { createLedger, type RunningLedger } from './create-ledger.ts';

const logger = { error() {}, warn() {} };
const VISITOR = { id: 'vs_aaaaaaaaaaaaaaaa', siteId: 'st_aaaaaaaaaaaaaaaa', conversationId: null };
let dataDir: string;
let store: SqliteStore;
let now: number;
let ledger: RunningLedger;

const open = (on: SqliteStore, secret = 'x'.repeat(32)) =>
  createLedger({
    store: on,
    clock: { now: () => now },
    random: systemRandom,
    logger,
    key: createKeys(secret).ledger,
    witnessUrl: null,
  });
const rows = () => store.db.selectFrom('ledger').selectAll().orderBy('n').execute();

beforeEach(async () => {
  dataDir = await makeDataDir();
  store = await openSqliteStore(dataDir);
  now = 1000;
  ledger = open(store);
});
afterEach(async () => {
  await ledger.close();
  await store.close();
  await rm(dataDir, { recursive: true });
});

it('[LEDGER-1] numbers lines without a gap, and never back in time', async () => {
  const first = ledger.record({ kind: 'session.opened' });
  now = 500;
  const second = ledger.record({ kind: 'session.closed' });
  expect(await Promise.all([first, second])).toEqual([1, 2]);
  expect((await rows()).map(({ n, at }) => [n, at])).toEqual([
    [1, 1000],
    [2, 1000],
  ]);
});

it('[LEDGER-2] never forks, however many processes write at once', async () => {
  const other = await openSqliteStore(dataDir);
  const second = open(other);
  const writing = [ledger, second].flatMap((one) =>
    Array.from({ length: 50 }, () => one.record({ kind: 'agent.signed_in' })),
  );
  const numbers = (await Promise.all(writing)).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  await second.close();
  await other.close();
});

it('writes nothing for a transaction that came to nothing', async () => {
  await ledger.record({ kind: 'session.opened' });
  const failing = store.db.transaction().execute(async (tx) => {
    ledger.givenIn(tx, VISITOR, ['messages']);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await ledger.given(VISITOR, 'messages');
  expect((await rows()).map(({ n, kind }) => [n, kind])).toEqual([
    [1, 'session.opened'],
    [2, 'data.given'],
  ]);
});

it('says once what a visitor has given, also after a restart', async () => {
  await Promise.all([ledger.given(VISITOR, 'name'), ledger.given(VISITOR, 'name')]);
  await ledger.given(VISITOR, 'email');
  await ledger.close();
  ledger = open(store);
  await ledger.given(VISITOR, 'name');
  expect((await rows()).map(({ kind }) => kind)).toEqual(['data.given', 'data.given']);
});

it('[EXP-2] begins with what was stored before it began', async () => {
  const site = await createSite(
    { db: store.db, random: systemRandom, now },
    { name: 'Shop', allowedOrigins: ['https://a.example'] },
  );
  const nothing = { email: null, page: null, first_page: null, locale: null, browser: null };
  await store.db
    .insertInto('visitors')
    .values({
      ...nothing,
      id: VISITOR.id,
      site_id: site.id,
      name: 'V',
      first_seen_at: 1,
      created_at: 1,
    })
    .execute();
  await ledger.begin();
  expect((await rows()).map(({ kind, visitor_id }) => [kind, visitor_id])).toEqual([
    ['data.given', VISITOR.id],
    ['key.changed', null],
  ]);
});

it('[LEDGER-3] announces a key that is new, and none that is known', async () => {
  await ledger.begin();
  await ledger.close();
  ledger = open(store);
  await ledger.begin();
  expect(await rows()).toHaveLength(1);
  await ledger.close();
  ledger = open(store, 'y'.repeat(32));
  await ledger.begin();
  expect((await rows()).map(({ kind }) => kind)).toEqual(['key.changed', 'key.changed']);
});
