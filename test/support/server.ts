/**
 * A real server with a real database in a directory of its own, in this process or as a child, and
 * clients on real sockets. Everything is released by `close()`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { DatabaseSync } from 'node:sqlite';
import { type App, createApp } from '../../server/app.ts';
import { type Config, type Environment, parseConfig } from '../../server/config.ts';
import { type Clock, systemRandom } from '../../server/deps.ts';
import { createLogger } from '../../server/logger.ts';
import { type Agent, ensureAgent } from '../../server/people/agents.ts';
import { ensureSite, type Site } from '../../server/sites/sites.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import type { Database } from '../../server/store/store.ts';

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
export const sqliteOf = ({ store }: Pick<App, 'store'>): DatabaseSync => store.sqlite;

export const makeDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'bulkhead-test-'));

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
  /** Kept after `close()` when it is given. */
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
  const env = { PORT: '0', BULKHEAD_DATA: dataDir, LOG_LEVEL: 'debug', ...overrides.env };
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
      if (overrides.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface SpawnedServer {
  url: string;
  /** As if the power failed: no handler runs. */
  kill(): Promise<void>;
  /** As an operator ends it. @returns the exit code */
  stop(): Promise<number | null>;
}

const MAIN = resolve(import.meta.dirname, '../../server/main.ts');

/** Starts `server/main.ts` as a child on a furnished data directory. */
export async function spawnServer(dataDir: string, env: Environment = {}): Promise<SpawnedServer> {
  const store = await openSqliteStore(dataDir);
  await furnish(store.db);
  await store.close();
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: '0', BULKHEAD_DATA: dataDir, LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressOf(child);
  const ended = new Promise<number | null>((done) => child.once('exit', done));
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
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The server has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line);
    if (typeof url !== 'string') continue;
    child.stdout.resume();
    return url;
  }
  throw new Error('The server ended before it listened');
}
