/** The machine's Redis, and private ones that a test may end and start again as it likes. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

export const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

/** Why there is no Redis here, or null. Suites that need one say it and are skipped. */
export async function findWhyNoRedis(url = REDIS_URL): Promise<string | null> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
    return null;
  } catch (error) {
    return `no Redis at ${new URL(url).host}: ${String(error)}`;
  } finally {
    client.disconnect();
  }
}

/** Why no private one can be started, or null. */
export const findWhyNoRedisServer = (): string | null =>
  spawnSync('redis-server', ['--version']).status === 0 ? null : 'no redis-server is installed';

export interface PrivateRedis {
  url: string;
  port: number;
  /** As if the power failed. Nothing is kept. */
  kill(): Promise<void>;
  /** Again, on the same port, empty. */
  start(): Promise<void>;
  /** Its connections stay open and nothing is answered. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** @param password without which it answers nothing */
export async function startRedis(password?: string): Promise<PrivateRedis> {
  const port = await freePort();
  const url = `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}`;
  const dir = await mkdtemp(join(tmpdir(), 'bulkhead-redis-'));
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const given = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', dir];
    if (password) given.push('--requirepass', password);
    child = spawn('redis-server', given, { stdio: 'ignore' });
    while ((await findWhyNoRedis(url)) !== null) await new Promise((next) => setTimeout(next, 20));
  }

  async function kill(): Promise<void> {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    running.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url,
    port,
    kill,
    start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async close() {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
