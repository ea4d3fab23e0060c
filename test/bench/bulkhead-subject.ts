import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Socket } from 'socket.io-client';
import { AGENT_NAMESPACE, VISITOR_NAMESPACE } from '../../protocol/sockets.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { systemRandom } from '../../server/deps.ts';
import { ensureAgent } from '../../server/people/agents.ts';
import { ensureSite } from '../../server/sites/sites.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import { connected, endProcess, pidOf, type Subject, spawnServer } from './subject.ts';

const SITE = { key: 'site_bench-mark', origin: 'http://shop.localhost' };
const AGENT = { email: 'bench@example.org', name: 'Bench', password: 'a long enough password' };
const NO_LIMIT = '1000000000';

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return address && typeof address === 'object' ? address.port : 0;
}

async function prepare(dataDir: string): Promise<void> {
  const store = await openSqliteStore(dataDir);
  const maker = { db: store.db, random: systemRandom, now: Date.now() };
  await ensureSite(maker, { publicKey: SITE.key, name: 'Bench', allowedOrigins: [SITE.origin] });
  await ensureAgent(maker, AGENT);
  await store.close();
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server did not become ready');
}

async function post(url: string, body: object, origin: string, type: string) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { origin, 'content-type': type },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

export async function startBulkhead(): Promise<Subject> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bulkhead-bench-'));
  await prepare(dataDir);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = spawnServer(path.join(import.meta.dirname, '../../server/main.ts'), {
    PORT: String(port),
    BULKHEAD_DATA: dataDir,
    LOG_LEVEL: 'warn',
    LIMIT_SESSIONS_PER_MINUTE: NO_LIMIT,
    LIMIT_VISITOR_REQUESTS_PER_SECOND: NO_LIMIT,
    LIMIT_VISITOR_REQUESTS_BURST: NO_LIMIT,
  });
  await untilReady(url);

  const sockets: Socket[] = [];
  let delivered = 0;
  const keep = (socket: Socket) => {
    socket.on('entry:appended', () => delivered++);
    sockets.push(socket);
    return socket;
  };
  const clientId = () => randomBytes(16).toString('base64url');

  async function connectVisitor(): Promise<Socket> {
    const body = { protocol: PROTOCOL_VERSION, site: SITE.key };
    const answer = await post(`${url}/api/session`, body, SITE.origin, 'text/plain');
    const { data } = (await answer.json()) as { data: { ticket: string } };
    const auth = { protocol: PROTOCOL_VERSION, ticket: data.ticket };
    return keep(await connected(`${url}${VISITOR_NAMESPACE}`, { auth }));
  }

  async function connectAgent(): Promise<Socket> {
    const { email, password } = AGENT;
    const type = 'application/json';
    const answer = await post(`${url}/api/agent/sign-in`, { email, password }, url, type);
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return keep(
      await connected(`${url}${AGENT_NAMESPACE}`, {
        auth: { protocol: PROTOCOL_VERSION },
        extraHeaders: { cookie, origin: url },
      }),
    );
  }

  async function send(visitor: Socket, text: string, to: string | null): Promise<string> {
    const message = { conversationId: to, clientId: clientId(), text };
    const outcome = await visitor.emitWithAck('message:send', message);
    if (!outcome.ok) throw new Error(outcome.error.code);
    return outcome.data.conversationId;
  }

  return {
    name: 'bulkhead',
    pid: pidOf(child),
    async connectIdle() {
      const visitor = await connectVisitor();
      await visitor.emitWithAck('conversation:sync', { conversationId: null, after: 0 });
    },
    async connectTalkers(count) {
      const watcher = await connectAgent();
      const talkers = [];
      for (let index = 0; index < count; index++) {
        const visitor = await connectVisitor();
        const conversationId = await send(visitor, 'Hello', null);
        await watcher.emitWithAck('conversation:sync', { conversationId, after: 0 });
        talkers.push({
          async send(text: string) {
            await send(visitor, text, conversationId);
          },
        });
      }
      return talkers;
    },
    delivered: () => delivered,
    async close() {
      for (const socket of sockets) socket.close();
      await endProcess(child);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
