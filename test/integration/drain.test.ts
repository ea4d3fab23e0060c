/** [SYNC-3] The end of a process: said first, then waited for, then done without losing anything. */
import { rm } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { leaveAll } from '../../server/realtime/leave.ts';
import {
  granted,
  newClientId,
  postFromShop,
  requestSession,
  visitorClient,
} from '../support/clients.ts';
import { openTestStore } from '../support/data-dir.ts';
import { freePort } from '../support/free-port.ts';
import { openRaw, upgradeRequest } from '../support/raw-socket.ts';
import { createResender } from '../support/resender.ts';
import { makeDataDir, spawnServer, startServer } from '../support/server.ts';

const directories: string[] = [];
afterEach(async () => {
  for (const dataDir of directories.splice(0)) await rm(dataDir, { recursive: true });
});
const message = (text = 'Hello') => ({ conversationId: null, clientId: newClientId(), text });

it('says that it is not ready, serves on for a while, then takes nobody in', async () => {
  const server = await startServer({ env: { DRAIN_DELAY_MS: '1500' } });
  const visitor = await visitorClient(server.url);
  const { ticket } = granted(await requestSession(server.url));
  const closed = server.close();
  const ready = await fetch(`${server.url}/readyz`);
  expect(await ready.json()).toMatchObject({ error: { reason: 'draining' } });
  expect(granted(await visitor.socket.emitWithAck('message:send', message()))).toMatchObject({
    seq: 1,
  });
  const newcomer = await visitorClient(server.url);
  expect(newcomer.socket.connected).toBe(true);
  expect(ticket).toBeTruthy();

  // From the end of the wait until the listener is gone it says so; after that there is nobody.
  const refusals = new Set<string>();
  const ask = setInterval(() => {
    postFromShop(`${server.url}/api/session`, '{}').then(
      async (answer) => {
        if (answer.status === 503) refusals.add(((await answer.json()) as Refused).error.code);
      },
      () => {},
    );
    const raw = openRaw(server.url);
    raw.write(upgradeRequest());
    raw.until('"unavailable"').then(
      () => refusals.add('upgrade'),
      () => {},
    );
  }, 20);
  await closed;
  clearInterval(ask);
  expect([...refusals].filter((code) => code !== 'upgrade')).not.toContain('internal');
  await vi.waitFor(() => expect(visitor.socket.connected).toBe(false));
});
interface Refused {
  error: { code: string };
}

it('closes sockets over a while, each once it is answered', async () => {
  vi.useFakeTimers();
  const peer = () => ({
    running: 0,
    refusals: 0,
    leaving: false,
    onIdle: null as (() => void) | null,
    site: null,
  });
  const leavers = Array.from({ length: 1000 }, () => ({ conn: { close: vi.fn() }, load: peer() }));
  const [busy] = leavers;
  if (!busy) throw new Error('nobody');
  busy.load.running = 1;
  const left = leaveAll(leavers, 500);
  await vi.advanceTimersByTimeAsync(0);
  const closed = () => leavers.filter(({ conn }) => conn.close.mock.calls.length > 0).length;
  expect(closed()).toBe(99);
  await vi.advanceTimersByTimeAsync(250);
  expect(closed()).toBe(599);
  // Whose turn it is not yet is served as before.
  expect(leavers.filter(({ load }) => load.leaving)).toHaveLength(600);
  await vi.advanceTimersByTimeAsync(250);
  expect(closed()).toBe(999);
  busy.load.onIdle?.();
  await left;
  expect(closed()).toBe(1000);
  vi.useRealTimers();
});

it('does not wait for ever for an answer', async () => {
  vi.useFakeTimers();
  const load = { running: 1, refusals: 0, leaving: false, onIdle: null, site: null };
  const conn = { close: vi.fn() };
  const left = leaveAll([{ conn, load }], 0);
  await vi.advanceTimersByTimeAsync(5000);
  await left;
  expect(conn.close).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

it('loses nothing of those who send all the time while it is restarted again and again', async () => {
  const dataDir = await makeDataDir();
  directories.push(dataDir);
  const port = String(await freePort());
  const env = {
    PORT: port,
    DRAIN_DELAY_MS: '200',
    DRAIN_SPREAD_MS: '200',
    LIMIT_VISITOR_REQUESTS_BURST: '100000',
    LIMIT_SESSIONS_PER_MINUTE: '100000',
  };
  let server = await spawnServer(dataDir, env);
  const senders = await Promise.all(Array.from({ length: 5 }, () => createResender([server.url])));
  for (let restart = 0; restart < 3; restart++) {
    const before = senders.map(({ acknowledged }) => acknowledged.length);
    await vi.waitFor(
      () =>
        senders.forEach(({ acknowledged }, index) => {
          expect(acknowledged.length).toBeGreaterThan((before[index] ?? 0) + 5);
        }),
      { timeout: 30_000 },
    );
    expect(await server.stop()).toBe(0);
    server = await spawnServer(dataDir, env);
  }
  await Promise.all(senders.map((sender) => sender.finish()));
  await server.stop();

  const store = await openTestStore(dataDir);
  for (const { acknowledged, conversationId } of senders) {
    const rows = await store.db
      .selectFrom('entries')
      .select(['seq', 'client_id'])
      .where('conversation_id', '=', conversationId())
      .orderBy('seq')
      .execute();
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
    // One after the other, so the order of the log is the order of sending.
    expect(rows.map(({ client_id }) => client_id)).toEqual(acknowledged);
  }
  await store.close();
}, 120_000);

it('ends at once when it is told twice', async () => {
  const dataDir = await makeDataDir();
  directories.push(dataDir);
  const server = await spawnServer(dataDir, { DRAIN_DELAY_MS: '600000' });
  const ended = server.stop();
  await vi.waitFor(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(503));
  server.stop();
  expect(await ended).toBe(1);
});
