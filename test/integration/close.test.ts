/** An orderly end: what runs is answered, what was answered is kept, everybody is let go. */
import { rm } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import { agentClient, granted, newClientId, visitorClient } from '../support/clients.ts';
import { makeDataDir, spawnServer, startServer } from '../support/server.ts';

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

  const store = await openSqliteStore(dataDir);
  const rows = await store.db.selectFrom('entries').select('seq').execute();
  await store.close();
  await rm(dataDir, { recursive: true });
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
  await rm(dataDir, { recursive: true });
});
