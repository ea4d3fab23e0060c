/** What stands in the ledger once somebody has done something, over real sockets. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LedgerHead } from '../../protocol/ledger.ts';
import { headText } from '../../server/ledger/chain.ts';
import { eraseVisitor } from '../../server/ledger/erase-visitor.ts';
import { readHeads, readLedger } from '../../server/ledger/read-ledger.ts';
import { isSignedBy } from '../../server/ledger/signature.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import {
  agentClient,
  granted,
  newClientId,
  requestSession,
  signIn,
  visitorClient,
} from '../support/clients.ts';
import { openTestStore, removeDataDir } from '../support/data-dir.ts';
import {
  AGENT,
  makeDataDir,
  SHOP_ORIGIN,
  spawnServer,
  startServer,
  type TestServer,
} from '../support/server.ts';

const PATIENT = { timeout: 15_000 };
let server: TestServer;
let witness: Server;
const received: LedgerHead[] = [];

beforeAll(async () => {
  witness = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      received.push(JSON.parse(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
  const { port } = witness.address() as AddressInfo;
  server = await startServer({
    env: { BULKHEAD_WITNESS_URL: `http://127.0.0.1:${port}/heads` },
  });
});
afterAll(async () => {
  await server.close();
  witness.close();
});

async function lines(kind?: string) {
  const found = [];
  for await (const line of readLedger(server.app.store.db)) {
    if (kind === undefined || line.kind === kind) {
      found.push({ ...line, said: JSON.parse(line.detail ?? 'null') });
    }
  }
  return found;
}
const message = (text: string) => ({ conversationId: null, clientId: newClientId(), text });

it('[LEDGER-3] sends a signed head to the witness', async () => {
  await expect.poll(() => received.length, PATIENT).toBeGreaterThan(0);
  const [head] = received as [LedgerHead];
  expect(isSignedBy(head.key, headText(head), head.signature)).toBe(true);
  const [first] = await lines('key.changed');
  expect(first).toMatchObject({ n: 1, said: { what: 'ledger key', key: head.key } });
});

it('[LEDGER-1] says who signed in, who failed, and who left', async () => {
  const agent = await agentClient(server.url);
  await signIn(server.url, { email: AGENT.email, password: 'wrong wrong wrong' });
  await signIn(server.url, { email: 'hunter2-hunter2', password: 'in the wrong field' });
  const headers = { cookie: agent.cookie, origin: server.url };
  await fetch(`${server.url}/api/agent/sign-out`, { method: 'POST', headers, body: '{}' });
  const ip = expect.stringMatching(/^(127\.0\.0\.1|::1)$/);
  expect((await lines('agent.signed_in')).at(-1)).toMatchObject({
    agentId: server.agent.id,
    said: { ip },
  });
  const [wrong, odd] = (await lines('agent.sign_in_failed')).slice(-2);
  expect(wrong).toMatchObject({ agentId: server.agent.id, said: { ip, email: AGENT.email } });
  // What is no e-mail address may be a password.
  expect(odd).toMatchObject({ agentId: null, said: { ip } });
  expect(odd?.said.email).toBeUndefined();
  expect((await lines('agent.signed_out')).at(-1)).toMatchObject({ agentId: server.agent.id });
  agent.close();
});

it('[LEDGER-1] says what a session opened with, what was given once, and when it closed', async () => {
  const visitor = await visitorClient(server.url, {
    session: {
      page: `${SHOP_ORIGIN}/lamps`,
      release: '3.2.1',
      identity: { name: 'Vera', email: 'vera@example.org' },
    },
  });
  for (const text of ['One', 'Two', 'Three']) {
    granted(await visitor.socket.emitWithAck('message:send', message(text)));
  }
  const [opened] = (await lines('session.opened')).filter(({ release }) => release === '3.2.1');
  expect(opened).toMatchObject({
    siteId: server.site.id,
    said: { page: `${SHOP_ORIGIN}/lamps` },
  });
  const given = (await lines('data.given')).filter((one) => one.visitorId === opened?.visitorId);
  expect(given.map(({ said }) => said.category).sort()).toEqual([
    'email',
    'messages',
    'name',
    'page',
  ]);
  visitor.close();
  const closed = async () =>
    (await lines('session.closed')).filter(({ said }) => said.opened === opened?.n).length;
  await expect.poll(closed, PATIENT).toBe(1);
});

it('[LEDGER-1] says what an agent read, asked for or received live, and what lists showed', async () => {
  const visitor = await visitorClient(server.url);
  const sent = granted(await visitor.socket.emitWithAck('message:send', message('Read me')));
  const { conversationId } = sent;
  const agent = await agentClient(server.url);
  const reads = async () =>
    (await lines('conversation.read')).filter((one) => one.conversationId === conversationId);

  granted(await agent.socket.emitWithAck('conversations:list', { status: 'all' }));
  const listed = (await lines('conversation.listed')).at(-1);
  expect(listed?.said.ids.split(' ')).toContain(conversationId.replace('cv_', ''));
  expect(await reads()).toEqual([]);

  granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }));
  expect((await reads()).map(({ said }) => [said.firstSeq, said.lastSeq])).toEqual([[1, 1]]);
  granted(await agent.socket.emitWithAck('log:read', { conversationId, after: 0 }));
  expect(await reads()).toHaveLength(2);

  await visitor.socket.emitWithAck('message:send', message('And this, live'));
  await expect.poll(async () => (await reads()).length, PATIENT).toBe(3);
  expect((await reads()).at(-1)?.said).toMatchObject({ live: true, firstSeq: 2, lastSeq: 2 });
  const own = { conversationId, clientId: newClientId(), text: 'My own' };
  granted(await agent.socket.emitWithAck('message:send', own));
  await visitor.socket.emitWithAck('message:send', message('Within the same minute'));
  expect(await reads()).toHaveLength(3);
  visitor.close();
  agent.close();
});

it('[LEDGER-4] erases who was there, and still proves', async () => {
  const visitor = await visitorClient(server.url, {
    session: { page: `${SHOP_ORIGIN}/wilhelmina`, identity: { name: 'Wilhelmina' } },
  });
  const sent = granted(
    await visitor.socket.emitWithAck('message:send', message('I am Wilhelmina')),
  );
  const [opened] = (await lines('session.opened')).slice(-1);
  const { store, deps } = server.app;
  const visitorId = opened?.visitorId ?? '';
  const gone = new Promise((resolve) => visitor.socket.once('disconnect', resolve));
  expect(await eraseVisitor({ store, ledger: deps.ledger }, visitorId)).toBe(true);
  // The server hears of it, whoever did it.
  await gone;
  const refused = await requestSession(server.url, { token: visitor.token });
  expect(refused).toMatchObject({ ok: false, error: { code: 'token_invalid' } });
  for (const table of ['visitors', 'entries', 'conversations', 'ledger_details'] as const) {
    const rows = await store.db.selectFrom(table).selectAll().execute();
    expect(JSON.stringify(rows)).not.toMatch(/wilhelmina/i);
  }
  const { entries } = await deps.log.read({ conversationId: sent.conversationId });
  expect(entries).toMatchObject([{ seq: 1, type: 'message', text: '[erased]' }]);
  const heads = [...(await readHeads(store.db)), ...received];
  expect((await verifyLedger(readLedger(store.db), heads)).problems).toEqual([]);
  visitor.close();
});

it('[LEDGER-1] goes on after kill -9 without a gap or a fork', async () => {
  const dataDir = await makeDataDir();
  for (let round = 0; round < 2; round++) {
    const spawned = await spawnServer(dataDir);
    const opening = Array.from({ length: 40 }, () => requestSession(spawned.url).catch(() => null));
    await Promise.race(opening);
    await spawned.kill();
    await Promise.allSettled(opening);
  }
  const store = await openTestStore(dataDir);
  const verdict = await verifyLedger(readLedger(store.db), await readHeads(store.db));
  expect(verdict.problems).toEqual([]);
  expect(verdict.lines).toBeGreaterThan(2);
  await store.close();
  await removeDataDir(dataDir);
}, 60_000);
