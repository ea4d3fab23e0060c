/** `npm run admin -- …`, as an operator types it. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Environment } from '../../server/config.ts';
import { makeDataDir, removeDataDir, storeEnv } from '../support/data-dir.ts';

const ADMIN = resolve(import.meta.dirname, '../../server/admin.ts');
const run = promisify(execFile);
let dataDir: string;
let env: Environment;
beforeAll(async () => {
  dataDir = await makeDataDir();
  env = await storeEnv(dataDir);
});
afterAll(() => removeDataDir(dataDir));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}
const admin = (...args: string[]): Promise<Ended> =>
  run(process.execPath, [ADMIN, ...args], { env: { ...process.env, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );

it('makes, changes and lists sites and agents', async () => {
  const created = await admin(
    ...['site', 'create', '--name', 'Lantern shop', '--origin', 'https://shop.example'],
    ...['--origin', 'https://www.shop.example/', '--stripe-key', 'pk_test_1'],
  );
  expect(created).toMatchObject({ code: 0, stderr: '' });
  const key = /site_[\w-]+/.exec(created.stdout)?.[0] ?? '';
  const updated = await admin('site', 'update', key, '--name', 'Lamp shop', '--stripe-key', '');
  expect(updated.code).toBe(0);
  const { stdout } = await admin('site', 'list');
  expect(stdout).toBe(`${key}  Lamp shop  https://shop.example https://www.shop.example\n`);

  const agent = await admin('agent', 'create', '--email', 'Ada@Chat.Example', '--name', 'Ada');
  expect(agent.stdout).toMatch(/^ada@chat\.example {2}Ada {2}owner {2}password: [\w-]{20}\n$/);
  expect((await admin('agent', 'list')).stdout).toBe('ada@chat.example  Ada  owner\n');
  const renewed = await admin('agent', 'password', '--email', 'ada@chat.example');
  expect(renewed.stdout).toMatch(/password: /);
}, 30_000);

it('[PAY-8] [PAY-11] sets roles, policies and who mints', async () => {
  const created = await admin('site', 'create', '--name', 'x', '--origin', 'https://a.example');
  const key = /site_[\w-]+/.exec(created.stdout)?.[0] ?? '';
  const update = (...args: string[]) => admin('site', 'update', key, ...args);
  const minted = await update('--minting', 'merchant', '--merchant-url', 'https://a.example/pay');
  expect(minted.stdout).toMatch(
    /merchant https:\/\/a\.example\/pay\nmerchant secret: bhms_[\w-]{43}\n$/,
  );
  expect((await update('--minting', 'merchant')).stdout).not.toMatch(/secret/);
  expect((await update('--minting', 'connect', '--stripe-account', 'acct_1')).stdout).toMatch(
    /connect acct_1\n$/,
  );
  expect((await update('--merchant-url', 'http://a.example/pay')).stdout).not.toMatch(/secret/);
  expect(await update('--minting', 'merchant')).toMatchObject({ code: 1 });

  const file = join(dataDir, 'policy.json');
  await writeFile(file, '{"currencies": {"EUR": {"approvalAboveMinor": 50000}}}');
  expect((await admin('site', 'policy', key, '--file', file)).stdout).toBe(
    '{"currencies":{"EUR":{"approvalAboveMinor":50000}}}\n',
  );
  await writeFile(file, '{"currencies": {"EUR": {"approvalAbove": 50000}}}');
  expect(await admin('site', 'policy', key, '--file', file)).toMatchObject({ code: 1 });

  const person = ['--email', 'bo@chat.example'];
  await admin('agent', 'create', ...person, '--name', 'Bo', '--role', 'viewer');
  expect((await admin('agent', 'role', ...person, '--role', 'admin')).stdout).toBe(
    'bo@chat.example  admin\n',
  );
  expect((await admin('agent', 'role', ...person, '--role', 'boss')).stderr).toMatch(
    /owner, admin/,
  );
}, 60_000);

it.each([
  [['site', 'create', '--name', 'x'], 1, /--origin is missing/],
  [['site', 'create', '--name', 'x', '--origin', 'shop.example'], 1, /is not an origin/],
  [['site', 'create', '--name', 'x', '--origin', 'https://a.b', '--stripe-key', 'sk_1'], 1, /pk_/],
  [['site', 'tag', 'site_none'], 1, /There is no site site_none/],
  [['agent', 'create', '--email', 'a@b.c', '--name', 'A', '--password', 'x'], 1, /10 to 200/],
  [['agent', 'password', '--email', 'nobody@b.c'], 1, /There is no agent/],
  [['site', 'destroy'], 64, /Usage/],
  [['site', 'list', '--force'], 64, /Usage/],
  [[], 64, /Usage/],
] as const)(
  '%j fails with %i and words',
  async (args, code, words) => {
    const ended = await admin(...args);
    expect([ended.code, `${ended.stdout}${ended.stderr}`]).toEqual([
      code,
      expect.stringMatching(words),
    ]);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  },
  30_000,
);

it('prints its usage when it is asked', async () => {
  expect(await admin('help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('site tag'),
  });
}, 30_000);

it('[REPORT-3] sets where a site hears of incidents, and shows the secret once', async () => {
  const created = await admin('site', 'create', '--name', 'x', '--origin', 'https://c.example');
  const key = /site_[\w-]+/.exec(created.stdout)?.[0] ?? '';
  const update = (...args: string[]) => admin('site', 'update', key, ...args);
  const set = await update('--alert-url', 'https://c.example/a', '--alert-email', 'it@c.example');
  expect(set).toMatchObject({ code: 0, stderr: '' });
  expect(set.stdout).toMatch(/alert secret: bhas_[\w-]{43}\n/);
  expect(set.stdout).toContain('SMTP_URL is not set here');
  expect((await update('--alert-url', 'https://c.example/a')).stdout).not.toContain('secret');
  const refused = await update('--alert-url', 'http://10.0.0.7/a');
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('not an https:// address');
  expect((await update('--alert-email', 'a@x.example\nBcc: b@y.example')).code).toBe(1);
}, 60_000);
