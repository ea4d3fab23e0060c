/** `npm run ledger`, `npm run exposure` and the erasure, as an operator types them. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { say, visitorClient } from '../support/clients.ts';
import { removeDataDir, storeEnv, TEST_STORE } from '../support/data-dir.ts';
import { makeDataDir, startServer, type TestServer } from '../support/server.ts';

const run = promisify(execFile);
const at = (name: string) => join(dataDir, name);
let dataDir: string;
let server: TestServer;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}
const command = async (name: string, ...args: string[]): Promise<Ended> =>
  run(process.execPath, [resolve(import.meta.dirname, `../../server/${name}.ts`), ...args], {
    env: { ...process.env, ...(await storeEnv(dataDir)) },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
const ledger = (...args: string[]) => command('ledger-command', ...args);
const exposure = (...args: string[]) => command('exposure-command', ...args);

/** Which store is to be proved. */
const stored = () => (TEST_STORE === 'sqlite' ? ['--data', dataDir] : []);

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer({ dataDir });
  const visitor = await visitorClient(server.url, { session: { identity: { name: 'Vera' } } });
  await say(visitor, 'I am Vera');
  visitor.close();
});
afterAll(async () => {
  await server.close();
  await removeDataDir(dataDir);
});

it('[LEDGER-2] [LEDGER-3] proves an export and a database beside a running server', async () => {
  expect(await ledger('export', at('ledger.jsonl'))).toMatchObject({ code: 0, stderr: '' });
  const head = await ledger('head');
  const { key } = JSON.parse(head.stdout);
  await writeFile(at('heads.jsonl'), head.stdout);
  const checks = ['--heads', at('heads.jsonl'), '--key', key];
  expect(await ledger('verify', ...stored(), ...checks)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^The ledger holds: \d+ lines/),
  });
  expect((await ledger('verify', at('ledger.jsonl'), '--key', 'another')).stderr).toContain(key);

  const lines = await readFile(at('ledger.jsonl'), 'utf8');
  await writeFile(at('cut.jsonl'), lines.split('\n').slice(0, 2).join('\n'));
  const cut = await ledger('verify', at('cut.jsonl'), ...checks);
  expect(cut).toMatchObject({ code: 1, stdout: expect.stringMatching(/^line 3: .*cut off/) });
  expect(await ledger('verify', at('none.jsonl'))).toMatchObject({ code: 1 });
  expect(await ledger('verify', '--data', at('nothing'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not the data directory'),
  });
  if (TEST_STORE === 'sqlite') expect(await ledger('verify')).toMatchObject({ code: 64 });
  expect(await ledger('verify', '--loudly')).toMatchObject({ code: 64 });
}, 60_000);

it('[EXP-1] asks, writes and signs a report that can be checked', async () => {
  const window = ['--from', '2017-09-26T00:00:00Z', '--to', '2100-01-01T00:00:00Z'];
  const files = ['--csv', at('out.csv'), '--sign', at('report.json')];
  const asked = await exposure(...window, '--site', server.site.publicKey, ...files);
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect(asked.stdout).toContain('1 visitors, 1 conversations');
  expect(asked.stdout).toContain('name 1, email 0, messages 1');
  expect((await readFile(at('out.csv'), 'utf8')).split('\r\n')).toHaveLength(3);
  expect(await exposure('check', at('report.json'))).toMatchObject({ code: 0 });
  const report = await readFile(at('report.json'), 'utf8');
  await writeFile(at('report.json'), report.replace('vs_', 'vx_'));
  expect(await exposure('check', at('report.json'))).toMatchObject({ code: 1 });

  expect((await exposure('--from', '2017-09-26', '--to', '2017-10-13')).stderr).toMatch(/is a day/);
  expect((await exposure('--from', '2017-09-26T00:00:00Z')).stderr).toMatch(/--to is missing/);
  expect((await exposure(...window, '--agent', 'nobody@b.c')).stderr).toMatch(/^agent_unknown/);
  expect(await exposure()).toMatchObject({ code: 64 });
}, 60_000);

it('[LEDGER-4] erases a visitor while the server runs', async () => {
  const { id } = await server.app.store.db
    .selectFrom('visitors')
    .select('id')
    .executeTakeFirstOrThrow();
  expect(await command('admin', 'visitor', 'erase', id)).toMatchObject({ code: 0, stderr: '' });
  const entries = await server.app.store.db.selectFrom('entries').selectAll().execute();
  expect(JSON.stringify(entries)).not.toContain('Vera');
  expect((await ledger('verify', ...stored())).code).toBe(0);
  expect((await command('admin', 'visitor', 'erase', 'vs_nobody')).stderr).toContain('no visitor');
}, 60_000);
