/** `server/main.ts` as a process of its own, which may be ended in every way that one ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '../../server/config.ts';

const MAIN = resolve(import.meta.dirname, '../../server/main.ts');

export interface ServerProcess {
  url: string;
  /** As if the power failed: no handler runs. */
  kill(): Promise<void>;
  /** As an operator ends it. @returns the exit code */
  stop(): Promise<number | null>;
  /** As one that hangs. @returns what makes it go on */
  freeze(): () => void;
  /** Its log, from the first line to the last. */
  logged(): string;
}

/** What a server says of itself once it listens. */
interface Listening {
  url?: string;
  port?: number;
}

/** @param urlIn where a line of its log says that it listens, the address to reach it by */
export async function spawnMain(
  env: Environment,
  urlIn: (line: Listening) => string | undefined = ({ url }) => url,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  return {
    url: await addressOf(child, lines, urlIn),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    freeze() {
      child.kill('SIGSTOP');
      return () => child.kill('SIGCONT');
    },
    logged: () => lines.join('\n'),
  };
}

function addressOf(
  child: ChildProcess,
  lines: string[],
  urlIn: (line: Listening) => string | undefined,
): Promise<string> {
  return new Promise((found, failed) => {
    if (!child.stdout) throw new Error('The server has no output');
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        lines.push(line);
        const url = urlIn(JSON.parse(line));
        if (url !== undefined) found(url);
      })
      .on('close', () => failed(new Error(`The server ended before it listened: ${lines}`)));
  });
}
