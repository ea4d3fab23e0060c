/** `kill -9` while messages flow: what was acknowledged is there once, in order. Seeded. */
import { expect, it } from 'vitest';
import type { Outcome } from '../../protocol/errors.ts';
import type { SentMessage } from '../../protocol/sockets.ts';
import { granted, newClientId, type VisitorClient, visitorClient } from '../support/clients.ts';
import { openTestStore, removeDataDir } from '../support/data-dir.ts';
import { seeded } from '../support/random.ts';
import { makeDataDir, spawnServer } from '../support/server.ts';

const SEED = Number(process.env.CRASH_SEED ?? 20_261_121);
const ROUNDS = 3;
const VISITORS = 4;
const ENV = { LIMIT_VISITOR_REQUESTS_BURST: '1000000' };

interface Sender {
  token: string | undefined;
  /** By `clientId`, as it was acknowledged. */
  acked: Map<string, { seq: number; text: string }>;
  /** Sent, and no answer came: it may be there or not. */
  unsure: Map<string, string>;
  sent: number;
}

async function send(
  client: VisitorClient,
  sender: Sender,
  [clientId, text]: readonly [string, string],
) {
  sender.unsure.set(clientId, text);
  const message = { conversationId: null, clientId, text };
  const answer = await client.socket.timeout(4000).emitWithAck('message:send', message);
  const { seq } = granted(answer as Outcome<SentMessage>);
  sender.unsure.delete(clientId);
  const before = sender.acked.get(clientId);
  expect(before?.seq ?? seq).toBe(seq);
  sender.acked.set(clientId, { seq, text });
}

/** First again what got no answer, with the same `clientId`; then on, until the server is gone. */
async function talk(url: string, sender: Sender): Promise<void> {
  const client = await visitorClient(url, sender.token ? { token: sender.token } : {});
  sender.token = client.token;
  const gone = new Promise<void>((resolve) => client.socket.once('disconnect', () => resolve()));
  try {
    for (const unsure of [...sender.unsure]) await send(client, sender, unsure);
    while (client.socket.connected) {
      const next = Array.from(
        { length: 3 },
        () => [newClientId(), `message ${++sender.sent}`] as const,
      );
      const sending = Promise.all(next.map((message) => send(client, sender, message)));
      sending.catch(() => {});
      await Promise.race([sending, gone]);
    }
  } catch (error) {
    if (client.socket.connected) throw error;
  } finally {
    client.close();
  }
}

it('[SEND-3] keeps every acknowledged message once and in order over kill -9', async () => {
  const dataDir = await makeDataDir();
  const random = seeded(SEED);
  const senders: Sender[] = Array.from({ length: VISITORS }, () => ({
    token: undefined,
    acked: new Map(),
    unsure: new Map(),
    sent: 0,
  }));

  const countAcked = () => senders.reduce((sum, sender) => sum + sender.acked.size, 0);

  // By what was acknowledged and not by the clock, so that a slow machine kills as well as a fast one.
  for (let round = 0; round < ROUNDS; round++) {
    const server = await spawnServer(dataDir, ENV);
    const talking = senders.map((sender) => talk(server.url, sender));
    const enough = countAcked() + VISITORS * (5 + Math.floor(random() * 40));
    await expect.poll(countAcked, { interval: 1, timeout: 15_000 }).toBeGreaterThanOrEqual(enough);
    await server.kill();
    await Promise.allSettled(talking).then((ended) => {
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    });
  }

  // The last server only answers what was left unsure, and ends in order.
  const server = await spawnServer(dataDir, ENV);
  for (const sender of senders) {
    const client = await visitorClient(server.url, sender.token ? { token: sender.token } : {});
    for (const unsure of [...sender.unsure]) await send(client, sender, unsure);
    client.close();
  }
  expect(await server.stop()).toBe(0);

  const store = await openTestStore(dataDir);
  const rows = await store.db
    .selectFrom('entries')
    .innerJoin('conversations as c', 'c.id', 'entries.conversation_id')
    .select(['c.id', 'c.last_seq', 'entries.seq', 'entries.client_id', 'entries.body'])
    .orderBy('c.id')
    .orderBy('entries.seq')
    .execute();
  await store.close();
  await removeDataDir(dataDir);

  const conversations = Map.groupBy(rows, (row) => row.id);
  expect(conversations.size).toBe(VISITORS);
  for (const log of conversations.values()) {
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(log.at(-1)?.last_seq).toBe(log.length);
  }
  const stored = new Map(rows.map((row) => [row.client_id, row]));
  expect(stored.size).toBe(rows.length);
  const acked = senders.flatMap((sender) => [...sender.acked]);
  expect(acked.length).toBeGreaterThan(VISITORS * ROUNDS);
  for (const [clientId, { seq, text }] of acked) {
    const row = stored.get(clientId);
    expect([row?.seq, JSON.parse(row?.body ?? '{}').text]).toEqual([seq, text]);
  }
}, 180_000);
