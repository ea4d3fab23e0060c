/** PostgreSQL and Redis of the test's own, each reached through a network that can be cut. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresStore } from '../../../server/store/postgres.ts';
import { freePort } from '../../support/free-port.ts';
import type { Random } from '../../support/random.ts';
import type { Backing, Blow } from './backing.ts';
import { type BadNetwork, createBadNetwork } from './bad-network.ts';
import { furnishTorture } from './furnishing.ts';
import { findPostgres, startOwnPostgres } from './own-postgres.ts';
import { createOwnProcess, type OwnProcess } from './own-process.ts';
import { createSmallDisk } from './small-disk.ts';

const SECRET = 'the same secret for every process of a torture';
const BASE_MB = 700;
const BYTES_PER_MESSAGE = 4_000;

/** Why it cannot be here, or null. */
export function findWhyNoPostgresAndRedis(): string | null {
  if (findPostgres() === null) return 'no PostgreSQL is installed';
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'no redis-server is installed';
  }
}

async function startRedis(logDir: string): Promise<OwnProcess & { port: number }> {
  const port = await freePort();
  const own = createOwnProcess({
    file: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    port,
    logFile: join(logDir, 'redis.log'),
  });
  await own.start();
  return { ...own, port };
}

/** What befalls any server that is reached over a network. */
function blowsOf(name: string, own: OwnProcess, network: BadNetwork): Record<string, Blow> {
  return {
    async [`${name}-pause`](random) {
      const ms = random.between(100, 2_500);
      await own.hold(ms);
      return `stands still for ${ms} ms`;
    },
    async [`${name}-cut`](random) {
      const [ms, isSilent] = [random.between(100, 2_500), random.below(2) === 0];
      if (isSilent) network.swallow(100, ms);
      else network.shut();
      await sleep(ms);
      network.open();
      return isSilent ? `swallowed for ${ms} ms` : `out of reach for ${ms} ms`;
    },
  };
}

async function again(own: OwnProcess, how: NodeJS.Signals, ms: number): Promise<string> {
  await own.end(how);
  await sleep(ms);
  await own.start();
  return `${how}, away for ${ms} ms`;
}

export interface PostgresBackingOptions {
  messages: number;
  random: Random;
  logDir: string;
}

export async function createPostgresBacking(options: PostgresBackingOptions): Promise<Backing> {
  const { messages, random, logDir } = options;
  const disk = createSmallDisk(BASE_MB + Math.ceil((messages * BYTES_PER_MESSAGE) / 1e6));
  const postgres = await startOwnPostgres(disk, logDir);
  const redis = await startRedis(logDir);
  const toPostgres = await createBadNetwork(() => [postgres.port], random);
  const toRedis = await createBadNetwork(() => [redis.port], random);
  const store = await openPostgresStore(postgres.urlAt(postgres.port));
  await furnishTorture(store.db);
  await store.close();

  /** A full disk may end it: then an operator makes room and starts it again. */
  async function fillDisk(from: Random): Promise<string> {
    const ms = from.between(300, 1_500);
    await disk.fill();
    await sleep(ms);
    await disk.empty();
    const hasEnded = !postgres.isRunning();
    if (hasEnded) await postgres.start();
    return `full for ${ms} ms${hasEnded ? ', and it ended' : ''}`;
  }

  return {
    env: {
      DATABASE_URL: postgres.urlAt(toPostgres.port),
      REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
      BULKHEAD_SECRET: SECRET,
      BULKHEAD_DATA: join(disk.path, 'data'),
    },
    blows: {
      'postgres-restart': (from) => again(postgres, 'SIGINT', from.between(0, 1_000)),
      'postgres-crash': (from) => again(postgres, 'SIGQUIT', from.between(0, 1_000)),
      ...blowsOf('postgres', postgres, toPostgres),
      'redis-crash': (from) => again(redis, 'SIGKILL', from.between(0, 1_000)),
      'redis-restart': (from) => again(redis, 'SIGTERM', from.between(0, 1_000)),
      ...blowsOf('redis', redis, toRedis),
      ...(disk.whyNot === null && { 'disk-full': fillDisk }),
    },
    missing: disk.whyNot === null ? [] : [`disk-full: ${disk.whyNot}`],
    async close() {
      await toPostgres.close();
      await toRedis.close();
      await redis.end('SIGKILL');
      await postgres.end('SIGQUIT');
      disk.close();
    },
  };
}
