/** A process that dies, and a Redis that does: nothing that was acknowledged is lost, nobody stays behind. */
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConversationSummary } from '../../protocol/conversations.ts';
import type { Entry } from '../../protocol/entries.ts';
import type { StateStale } from '../../protocol/sockets.ts';
import {
  collect,
  granted,
  newClientId,
  requestSession,
  say,
  visitorClient,
} from '../support/clients.ts';
import {
  agentAt,
  findWhyNoCluster,
  PATIENCE,
  type Pair,
  startPair,
  UNHURRIED,
} from '../support/cluster.ts';
import { findWhyNoRedisServer, type PrivateRedis, startRedis } from '../support/redis.ts';

vi.setConfig(UNHURRIED);
const whyNot = await findWhyNoCluster();

const textsOf = (entries: readonly Entry[]) =>
  entries.flatMap((entry) => (entry.type === 'message' ? [entry.text] : []));

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
async function start(redisUrl?: string): Promise<Pair> {
  const pair = await startPair(redisUrl === undefined ? {} : { redisUrl });
  closing.push(() => pair.close());
  return pair;
}

describe.skipIf(whyNot)(`kill -9${whyNot ? ` (${whyNot})` : ''}`, () => {
  it('of one process: its visitors go on at another, and are offline until they do', async () => {
    const { a, b } = await start();
    const visitor = await visitorClient(a.url);
    const silent = await visitorClient(a.url);
    const { conversationId: silentId } = await say(silent, 'I will not come back');
    const { conversationId } = await say(visitor, 'message 0');
    const agent = await agentAt(b);
    closing.push(() => void agent.socket.close());
    granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }));
    const summaries = collect<ConversationSummary>(agent.socket, 'conversation:changed');

    // Some of them are on their way when it dies, and nobody was told whether they arrived.
    const waiting = new Map<string, string>();
    for (let n = 1; n <= 40; n++) {
      const message = { conversationId: null, clientId: newClientId(), text: `message ${n}` };
      waiting.set(message.clientId, message.text);
      visitor.socket.emit('message:send', message, (answer) => {
        if (answer.ok) waiting.delete(message.clientId);
      });
      if (n === 20) await vi.waitFor(() => expect(waiting.size).toBeLessThan(20), PATIENCE);
    }
    await a.kill();

    await vi.waitFor(() => {
      const last = summaries.filter(({ id }) => id === silentId).at(-1);
      expect(last?.visitor.online).toBe(false);
    }, PATIENCE);

    const back = await visitorClient(b.url, { token: visitor.token });
    closing.push(() => back.close());
    for (const [clientId, text] of waiting) {
      granted(
        await back.socket.emitWithAck('message:send', { conversationId: null, clientId, text }),
      );
    }
    const { entries } = granted(
      await back.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 }),
    );
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, n) => n + 1));
    expect(textsOf(entries).toSorted()).toEqual(
      Array.from({ length: 41 }, (_, n) => `message ${n}`).toSorted(),
    );
    await vi.waitFor(() => {
      const last = summaries.filter(({ id }) => id === conversationId).at(-1);
      expect(last?.visitor.online).toBe(true);
    }, PATIENCE);
  });
});

