/**
 * Several server processes as one installation: one database, one Redis, one secret and one public
 * address. Each is a real process with a port and a data directory of its own.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Environment } from '../../server/config.ts';
import type { Site } from '../../server/sites/sites.ts';
import { openPostgresStore } from '../../server/store/postgres.ts';
import type { PostgresStore } from '../../server/store/store.ts';
import { type AgentSocket, connectAgent, cookieOf, signIn } from './clients.ts';
import { createDatabase, findWhyNoPostgres } from './postgres.ts';
import { findWhyNoRedis, REDIS_URL } from './redis.ts';
import { furnish, makeDataDir } from './server.ts';
import { type ServerProcess, spawnMain } from './server-process.ts';

/** Under which browsers reach all of them. */
export const PUBLIC_URL = 'http://chat.example';

/** For vitest: processes of their own take their time where the machine has other work. */
export const UNHURRIED = { testTimeout: 120_000, hookTimeout: 120_000 };
/** How long to wait, and how often to look, for what goes from one process to another. */
export const PATIENCE = { timeout: 30_000, interval: 20 };

/** Why no cluster can be started here, or null. */
export const findWhyNoCluster = async (): Promise<string | null> =>
  (await findWhyNoPostgres()) ?? (await findWhyNoRedis());

export type Member = ServerProcess;

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

/** A cluster of two. */
export interface Pair extends Cluster {
  a: Member;
  b: Member;
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
    const own: Environment = {
      PUBLIC_URL,
      BULKHEAD_DATA: dataDir,
      BULKHEAD_SECRET: secret,
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      LIMIT_VISITOR_REQUESTS_BURST: '1000000',
      ...env,
    };
    const member = await spawnMain(own, ({ port }) =>
      port === undefined ? undefined : `http://127.0.0.1:${port}`,
    );
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

export async function startPair(options: Omit<ClusterOptions, 'size'> = {}): Promise<Pair> {
  const cluster = await startCluster({ ...options, size: 2 });
  const [a, b] = cluster.members as [Member, Member];
  return { ...cluster, a, b };
}

/** An agent's console, at whichever process answers. */
export async function agentAt(
  { url }: Member,
  cookie?: string,
): Promise<{ socket: AgentSocket; cookie: string }> {
  const known = cookie ?? cookieOf(await signIn(url, undefined, { origin: PUBLIC_URL }));
  return { socket: await connectAgent(url, { cookie: known, origin: PUBLIC_URL }), cookie: known };
}
