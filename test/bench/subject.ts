/**
 * The two servers under measurement behind one face. Both run as a process of their own; the load is
 * the same topology for both: visitors who each talk in a conversation (a room) of their own, and
 * one watcher who is in every room, so that each message is acked once and delivered twice.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';

export interface Talker {
  /** Resolves with the ack. */
  send(text: string): Promise<void>;
}

export interface Subject {
  name: 'bare' | 'bulkhead';
  pid: number;
  /** An idle connection, as a visitor's chat keeps one. */
  connectIdle(): Promise<void>;
  /** Talkers in rooms of their own, all watched. */
  connectTalkers(count: number): Promise<Talker[]>;
  /** How many deliveries the watcher and the talkers have received so far. */
  delivered(): number;
  close(): Promise<void>;
}

const PRELOAD = path.join(import.meta.dirname, 'collect-on-signal.ts');

/** Starts a server's script and waits for the line or message that `ready` reads a URL from. */
export function spawnServer(script: string, env: Record<string, string>): ChildProcess {
  return spawn(
    process.execPath,
    ['--expose-gc', '--max-semi-space-size=8', `--import=${PRELOAD}`, script],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
}

export function connected(url: string, options: Parameters<typeof io>[1]): Promise<Socket> {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
  });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

/** Ends a server's process and waits for its end. */
export async function endProcess(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

export const pidOf = (child: ChildProcess): number => {
  if (child.pid === undefined) throw new Error('the server did not start');
  return child.pid;
};
