/** A store that has no room, or fails: nothing is acknowledged that is not there, and it recovers. */
import { rm } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import { granted, newClientId, requestSession, visitorClient } from '../support/clients.ts';
import { makeDataDir, sqliteOf, startServer, type TestServer } from '../support/server.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});
const TEXT = 'x'.repeat(4000);
const message = (conversationId: string | null) => ({
  conversationId,
  clientId: newClientId(),
  text: TEXT,
});

it('refuses sends while the disk is full, keeps what it acknowledged, and takes them again', async () => {
  const dataDir = await makeDataDir();
  const env = { LIMIT_VISITOR_REQUESTS_BURST: '100000' };
  server = await startServer({ dataDir, env });
  const visitor = await visitorClient(server.url);
  const { conversationId } = granted(
    await visitor.socket.emitWithAck('message:send', message(null)),
  );
  const sqlite = sqliteOf(server.app);
  const pages = () => Number(sqlite.prepare('pragma page_count').get()?.page_count);
  // As a full disk answers: SQLITE_FULL, from one page to the next (sqlite.org, max_page_count).
  sqlite.exec(`pragma max_page_count = ${pages() + 20}`);

  const acknowledged: string[] = [];
  const refused: { clientId: string; text: string; conversationId: string | null }[] = [];
  for (let round = 0; refused.length < 5 && round < 100; round++) {
    const batch = Array.from({ length: 5 }, () => message(conversationId));
    const outcomes = await Promise.all(
      batch.map((one) => visitor.socket.emitWithAck('message:send', one)),
    );
    outcomes.forEach((outcome, index) => {
      const one = batch[index];
      if (!one) return;
      if (outcome.ok) acknowledged.push(one.clientId);
      else {
        expect(outcome.error).toMatchObject({ code: 'unavailable', retryAfterMs: 5000 });
        refused.push(one);
      }
    });
  }
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(server.app.deps.meters.log.failures).toBeGreaterThan(0);
  // Somebody new cannot be written down either.
  const session = await requestSession(server.url);
  expect(session.ok ? 'ok' : session.error.code).toMatch(/^(ok|unavailable)$/);

  sqlite.exec('pragma max_page_count = 1000000');
  for (const one of refused)
    acknowledged.push(
      granted(await visitor.socket.emitWithAck('message:send', one)) && one.clientId,
    );
  visitor.close();
  await server.close();
  server = null;

  const store = await openSqliteStore(dataDir);
  const rows = await store.db
    .selectFrom('entries')
    .select(['seq', 'client_id'])
    .orderBy('seq')
    .execute();
  await store.close();
  await rm(dataDir, { recursive: true });
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  const ids = rows.map(({ client_id }) => client_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(acknowledged));
}, 60_000);
