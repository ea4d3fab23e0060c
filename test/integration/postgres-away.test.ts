/** A database that cannot be reached for a while: refused in words, nothing lost, and well again. */
import { describe, expect, it, vi } from 'vitest';
import { granted, newClientId, visitorClient } from '../support/clients.ts';
import { startCluster } from '../support/cluster.ts';
import { startCutWire } from '../support/cut-wire.ts';
import { createDatabase, findWhyNoPostgres } from '../support/postgres.ts';
import { startServer } from '../support/server.ts';

const why = await findWhyNoPostgres();

const message = (conversationId: string | null = null) => ({
  conversationId,
  clientId: newClientId(),
  text: 'Is it in stock?',
});

describe.skipIf(why !== null)(`Postgres out of reach${why ? ` (skipped: ${why})` : ''}`, () => {
  it('refuses as unavailable, is not ready, and is both again by itself', async () => {
    const database = await createDatabase();
    const wire = await startCutWire(new URL(database.url));
    const env = { DATABASE_URL: wire.url, LIMIT_VISITOR_REQUESTS_BURST: '1000' };
    const server = await startServer({ env });
    const visitor = await visitorClient(server.url);
    const { conversationId } = granted(await visitor.socket.emitWithAck('message:send', message()));
    const reasonNow = async () => {
      const { error } = (await (await fetch(`${server.url}/readyz`)).json()) as {
        error?: { reason: string };
      };
      return error?.reason ?? 'ready';
    };

    wire.cut();
    const lost = message(conversationId);
    expect(await visitor.socket.emitWithAck('message:send', lost)).toMatchObject({
      error: { code: 'unavailable', retryAfterMs: expect.any(Number) },
    });
    expect(
      await visitor.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }),
    ).toMatchObject({ error: { code: 'unavailable', retryAfterMs: expect.any(Number) } });
    await vi.waitFor(async () => expect(await reasonNow()).toBe('store_unreachable'));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

    wire.mend();
    await vi.waitFor(async () => expect(await reasonNow()).toBe('ready'), { timeout: 15_000 });
    expect(granted(await visitor.socket.emitWithAck('message:send', lost)).seq).toBe(2);
    expect(granted(await visitor.socket.emitWithAck('message:send', lost)).seq).toBe(2);
    const { entries } = await server.app.deps.log.read({ conversationId });
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    visitor.close();
    await server.close();
    wire.close();
    await database.drop();
  }, 60_000);

  it('ends with 0 although the database has fallen silent, and says what it did not wait for', async () => {
    const env: Record<string, string> = { REDIS_URL: '', DRAIN_SPREAD_MS: '0' };
    const cluster = await startCluster({ size: 0, env });
    const wire = await startCutWire(new URL(cluster.databaseUrl));
    env.DATABASE_URL = wire.url;
    const server = await cluster.join();
    const visitor = await visitorClient(server.url);
    granted(await visitor.socket.emitWithAck('message:send', message()));
    wire.hush();
    visitor.socket.emit('message:send', message(), () => {});
    expect(await server.stop()).toBe(0);
    expect(server.logged()).toContain('"part":"store"');
    visitor.close();
    wire.close();
    await cluster.close();
  }, 60_000);

  it('[SYNC-1] has everybody ask for what was committed, and told to nobody', async () => {
    const database = await createDatabase();
    const wire = await startCutWire(new URL(database.url));
    const server = await startServer({ env: { DATABASE_URL: wire.url } });
    const visitor = await visitorClient(server.url);
    const send = (body: ReturnType<typeof message>) =>
      visitor.socket.emitWithAck('message:send', body);
    const first = message();
    const { conversationId } = granted(await send(first));
    const heard: number[] = [];
    visitor.socket.on('entry:appended', ({ seq }) => void heard.push(seq));
    const stale = new Promise((resolve) => visitor.socket.once('state:stale', resolve));

    const lost = { ...message(conversationId), text: 'The blue one, I mean.' };
    wire.loseCommitOf(lost.text);
    expect(await send(lost)).toMatchObject({ error: { code: 'unavailable' } });
    await stale;
    const { entries } = await server.app.deps.log.read({ conversationId });
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(heard).toEqual([]);
    expect(granted(await send(lost)).seq).toBe(2);
    visitor.close();
    await server.close();
    wire.close();
    await database.drop();
  }, 60_000);
});
