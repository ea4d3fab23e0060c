/**
 * Several server processes as one installation: one database, one Redis, one secret and one public
 * address. Each is a real process with a port and a data directory of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '../../server/config.ts';
import type { Site } from '../../server/sites/sites.ts';
import { openPostgresStore } from '../../server/store/postgres.ts';
import type { PostgresStore } from '../../server/store/store.ts';
import { type AgentSocket, connectAgent, cookieOf, signIn } from './clients.ts';
import { createDatabase, findWhyNoPostgres } from './postgres.ts';
import { findWhyNoRedis, REDIS_URL } from './redis.ts';
import { furnish, makeDataDir } from './server.ts';

/** Under which browsers reach all of them. */
export const PUBLIC_URL = 'http://chat.example';

const MAIN = resolve(import.meta.dirname, '../../server/main.ts');

/** Why no cluster can be started here, or null. */
export const findWhyNoCluster = async (): Promise<string | null> =>
  (await findWhyNoPostgres()) ?? (await findWhyNoRedis());

export interface Member {
  url: string;
  /** As if the power failed: no handler runs. */
  kill(): Promise<void>;
  /** As an operator ends it. @returns the exit code */
  stop(): Promise<number | null>;
  logged(): string;
}

export interface Cluster {
  /** As many as were asked for at the start. */
  members: readonly Member[];
  /** One more, or one in place of another that ended. */
  join(): Promise<Member>;
  /** The database that all of them share. */
  store: PostgresStore;
  databaseUrl: string;
  site: Site;
  close(): Promise<void>;
}

export interface ClusterOptions {
  size?: number;
  redisUrl?: string;
  env?: Environment;
  stripePublishableKey?: string | null;
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { size = 2, redisUrl = REDIS_URL, env = {}, stripePublishableKey = null } = options;
  const database = await createDatabase();
  const store = await openPostgresStore(database.url);
  const { site } = await furnish(store.db, { stripePublishableKey });
  const secret = randomBytes(32).toString('hex');
  const started: { member: Member; dataDir: string }[] = [];

  async function join(): Promise<Member> {
    const dataDir = await makeDataDir();
    const member = await spawnMember({
      PORT: '0',
      PUBLIC_URL,
      BULKHEAD_DATA: dataDir,
      BULKHEAD_SECRET: secret,
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      LOG_LEVEL: 'info',
      LIMIT_VISITOR_REQUESTS_BURST: '1000000',
      ...env,
    });
    started.push({ member, dataDir });
    return member;
  }

  const members: Member[] = [];
  while (members.length < size) members.push(await join());
  return {
    members,
    join,
    store,
    databaseUrl: database.url,
    site,
    async close() {
      await Promise.all(started.map(({ member }) => member.kill()));
      await Promise.all(started.map(({ dataDir }) => rm(dataDir, { recursive: true })));
      await store.close();
      await database.drop();
    },
  };
}

async function spawnMember(env: Environment): Promise<Member> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const url = await addressOf(child, lines);
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    logged: () => lines.join('\n'),
  };
}

/** Its log is kept from its first line to its last. */
function addressOf(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((found, failed) => {
    if (!child.stdout) throw new Error('The server has no output');
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        lines.push(line);
        const { port } = JSON.parse(line);
        if (typeof port === 'number') found(`http://127.0.0.1:${port}`);
      })
      .on('close', () => failed(new Error(`The server ended before it listened: ${lines}`)));
  });
}

/** An agent's console, at whichever process answers. */
export async function agentAt(
  { url }: Member,
  cookie?: string,
): Promise<{ socket: AgentSocket; cookie: string }> {
  const known = cookie ?? cookieOf(await signIn(url, undefined, { origin: PUBLIC_URL }));
  return { socket: await connectAgent(url, { cookie: known, origin: PUBLIC_URL }), cookie: known };
}
