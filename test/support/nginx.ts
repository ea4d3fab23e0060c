/** The installed nginx with the project's own `deploy/nginx.conf`, on a free port. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.ts';

const CONFIG = resolve(import.meta.dirname, '../../deploy/nginx.conf');

/** Why there is none, or null. */
export const findWhyNoNginx = (): string | null =>
  spawnSync('nginx', ['-v']).status === 0 ? null : 'no nginx is installed';

export interface Nginx {
  url: string;
  close(): Promise<void>;
}

/** @param processes two, as the configuration has them */
export async function startNginx(processes: readonly string[]): Promise<Nginx> {
  const dir = await mkdtemp(join(tmpdir(), 'bulkhead-nginx-'));
  const port = await freePort();
  let config = await readFile(CONFIG, 'utf8');
  for (const [index, url] of processes.entries()) {
    config = config.replaceAll(`chat-${index + 1}:4000`, new URL(url).host);
  }
  config = config
    .replace('listen 80 backlog=4096;', `listen 127.0.0.1:${port} backlog=4096;`)
    .replace('worker_processes auto;', 'worker_processes 1;')
    .replace('worker_connections 20000;', 'worker_connections 500;')
    .replace(
      'http {',
      `http {\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${dir}/${kind};`).join('\n')}`,
    );
  const file = join(dir, 'nginx.conf');
  await writeFile(file, config);
  const given = ['-p', dir, '-c', file, '-e', join(dir, 'error.log')];
  const child = spawn('nginx', [...given, '-g', `daemon off; pid ${dir}/nginx.pid;`], {
    stdio: 'inherit',
  });
  const ended = new Promise((done) => child.once('exit', done));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const isUp = await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    if (child.exitCode !== null || tries > 500) throw new Error('nginx did not start');
    await new Promise((next) => setTimeout(next, 20));
  }
  return {
    url,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
