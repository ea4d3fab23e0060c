/** From one machine to many: everything of a SQLite server in Postgres, as an operator moves it. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../server/app.ts';
import { readHeads, readLedger } from '../../server/ledger/read-ledger.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { sumTable, TABLES } from '../../server/store/copy.ts';
import { openPostgresStore } from '../../server/store/postgres.ts';
import { granted, visitorClient } from '../support/clients.ts';
import { TEST_STORE } from '../support/data-dir.ts';
import { createDatabase, findWhyNoPostgres, type TestDatabase } from '../support/postgres.ts';
import { startServer } from '../support/server.ts';
import { createPaymentWorld, type PaymentWorld } from './payments-world.ts';

const ADMIN = resolve(import.meta.dirname, '../../server/admin.ts');
const PASSWORD = 'never-to-be-said';
const run = promisify(execFile);
const whyNot =
  TEST_STORE === 'sqlite' ? await findWhyNoPostgres() : 'it begins with SQLite, and runs with it';

let world: PaymentWorld;
let database: TestDatabase;
let address: string;

const adminOf = (url: string, ...args: string[]) =>
  run(process.execPath, [ADMIN, ...args], {
    env: { ...process.env, BULKHEAD_DATA: world.dataDir, DATABASE_URL: url },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

const admin = (...args: string[]) => adminOf('', ...args);

async function readAll({ store, deps }: App) {
  const payments = await store.db.selectFrom('payments').selectAll().orderBy('id').execute();
  const history = await store.db
    .selectFrom('payment_history')
    .selectAll()
    .orderBy('payment_id')
    .orderBy('n')
    .execute();
  const page = await deps.log.read({ conversationId: world.conversationId });
  return { payments, history, page };
}

describe.skipIf(whyNot !== null)(`a copy${whyNot ? ` (${whyNot})` : ''}`, () => {
  beforeAll(async () => {
    world = await createPaymentWorld();
    database = await createDatabase();
    address = Object.assign(new URL(database.url), { password: PASSWORD }).href;
    await world.paid();
    await world.requested({ description: 'A lantern \u0000 of “brass” 😀' });
    await world.agentSays('It is on its way.', world.newClientId());
  });
  afterAll(async () => {
    await world.close();
    await database.drop();
  });

  it('is served on as it was, with a ledger that holds, and is made once', async () => {
    expect(await admin('copy', '--to', address)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is in use'),
    });
    const before = await readAll(world.server().app);
    await world.server().close();

    const copied = await admin('copy', '--to', address);
    expect(copied).toMatchObject({ code: 0, stderr: '' });
    expect(copied.stdout).toMatch(/payments: 2 rows, [0-9a-f]{16}\n/);
    expect(copied.stdout).toMatch(/Both hold the same: \d+ rows/);
    const again = await admin('copy', '--to', address);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/not empty.*sites/) });
    const wrong = await admin('copy', '--to', `mysql://me:${PASSWORD}@127.0.0.1/x`);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/must look like/) });
    expect(JSON.stringify([copied, again, wrong])).not.toContain(PASSWORD);

    const env = { DATABASE_URL: address };
    const server = await startServer({ dataDir: world.dataDir, env });
    expect(server.app.store.kind).toBe('postgres');
    // What Postgres cannot keep of a text is seen in its place.
    const payments = before.payments.map(({ description, ...row }) => ({
      ...row,
      description: description.replaceAll('\0', '\ufffd'),
    }));
    expect(await readAll(server.app)).toEqual({ ...before, payments });
    const visitor = await visitorClient(server.url, { token: world.token });
    const { conversationId } = world;
    const shown = granted(await visitor.socket.emitWithAck('log:read', { conversationId }));
    expect(shown.entries.map(({ seq }) => seq)).toEqual(before.page.entries.map(({ seq }) => seq));
    const text = 'Still here?';
    const message = { conversationId, clientId: world.newClientId(), text };
    const sent = granted(await visitor.socket.emitWithAck('message:send', message));
    expect(sent.seq).toBe((before.page.entries.at(-1)?.seq ?? 0) + 1);
    visitor.close();
    const { db } = server.app.store;
    expect((await verifyLedger(readLedger(db), await readHeads(db))).problems).toEqual([]);
    expect(server.logged()).not.toContain(PASSWORD);
    await server.close();
  }, 120_000);

  it('is backed up into a file, and restored into another database', async () => {
    const other = await createDatabase();
    const file = join(world.dataDir, 'copied.db');
    expect((await adminOf(other.url, 'migrate')).stdout).toMatch(/\(postgres\) is up to date/);
    const kept = await adminOf(address, 'backup', '--to', file);
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    const restored = await adminOf(other.url, 'restore', '--from', file);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    const sums = async (url: string) => {
      const store = await openPostgresStore(url);
      const all = await Promise.all(TABLES.map((table) => sumTable(store.db, table)));
      await store.close();
      return all;
    };
    expect(await sums(other.url)).toEqual(await sums(database.url));
    expect(await adminOf(other.url, 'restore', '--from', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not empty'),
    });
    expect(await adminOf(address, 'copy', '--to', other.url)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('take DATABASE_URL out'),
    });
    await other.drop();
  }, 120_000);
});
