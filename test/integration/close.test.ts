/** An orderly end: what runs is answered, what was answered is kept, everybody is let go. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { resolve } from 'node:path';
import { expect, it, vi } from 'vitest';
import { agentClient, granted, newClientId, visitorClient } from '../support/clients.ts';
import { openTestStore, removeDataDir } from '../support/data-dir.ts';
import { makeDataDir, spawnServer, startServer } from '../support/server.ts';

const MAIN = resolve(import.meta.dirname, '../../server/main.ts');

it('answers what runs, disconnects both sides, and keeps what was acknowledged', async () => {
  const dataDir = await makeDataDir();
  const server = await startServer({ dataDir });
  const visitor = await visitorClient(server.url);
  const agent = await agentClient(server.url);
  const gone = [
    new Promise<string>((resolve) => visitor.socket.once('disconnect', resolve)),
    new Promise<string>((resolve) => agent.socket.once('disconnect', resolve)),
  ];
  const sending = Array.from({ length: 20 }, () =>
    visitor.socket.emitWithAck('message:send', {
      conversationId: null,
      clientId: newClientId(),
      text: 'going?',
    }),
  );
  await Promise.race(sending);
  await Promise.all([server.close(), server.close()]);
  const answers = await Promise.allSettled(sending);
  const acked = answers.filter((one) => one.status === 'fulfilled' && one.value.ok).length;
  // Anything but `io server disconnect`, after which a client would not come back by itself.
  expect(await Promise.all(gone)).toEqual(['transport close', 'transport close']);

  const store = await openTestStore(dataDir);
  const rows = await store.db.selectFrom('entries').select('seq').execute();
  await store.close();
  await removeDataDir(dataDir);
  expect(acked).toBeGreaterThan(0);
  expect(rows.length).toBeGreaterThanOrEqual(acked);
});

it('is alive and not ready, and refuses what is new, while it answers what runs', async () => {
  const server = await startServer();
  const visitor = await visitorClient(server.url);
  const message = (text: string) => ({ conversationId: null, clientId: newClientId(), text });
  const sent = await visitor.socket.emitWithAck('message:send', message('Hello'));
  const { conversationId } = granted(sent);

  const { log } = server.app.deps;
  const read = log.read.bind(log);
  const gate = Promise.withResolvers<void>();
  const reading = vi.spyOn(log, 'read').mockImplementation(async (range) => {
    await gate.promise;
    return read(range);
  });
  const running = visitor.socket.emitWithAck('log:read', { conversationId });
  await vi.waitFor(() => expect(reading).toHaveBeenCalled());
  const closed = server.close();

  const ready = await fetch(`${server.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ error: { code: 'unavailable' } });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const late = await visitor.socket.emitWithAck('message:send', message('Still there?'));
  expect(late).toMatchObject({ error: { code: 'unavailable' } });
  gate.resolve();
  expect(granted(await running).entries).toHaveLength(1);
  await closed;
});

it('ends with 0 when it is told to, also with somebody connected', async () => {
  const dataDir = await makeDataDir();
  const server = await spawnServer(dataDir);
  const visitor = await visitorClient(server.url);
  expect(await server.stop()).toBe(0);
  visitor.close();
  await removeDataDir(dataDir);
});

it('ends with 0 while it is still starting', async () => {
  // Takes connections and answers nothing: a database that is not there yet.
  const database = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(database, 'listening');
  const { port } = database.address() as AddressInfo;
  const dataDir = await makeDataDir();
  const server = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      PORT: '0',
      BULKHEAD_DATA: dataDir,
      DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/nothing`,
    },
    stdio: 'ignore',
  });
  await once(database, 'connection');
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
  database.close();
  await removeDataDir(dataDir);
});

it('does not wait for ever for who has begun to ask, and says no more', async () => {
  const server = await startServer();
  const { hostname, port } = new URL(server.url);
  const silent = connect({ host: hostname, port: Number(port) });
  await once(silent, 'connect');
  silent.write('POST /api/session HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 100\r\n\r\n{');
  // Taken by the server before it ends.
  await fetch(server.url);
  const ended = once(silent.resume(), 'close');
  await server.close();
  await ended;
});

it('[ERR-2] refuses in the words of every refusal what comes over an open connection while it closes', async () => {
  const server = await startServer();
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.write('GET /api/sites/site_unknown00 HTTP/1.1\r\n');
  // Begun before the end, so the connection is not one that nobody uses.
  await fetch(server.url);
  const closing = server.close();
  // By then the listener is gone, and what is open is waited for.
  await expect.poll(() => fetch(server.url).catch(() => 'gone'), { timeout: 10_000 }).toBe('gone');
  socket.write('Host: chat.example\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  await closing;
  expect(answer).toMatch(/^HTTP\/1.1 503/);
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
    ok: false,
    error: { code: 'unavailable' },
  });
});
