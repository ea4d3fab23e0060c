/** One server process: started again on the same port, killed, stopped, its clock moved. */

import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../../server/config.ts';
import { freePort } from '../../support/free-port.ts';

const MAIN = resolve(import.meta.dirname, '../../../server/main.ts');
const CLOCK = resolve(import.meta.dirname, 'clock-shift.ts');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

export interface ServerProcess {
  readonly port: number;
  /** Whether it listens, as far as is known. */
  readonly isUp: boolean;
  start(): Promise<void>;
  /** SIGKILL: no handler runs. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit code; null where it had to be killed */
  stop(): Promise<number | null>;
  /** SIGSTOP for that long. */
  pause(ms: number): Promise<void>;
  shiftClock(aheadMs: number): void;
  /** Ends that nobody asked for. */
  readonly ownEnds: readonly string[];
}

interface ServerOptions {
  env: Environment;
  logFile: string;
  /** Another entry, or modules to load before it. */
  imports?: readonly string[];
}

export async function createServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const port = await freePort();
  const ownEnds: string[] = [];
  let child: ChildProcess | null = null;
  let ended: Promise<number | null> = Promise.resolve(null);
  let isUp = false;
  let isWanted = false;
  let aheadMs = 0;

  async function untilReady(): Promise<void> {
    const since = performance.now();
    while (child && child.exitCode === null && child.signalCode === null) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`, {
        signal: AbortSignal.timeout(1_000),
      }).catch(() => null);
      if (answer?.ok) {
        isUp = true;
        return;
      }
      if (performance.now() - since > READY_TIMEOUT_MS) throw new Error('A server is never ready');
      await sleep(20);
    }
  }

  async function start(): Promise<void> {
    isWanted = true;
    const log = openSync(options.logFile, 'a');
    const preloads = [CLOCK, ...(options.imports ?? [])].flatMap((file) => ['--import', file]);
    const own = spawn(process.execPath, [...preloads, MAIN], {
      env: { ...process.env, ...options.env, PORT: String(port) },
      stdio: ['ignore', log, log, 'ipc'],
    });
    child = own;
    own.on('error', () => {});
    ended = new Promise((done) => {
      own.once('exit', (code, signal) => {
        isUp = false;
        if (isWanted) ownEnds.push(`a server ended by itself: ${signal ?? code}`);
        done(code);
      });
    });
    if (aheadMs !== 0) own.send({ aheadMs }, () => {});
    await untilReady();
  }

  return {
    port,
    get isUp() {
      return isUp;
    },
    ownEnds,
    start,
    async kill() {
      isWanted = false;
      isUp = false;
      child?.kill('SIGKILL');
      await ended;
    },
    async stop() {
      isWanted = false;
      isUp = false;
      child?.kill('SIGTERM');
      const late = sleep(STOP_TIMEOUT_MS, 'late' as const, { ref: false });
      const code = await Promise.race([ended, late]);
      if (code !== 'late') return code;
      child?.send('what keeps you?', () => {});
      await sleep(500);
      child?.kill('SIGKILL');
      await ended;
      return null;
    },
    async pause(ms) {
      child?.kill('SIGSTOP');
      await sleep(ms);
      child?.kill('SIGCONT');
    },
    shiftClock(ms) {
      aheadMs = ms;
      child?.send({ aheadMs }, () => {});
    },
  };
}
