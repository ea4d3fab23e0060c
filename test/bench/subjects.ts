/** The servers under measurement, each a process of its own, behind one face. */

import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import { freePort } from '../support/free-port.ts';
import type { Kind } from './load/visitors.ts';
import type { Address } from './load/websocket.ts';
import { settlePeople } from './people.ts';
import { endProcess, pidOf, type SpawnOptions, spawnNode } from './processes.ts';

export interface Subject {
  kind: Kind;
  address: Address;
  pid(): number;
  /** Ends the process at once and starts another at the same address. @returns when it is ready */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Limits per address are in the way of thousands of visitors who share one. */
const NO_LIMIT = '1000000000';
const UNLIMITED = {
  LOG_LEVEL: 'warn',
  LIMIT_SESSIONS_PER_MINUTE: NO_LIMIT,
  LIMIT_VISITOR_REQUESTS_PER_SECOND: NO_LIMIT,
  LIMIT_VISITOR_REQUESTS_BURST: NO_LIMIT,
  LIMIT_CONNECTIONS: NO_LIMIT,
  LIMIT_CONNECTIONS_PER_ADDRESS: NO_LIMIT,
  LIMIT_STRANGERS: NO_LIMIT,
  LIMIT_STRANGERS_PER_ADDRESS: NO_LIMIT,
  LIMIT_HANDSHAKES_PER_MINUTE: NO_LIMIT,
  LIMIT_REQUESTS: NO_LIMIT,
  LIMIT_SITE_REQUESTS: NO_LIMIT,
  LIMIT_HTTP_REQUESTS: NO_LIMIT,
  LIMIT_WAITING_MESSAGES: NO_LIMIT,
  LIMIT_SITE_MESSAGES_PER_SECOND: NO_LIMIT,
  LIMIT_SITE_SESSIONS_PER_SECOND: NO_LIMIT,
  LIMIT_LAG_MS: NO_LIMIT,
};
const SERVER = path.join(import.meta.dirname, '../../server/main.ts');
const BARE = path.join(import.meta.dirname, 'bare-server.ts');

/** Any answer will do of the bare one, which has no routes. */
async function untilReady({ host, port }: Address, kind: Kind): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await fetch(`http://${host}:${port}/readyz`, {
      signal: AbortSignal.timeout(500),
    }).catch((error: Error) => error);
    const isUp = kind === 'bare' ? !isRefused(answer) : answer instanceof Response && answer.ok;
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`the ${kind} server did not become ready`);
}

const isRefused = (answer: Response | Error) =>
  answer instanceof Error && answer.name !== 'TimeoutError';

async function start(kind: Kind, script: string, options: SpawnOptions, port: number) {
  const address = { host: HOST, port };
  const env = { PUBLIC_URL: `http://${HOST}:${port}`, ...options.env, PORT: String(port) };
  const spawned = () => spawnNode(script, { ...options, env });
  let child: ChildProcess = spawned();
  await untilReady(address, kind);
  const subject: Subject = {
    kind,
    address,
    pid: () => pidOf(child),
    async restart() {
      await endProcess(child, 'SIGKILL');
      child = spawned();
      await untilReady(address, kind);
    },
    close: () => endProcess(child),
  };
  return subject;
}

export const startBare = async (options: SpawnOptions = {}): Promise<Subject> =>
  start('bare', BARE, options, await freePort());

/** On SQLite. */
export const startBulkhead = (options: SpawnOptions = {}): Promise<Subject> =>
  startServer(options, async (dataDir) => {
    const store = await openSqliteStore(dataDir);
    await settlePeople(store);
    await store.close();
  });

/** @param prepare fills the data directory, which goes with the server */
export async function startServer(
  options: SpawnOptions,
  prepare: (dataDir: string) => Promise<void> = async () => {},
): Promise<Subject> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bulkhead-bench-'));
  await prepare(dataDir);
  const env = { ...UNLIMITED, BULKHEAD_DATA: dataDir, ...options.env };
  const subject = await start('bulkhead', SERVER, { ...options, env }, await freePort());
  return {
    ...subject,
    async close() {
      await subject.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export const SUBJECTS = { bare: startBare, bulkhead: startBulkhead };