const whyNoServer = whyNot ?? findWhyNoRedisServer();
describe.skipIf(whyNoServer)(`Redis${whyNoServer ? ` (${whyNoServer})` : ''}`, () => {
  let redis: PrivateRedis;
  async function startWithRedis() {
    redis = await startRedis();
    closing.push(() => redis.close());
    const cluster = await start(redis.url);
    const visitor = await visitorClient(cluster.a.url);
    closing.push(() => visitor.close());
    const { conversationId } = await say(visitor, 'before');
    const agent = await agentAt(cluster.b);
    closing.push(() => void agent.socket.close());
    granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }));
    const stale = [visitor.socket, agent.socket].map((socket) =>
      collect<StateStale>(socket, 'state:stale'),
    );
    const heard = collect<Entry>(agent.socket, 'entry:appended');
    // Both are in touch before anything is broken.
    await vi.waitFor(async () => {
      await say(visitor, 'are you there?');
      expect(heard.length).toBeGreaterThan(0);
    }, PATIENCE);
    return { ...cluster, visitor, agent, conversationId, stale, heard };
  }

  it.each([
    ['stopped and started', async () => redis.kill(), async () => redis.start()],
    ['silent for a while', async () => redis.pause(), async () => redis.resume()],
  ])('%s: own sockets are served meanwhile, and all are in sync afterwards [SYNC-1]', async (_how, breaks, mends) => {
    const { a, b, visitor, agent, conversationId, stale, heard } = await startWithRedis();
    const heardByVisitor = collect<Entry>(visitor.socket, 'entry:appended');
    await breaks();
    const { seq } = await say(visitor, 'while it is away');
    await vi.waitFor(() => expect(heardByVisitor.at(-1)?.seq).toBe(seq), PATIENCE);
    const answer = { conversationId, clientId: newClientId(), text: 'answered meanwhile' };
    granted(await agent.socket.emitWithAck('message:send', answer));
    // What is good once cannot be checked now.
    await vi.waitFor(async () => {
      const { ticket } = granted(await requestSession(a.url));
      expect(ticket).toBeTruthy();
      await expect(visitorClient(a.url)).rejects.toMatchObject({ code: 'unavailable' });
    }, PATIENCE);
    for (const said of stale) said.length = 0;
    await mends();

    await vi.waitFor(() => {
      for (const said of stale) expect(said.length).toBeGreaterThan(0);
    }, PATIENCE);
    const [left, right] = await Promise.all([
      visitor.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 }),
      agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }),
    ]);
    expect(granted(left).entries.map(({ seq: n }) => n)).toEqual(
      granted(right).entries.map(({ seq: n }) => n),
    );
    expect(textsOf(granted(right).entries).slice(-2)).toEqual([
      'while it is away',
      'answered meanwhile',
    ]);
    // And they hear each other again.
    const after = await say(visitor, 'after');
    await vi.waitFor(() => expect(heard.at(-1)?.seq).toBe(after.seq), PATIENCE);
    const another = await visitorClient(b.url);
    another.close();
  });

  it('carries nothing that it could read, and is not believed when it makes something up', async () => {
    const { a, b, visitor, agent, heard, conversationId } = await startWithRedis();
    const spy = new Redis(redis.url);
    closing.push(() => spy.disconnect());
    const channels = (await spy.call('PUBSUB', 'SHARDCHANNELS')) as string[];
    // One for all, and one for the answers of each: none of a namespace that has sockets.
    expect(channels).toHaveLength(3);
    for (const channel of channels) expect(channel).toMatch(/^bulkhead:[\w-]+#\/#/);
    const carried: string[] = [];
    const listener = new Redis(redis.url);
    closing.push(() => listener.disconnect());
    listener.on('smessageBuffer', (_channel, message: Buffer) => {
      carried.push(message.toString('latin1'));
    });
    for (const channel of channels) await listener.ssubscribe(channel);
    const text = 'my secret garden';
    const { seq } = await say(visitor, text);
    await vi.waitFor(() => expect(heard.at(-1)?.seq).toBe(seq), PATIENCE);
    await vi.waitFor(() => expect(carried.length).toBeGreaterThan(0), PATIENCE);
    for (const message of carried) {
      for (const word of [text, 'garden', conversationId]) expect(message).not.toContain(word);
    }

    const entry = {
      conversationId,
      seq: seq + 1,
      at: 0,
      type: 'message',
      author: {},
      text: 'lies',
    };
    const facts = JSON.stringify([{ is: 'entry', published: { entry, visitorId: 'vs_any' } }]);
    const main = channels.toSorted((one, other) => one.length - other.length)[0] ?? '';
    for (const said of [facts, [facts], { type: 'Buffer', data: [1, 2, 3] }]) {
      const data = { packet: ['facts', said] };
      await spy.spublish(main, JSON.stringify({ uid: 'nobody', nsp: '/', type: 9, data }));
    }
    await spy.spublish(main, 'no packet at all');
    await vi.waitFor(() => {
      for (const member of [a, b]) expect(member.logged()).toContain('no process of this');
    }, PATIENCE);
    const after = await say(visitor, 'true words');
    await vi.waitFor(() => expect(heard.at(-1)?.seq).toBe(after.seq), PATIENCE);
    expect(textsOf(heard)).not.toContain('lies');
    expect(agent.socket.connected).toBe(true);
  });

  it('that refuses the password stops no start, and its password is in no log', async () => {
    const guarded = await startRedis('open-sesame');
    closing.push(() => guarded.close());
    const { a } = await start(guarded.url.replace('open-sesame', 'hunter2'));
    await vi.waitFor(() => expect(a.logged()).toContain('Redis cannot be reached'), PATIENCE);
    expect(a.logged()).toContain('WRONGPASS');
    await expect(visitorClient(a.url)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await fetch(`${a.url}/healthz`)).ok).toBe(true);
    expect(a.logged()).not.toContain('hunter2');
  });
});
