/** What processes tell each other through Redis, and what somebody else says there. */
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import pino from 'pino';
import { Server } from 'socket.io';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKeys } from '../../server/keys.ts';
import type { Fact } from '../../server/realtime/facts.ts';
import { createRelay } from '../../server/realtime/relay.ts';
import { openRedisLink } from '../../server/shared/redis-link.ts';
import { createSeal } from '../../server/shared/seal.ts';
import { systemRandom } from '../../server/world.ts';
import { findWhyNoRedis, REDIS_URL } from '../support/redis.ts';

const PATIENCE = { timeout: 10_000 };
const prefix = `test-${crypto.randomUUID()}`;
/** Socket.IO's cluster adapter: what servers say to each other. */
const SERVER_SIDE_EMIT = 9;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start() {
  const logger = { ...pino({ level: 'silent' }), error: vi.fn() };
  const link = openRedisLink({ url: REDIS_URL, prefix, logger: pino({ level: 'silent' }) });
  const seal = createSeal(createKeys('a secret of at least 32 characters'), systemRandom);
  const io = new Server(createServer());
  const heard: Fact[] = [];
  const relay = createRelay({
    io,
    cluster: { link, seal },
    logger,
    hear: (fact) => void heard.push(fact),
    missed() {},
  });
  closing.push(relay.close, () => io.close(), link.close);
  await vi.waitFor(() => expect(link.isAlive()).toBe(true), PATIENCE);
  return { relay, seal, heard, complaints: () => logger.error.mock.calls.length };
}

const whyNot = await findWhyNoRedis();
describe.skipIf(whyNot)(`facts through Redis${whyNot ? ` (${whyNot})` : ''}`, () => {
  it('are heard by the others, whatever else is written to the same channel', async () => {
    const [one, other] = [await start(), await start()];
    const redis = new Redis(REDIS_URL);
    closing.push(() => redis.quit());
    const emit = (...packet: unknown[]) =>
      JSON.stringify({ uid: 'x', nsp: '/', type: SERVER_SIDE_EMIT, data: { packet } });
    const hostile = [
      Buffer.from([0xc0]),
      JSON.stringify({ uid: 'x', nsp: '/', type: SERVER_SIDE_EMIT }),
      emit('error', 'boom'),
      emit('facts', [{ is: 'stale' }]),
    ];
    for (const message of hostile) await redis.spublish(`${prefix}#/#`, message);
    await vi.waitFor(() => expect(other.complaints()).toBe(hostile.length), PATIENCE);
    expect(other.heard).toEqual([]);
    one.relay.tell({ is: 'payment', id: 'pr_1' });
    await vi.waitFor(() => expect(other.heard).toEqual([{ is: 'payment', id: 'pr_1' }]), PATIENCE);
    expect(one.heard).toEqual([]);
  });

  it('are not what was sealed for another purpose', async () => {
    const { seal, heard, complaints } = await start();
    const sender = new Server(createServer());
    const link = openRedisLink({ url: REDIS_URL, prefix, logger: pino({ level: 'silent' }) });
    const cluster = { link, seal: { ...seal, close: () => seal.close('192.0.2.7') } };
    const relay = createRelay({
      io: sender,
      cluster,
      logger: pino({ level: 'silent' }),
      hear() {},
      missed() {},
    });
    closing.push(relay.close, () => sender.close(), link.close);
    await vi.waitFor(() => expect(link.isAlive()).toBe(true), PATIENCE);
    relay.tell({ is: 'stale' });
    await vi.waitFor(() => expect(complaints()).toBe(1), PATIENCE);
    expect(heard).toEqual([]);
  });
});
