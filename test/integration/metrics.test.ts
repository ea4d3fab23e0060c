/** What an operator can read: the numbers, and whether the process may have traffic. */
import { rm } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { agentClient, granted, newClientId, signIn, visitorClient } from '../support/clients.ts';
import {
  makeDataDir,
  type ServerOverrides,
  startServer,
  type TestServer,
} from '../support/server.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});
async function start(overrides: ServerOverrides = {}) {
  const env = { METRICS_PORT: '0', ...overrides.env };
  server = await startServer({ ...overrides, env });
  const [, metrics = ''] = /"metrics":"([^"]+)"/.exec(server.logged()) ?? [];
  return { server, metrics };
}
const message = () => ({ conversationId: null, clientId: newClientId(), text: 'Is it in stock?' });

async function read(metrics: string): Promise<(series: string) => number | undefined> {
  const text = await (await fetch(metrics)).text();
  const values = new Map(
    text
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
  return (series) => values.get(series);
}

it('counts connections, messages, answers, commits and refusals', async () => {
  const { server, metrics } = await start({ env: { LIMIT_VISITOR_REQUESTS_BURST: '5' } });
  const before = await read(metrics);
  expect(before('bulkhead_sockets{namespace="visitor",transport="websocket"}')).toBe(0);

  const visitor = await visitorClient(server.url);
  const poller = await visitorClient(server.url, { transports: ['polling'] });
  const agent = await agentClient(server.url);
  for (let sent = 0; sent < 4; sent++)
    granted(await visitor.socket.emitWithAck('message:send', message()));
  const refused = await Promise.all(
    Array.from({ length: 5 }, () => visitor.socket.emitWithAck('message:send', message())),
  );
  const limited = refused.filter(({ ok }) => !ok).length;
  await signIn(server.url, { email: 'nobody@chat.example', password: 'wrong' });

  const after = await read(metrics);
  expect(after('bulkhead_sockets{namespace="visitor",transport="websocket"}')).toBe(1);
  expect(after('bulkhead_sockets{namespace="visitor",transport="polling"}')).toBe(1);
  expect(after('bulkhead_sockets{namespace="agent",transport="websocket"}')).toBe(1);
  expect(after('bulkhead_connections')).toBe(3);
  expect(after('bulkhead_connections_unauthenticated')).toBe(0);
  const accepted = 4 + refused.length - limited;
  expect(after('bulkhead_entries_appended_total{type="message"}')).toBe(accepted);
  const answers = 'bulkhead_answer_seconds';
  const labels = 'namespace="visitor",request="message:send"';
  expect(after(`${answers}_count{${labels}}`)).toBe(accepted);
  expect(after(`${answers}_bucket{${labels},le="+Inf"}`)).toBe(accepted);
  expect(after(`${answers}_sum{${labels}}`)).toBeGreaterThan(0);
  expect(limited).toBeGreaterThan(0);
  expect(after('bulkhead_refusals_total{surface="socket",code="rate_limited"}')).toBe(limited);
  expect(after('bulkhead_refusals_total{surface="http",code="credentials_wrong"}')).toBe(1);
  expect(after('bulkhead_commit_jobs_sum{queue="log"}')).toBeGreaterThan(0);
  expect(after('bulkhead_commit_seconds_count{queue="ledger"}')).toBeGreaterThan(0);
  expect(after('bulkhead_queue_jobs{queue="log"}')).toBe(0);
  expect(after('bulkhead_queue_jobs{queue="alerts"}')).toBe(0);
  expect(after('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect(after('bulkhead_event_loop_lag_seconds{which="worst"}')).toBeGreaterThanOrEqual(0);
  for (const client of [visitor, poller, agent]) client.close();
  await vi.waitFor(async () => expect((await read(metrics))('bulkhead_connections')).toBe(0));
});

it('tells nobody’s words, names, addresses or ids', async () => {
  const { server, metrics } = await start();
  const identity = { name: 'Vera Vine', email: 'vera@example.org' };
  const visitor = await visitorClient(server.url, { session: { identity } });
  const { conversationId } = granted(await visitor.socket.emitWithAck('message:send', message()));
  const text = await (await fetch(metrics)).text();
  for (const secret of [
    conversationId,
    server.site.id,
    server.agent.id,
    'Vera',
    'vera@',
    '127.0.0',
  ])
    expect(text).not.toContain(secret);
  visitor.close();
});

it('is on no port that visitors reach, and only answers what it is for', async () => {
  const { server, metrics } = await start();
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  expect(new URL(metrics).hostname).toBe('127.0.0.1');
  expect((await fetch(metrics, { method: 'POST' })).status).toBe(404);
  expect((await fetch(new URL('/', metrics))).status).toBe(404);
});

it('wants the token where one is set', async () => {
  const token = 'a token of the operator’s'.replace('’', '');
  const { metrics } = await start({ env: { METRICS_TOKEN: token, METRICS_HOST: '0.0.0.0' } });
  const ask = async (authorization?: string) =>
    (await fetch(metrics, authorization ? { headers: { authorization } } : {})).status;
  expect(await ask()).toBe(401);
  expect(await ask(`Bearer ${token}x`)).toBe(401);
  expect(await ask(`Bearer ${token}`)).toBe(200);
});

it('says on /readyz that a newer release has the database now', async () => {
  const { server } = await start();
  const ready = async () => {
    const answer = await fetch(`${server.url}/readyz`);
    return [answer.status, await answer.json()] as const;
  };
  expect(await ready()).toEqual([200, { ok: true, data: { status: 'ready', shared: 'alive' } }]);
  await server.app.store.db
    .withTables<{ kysely_migration: { name: string; timestamp: string } }>()
    .insertInto('kysely_migration')
    .values({ name: '9999-from-the-future', timestamp: new Date().toISOString() })
    .execute();
  await vi.waitFor(async () =>
    expect(await ready()).toMatchObject([
      503,
      { error: { code: 'unavailable', reason: 'database_newer' } },
    ]),
  );
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

it('says on /readyz that the store does not answer, and is ready again by itself', async () => {
  const { server } = await start();
  const alive = vi.spyOn(server.app.store, 'isAlive').mockResolvedValue(false);
  const reason = async () => {
    const { error } = (await (await fetch(`${server.url}/readyz`)).json()) as {
      error?: { reason: string };
    };
    return error?.reason ?? 'ready';
  };
  await vi.waitFor(async () => expect(await reason()).toBe('store_unreachable'));
  alive.mockReturnValue(new Promise(() => {}));
  await vi.waitFor(async () => expect(await reason()).toBe('store_unreachable'));
  alive.mockRestore();
  await vi.waitFor(async () => expect(await reason()).toBe('ready'), { timeout: 10_000 });
});

it('takes a request’s id that says nothing, and names it in the log', async () => {
  const { server } = await start();
  const idOf = async (id?: string) => {
    const headers = id === undefined ? {} : { 'x-request-id': id };
    return (await fetch(`${server.url}/healthz`, { headers })).headers.get('x-request-id');
  };
  expect(await idOf('0b9f2c4e-77aa-4c11-9d1e-aa55cc33ee77')).toBe(
    '0b9f2c4e-77aa-4c11-9d1e-aa55cc33ee77',
  );
  for (const bad of [
    'short',
    'vera@example.org',
    '4242-4242-4242-4242',
    'x'.repeat(65),
    'a b c d e f',
  ])
    expect(await idOf(bad)).toMatch(/^[\w-]{12}$/);
  const lines = () =>
    server
      .logged()
      .split('\n')
      .filter((line) => line.includes('0b9f2c4e-77aa'));
  await vi.waitFor(() => expect(lines()).toHaveLength(1));
  expect(lines()[0]).toMatch(/"process":"[0-9a-f]{8}"/);
});

it('names request, socket and process where a socket’s request fails', async () => {
  const { server } = await start();
  const visitor = await visitorClient(server.url);
  vi.spyOn(server.app.deps.log, 'transact').mockRejectedValue(new Error('broken on purpose'));
  expect(await visitor.socket.emitWithAck('message:send', message())).toMatchObject({
    error: { code: 'internal' },
  });
  const line =
    server
      .logged()
      .split('\n')
      .find((one) => one.includes('broken on purpose')) ?? '';
  expect(JSON.parse(line)).toMatchObject({
    event: 'message:send',
    socketId: visitor.socket.id,
    requestId: expect.stringMatching(/^[\w-]{12}$/),
    process: expect.any(String),
  });
  visitor.close();
});

it('is kept apart for each server of a process', async () => {
  const dataDir = await makeDataDir();
  const { metrics } = await start();
  const other = await startServer({ dataDir, env: { METRICS_PORT: '0' } });
  const visitor = await visitorClient(other.url);
  expect((await read(metrics))('bulkhead_connections')).toBe(0);
  visitor.close();
  await other.close();
  await rm(dataDir, { recursive: true });
});
