/** Servers on their store, behind the proxy, and everything that can be done to them. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../support/random.ts';
import type { Backing, Blow } from './backing.ts';
import { type BadNetwork, createBadNetwork } from './bad-network.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';

const NO_LIMIT = '100000000';
/** Everything comes from one address here. What is to be lifted has one of these names. */
const LIMITS = [
  'LIMIT_SESSIONS_PER_MINUTE',
  'LIMIT_SIGN_IN_TRIES',
  'LIMIT_VISITOR_REQUESTS_PER_SECOND',
  'LIMIT_VISITOR_REQUESTS_BURST',
  'LIMIT_CONNECTIONS_PER_ADDRESS',
  'LIMIT_STRANGERS',
  'LIMIT_STRANGERS_PER_ADDRESS',
  'LIMIT_HANDSHAKES_PER_MINUTE',
  'LIMIT_SITE_REQUESTS',
  'LIMIT_SITE_MESSAGES_PER_SECOND',
  'LIMIT_SITE_SESSIONS_PER_SECOND',
];
const HOUR_MS = 3_600_000;

export interface World {
  base: string;
  proxy: BadNetwork;
  servers: readonly ServerProcess[];
  blows: Readonly<Record<string, Blow>>;
  missing: readonly string[];
  /** Ends of servers, in words, that nobody asked for. */
  complaints(): string[];
  /** Of what the servers have logged. */
  logTail(): string;
  close(): Promise<void>;
}

export interface WorldOptions {
  backing: Backing;
  processes: number;
  random: Random;
  logDir: string;
  imports?: readonly string[];
  env?: Record<string, string>;
}

export async function createWorld(options: WorldOptions): Promise<World> {
  const { backing, processes, random, logDir } = options;
  mkdirSync(logDir, { recursive: true });
  const servers: ServerProcess[] = [];
  const up = () => servers.filter(({ isUp }) => isUp).map(({ port }) => port);
  const proxy = await createBadNetwork(up, random);
  const base = `http://127.0.0.1:${proxy.port}`;
  const complaints: string[] = [];
  const logFile = join(logDir, 'servers.log');

  const env = {
    ...Object.fromEntries(LIMITS.map((name) => [name, NO_LIMIT])),
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    PUBLIC_URL: base,
    ...backing.env,
    ...options.env,
  };
  for (let index = 0; index < processes; index++) {
    const imports = options.imports ?? [];
    servers.push(await createServerProcess({ env, logFile, imports }));
  }
  // The first one migrates.
  for (const server of servers) await server.start();

  const any = (from: Random) => from.pick(servers);

  const blows: Record<string, Blow> = {
    async cut(from) {
      const share = from.pick([5, 30, 100]);
      proxy.cut(share);
      return `${share} % within a frame`;
    },
    async delay(from) {
      const [share, ms] = [from.pick([20, 60, 100]), from.between(50, 1_200)];
      proxy.delay(share, ms);
      return `${share} % by ${ms} ms`;
    },
    async drop(from) {
      const [share, ms] = [from.pick([5, 20, 50]), from.between(200, 3_000)];
      proxy.swallow(share, ms);
      return `${share} % swallowed for ${ms} ms, then dead`;
    },
    async late(from) {
      const [share, gather, late] = [
        from.pick([10, 30, 60]),
        from.between(5, 80),
        from.between(100, 2_000),
      ];
      proxy.late(share, gather, late);
      return `${share} % of the connections arrive ${late} ms after their successors`;
    },
    async kill(from) {
      const server = any(from);
      const downMs = from.between(0, 600);
      await server.kill();
      await sleep(downMs);
      await server.start();
      return `SIGKILL, down for ${downMs} ms`;
    },
    async stop(from) {
      const server = any(from);
      const code = await server.stop();
      if (code !== 0) complaints.push(`a server that was asked to end ended with ${code}`);
      await server.start();
      return `SIGTERM, ended with ${code}`;
    },
    async freeze(from) {
      const ms = from.between(100, 1_500);
      await any(from).pause(ms);
      return `a server stands still for ${ms} ms`;
    },
    async clock(from) {
      const hours = from.pick([-9, -3, -1, 0, 1, 5, 11]);
      const server = any(from);
      server.shiftClock(hours * HOUR_MS);
      return `${hours} h against the world`;
    },
    ...backing.blows,
  };

  return {
    base,
    proxy,
    servers,
    blows,
    missing: backing.missing,
    complaints: () => [...complaints, ...servers.flatMap(({ ownEnds }) => ownEnds)],
    logTail: () => readFileSync(logFile, 'utf8').slice(-6_000),
    async close() {
      await proxy.close();
      for (const server of servers) await server.kill();
      await backing.close();
    },
  };
}
