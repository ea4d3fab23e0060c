/** A database server of the test's own, from the installed binaries: ended, crashed, held still. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface OwnProcess {
  start(): Promise<void>;
  isRunning(): boolean;
  /** @returns once it has ended */
  end(signal: NodeJS.Signals): Promise<void>;
  /** It and its children stand still. */
  hold(ms: number): Promise<void>;
}

interface OwnProcessOptions {
  file: string;
  args: readonly string[];
  port: number;
  logFile: string;
  identity?: Identity;
  /** Whether it answers; a port that is open is not enough for everybody. */
  isReady?(): Promise<boolean>;
}

export interface Identity {
  uid: number;
  gid: number;
}

const START_TIMEOUT_MS = 60_000;

/** PostgreSQL does not run as root. @returns `undefined` where we are somebody else already */
export function identityOf(user: string): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}

export function createOwnProcess(options: OwnProcessOptions): OwnProcess {
  const { file, args, port, logFile, identity } = options;
  const isReady = options.isReady ?? (() => answers(port));
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  const isRunning = () => child !== null && child.exitCode === null && child.signalCode === null;

  return {
    isRunning,
    async start() {
      const log = openSync(logFile, 'a');
      const own = spawn(file, args, { stdio: ['ignore', log, log], ...identity });
      child = own;
      ended = new Promise((done) => own.once('exit', () => done()));
      own.on('error', () => {});
      const since = performance.now();
      while (!(await isReady())) {
        if (!isRunning()) throw new Error(`${file} ended at once; see ${logFile}`);
        if (performance.now() - since > START_TIMEOUT_MS) throw new Error(`${file} never answers`);
        await sleep(30);
      }
    },
    async end(name) {
      if (isRunning()) child?.kill(name);
      await ended;
    },
    async hold(ms) {
      if (!child?.pid || !isRunning()) return;
      const pids = [child.pid, ...childrenOf(child.pid)];
      signal(pids, 'SIGSTOP');
      await sleep(ms);
      signal(pids, 'SIGCONT');
    },
  };
}
