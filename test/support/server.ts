/**
 * A real server with a real database in a directory of its own, in this process or as a child, and
 * clients on real sockets. Everything is released by `close()`.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type App, createApp } from '../../server/app.ts';
import { type Config, type Environment, parseConfig } from '../../server/config.ts';
import { createLogger } from '../../server/logger.ts';
import { type Agent, ensureAgent } from '../../server/people/agents.ts';
import { ensureSite, type Site } from '../../server/sites/sites.ts';
import type { Database } from '../../server/store/store.ts';
import { type Clock, systemRandom } from '../../server/world.ts';
import { makeDataDir, openTestStore, removeDataDir, storeEnv } from './data-dir.ts';
import { type ServerProcess, spawnMain } from './server-process.ts';

export { makeDataDir } from './data-dir.ts';

export const SITE_KEY = 'site_testing0';
export const SHOP_ORIGIN = 'https://shop.example';
export const AGENT = { email: 'ada@chat.example', name: 'Ada', password: 'correct horse battery' };
/** Quick enough for a test; the real cost is tested once, in passwords.test.ts. */
const PASSWORD_COST = { N: 2 ** 10, r: 8, p: 1 };

/** A clock that tests may move forward. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}
export function testClock(): TestClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}

/** The connection itself, for what only SQLite can be asked. */
export function sqliteOf({ store }: Pick<App, 'store'>): DatabaseSync {
  if (store.kind !== 'sqlite') throw new Error('This test is about SQLite itself');
  return store.sqlite;
}

interface Furnishing {
  stripePublishableKey?: string | null;
}

/** The site and the agent that tests use; made again without harm. */
export async function furnish(
  db: Database,
  { stripePublishableKey = null }: Furnishing = {},
): Promise<{ site: Site; agent: Agent }> {
  const maker = { db, random: systemRandom, now: Date.now() };
  const site = await ensureSite(maker, {
    publicKey: SITE_KEY,
    name: 'Lantern shop',
    allowedOrigins: [SHOP_ORIGIN],
    stripePublishableKey,
  });
  const agent = await ensureAgent(maker, { ...AGENT, passwordCost: PASSWORD_COST });
  return { site, agent };
}

export interface ServerOverrides extends Furnishing {
  env?: Environment;
  config?: Partial<Config>;
  clock?: Clock;
  /** Kept after `close()` when it is given, with the database that belongs to it. */
  dataDir?: string;
}

export interface TestServer {
  url: string;
  app: App;
  site: Site;
  agent: Agent;
  dataDir: string;
  /** Everything logged so far, one JSON object a line. */
  logged(): string;
  close(): Promise<void>;
}

export async function startServer(overrides: ServerOverrides = {}): Promise<TestServer> {
  const dataDir = overrides.dataDir ?? (await makeDataDir());
  const own = await storeEnv(dataDir);
  const env = { PORT: '0', ...own, LOG_LEVEL: 'debug', ...overrides.env };
  const config = { ...parseConfig(env), ...overrides.config };
  let lines = '';
  const logger = createLogger(config.logLevel, {
    write(line) {
      lines += line;
    },
  });
  const { clock } = overrides;
  const app = await createApp({ config, logger, ...(clock && { clock }) });
  const furniture = await furnish(app.store.db, overrides);
  const { url } = await app.listen();
  return {
    ...furniture,
    url,
    app,
    dataDir,
    logged: () => lines,
    async close() {
      await app.close();
      if (overrides.dataDir === undefined) await removeDataDir(dataDir);
    },
  };
}

/** Starts `server/main.ts` as a child on a furnished data directory. */
export async function spawnServer(dataDir: string, env: Environment = {}): Promise<ServerProcess> {
  const store = await openTestStore(dataDir);
  await furnish(store.db);
  await store.close();
  return spawnMain({ ...(await storeEnv(dataDir)), ...env });
}
