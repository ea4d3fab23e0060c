/** Processes of the bench's own, and what they have used as Linux accounts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PRELOAD = path.join(import.meta.dirname, 'collect-on-signal.ts');
/** As the servers are deployed: it shortens a start. */
const COMPILE_CACHE = path.join(tmpdir(), 'bulkhead-bench-compiled');
/** Ten thousand connections, and some. */
const OPEN_FILES = 20_000;

export interface SpawnOptions {
  env?: Readonly<Record<string, string>>;
  /** Before the script, for `node`. */
  flags?: readonly string[];
}

/** The same options of the runtime for all, so that what is compared is compared alike. */
export function spawnNode(script: string, { env, flags = [] }: SpawnOptions = {}): ChildProcess {
  const node = [process.execPath, '--expose-gc', '--max-semi-space-size=8', `--import=${PRELOAD}`];
  const raise = `ulimit -n ${OPEN_FILES} 2>/dev/null || ulimit -n $(ulimit -Hn); exec "$@"`;
  return spawn('sh', ['-c', raise, 'sh', ...node, ...flags, script], {
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/** Ends a process and waits for its end. */
export async function endProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}

export const pidOf = (child: ChildProcess): number => {
  if (child.pid === undefined) throw new Error('the process did not start');
  return child.pid;
};

/** @returns CPU time of a process, all of its threads, user and system, in microseconds. */
export function cpuMicros(pid: number): number {
  let nanos = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
    nanos += Number(stat.split(' ')[0]);
  }
  return nanos / 1000;
}

/** @returns resident memory of a process in KiB. */
export function residentKb(pid: number): number {
  const line = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0);
}

/** On a busy machine the first collection may come late, and frees what the second one gives back. */
const COLLECTIONS = 3;
const COLLECTED_AFTER_MS = 700;

/** Resident memory after full collections, which `collect-on-signal.ts` does. */
export async function settledKb(pid: number): Promise<number> {
  for (let time = 0; time < COLLECTIONS; time++) {
    process.kill(pid, 'SIGUSR2');
    await new Promise((resolve) => setTimeout(resolve, COLLECTED_AFTER_MS));
  }
  return residentKb(pid);
}
