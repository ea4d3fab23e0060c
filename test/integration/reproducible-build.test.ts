/**
 * Whoever checks a release builds it again: two builds of the same sources, in two folders, at two
 * times, in two time zones and languages, are the same to the byte.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readManifestFile } from '../../tools/release/directory.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What a build reads. */
const SOURCES = [
  ...['protocol', 'widget', 'console', 'tools'],
  ...['package.json', 'tsconfig.base.json', 'vite.config.ts'],
];
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bulkhead-builds-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { BULKHEAD_VERSION: _version, NODE_ENV: _mode, VITEST: _runner, ...inherited } = process.env;

/** @returns where the embed files are */
async function build(checkout: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const vite = path.join(checkout, 'node_modules/vite/bin/vite.js');
  await run(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: checkout,
    env: { ...inherited, ...env },
  });
  return path.join(checkout, 'dist/embed');
}

async function checkOut(name: string): Promise<string> {
  const checkout = path.join(folder, name);
  for (const source of SOURCES)
    await cp(path.join(ROOT, source), path.join(checkout, source), { recursive: true });
  await symlink(path.join(ROOT, 'node_modules'), path.join(checkout, 'node_modules'));
  return checkout;
}

async function filesIn(dir: string): Promise<Map<string, string>> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => /\.\w+$/.test(name));
  const files = names.filter((name) => /\.(js|json|gz|br)$/.test(name)).sort();
  return new Map(
    await Promise.all(
      files.map(async (name) => [name, await readFile(path.join(dir, name), 'hex')] as const),
    ),
  );
}

it('[REL-2] two builds in two folders are the same to the byte', { timeout: 480_000 }, async () => {
  const first = await build(await checkOut('a'), { TZ: 'UTC', LANG: 'C' });
  const { releases, bootstrap } = readManifestFile(first);
  const version = releases[0]?.version ?? '';
  const second = await build(await checkOut('a-folder/with a longer name'), {
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
    BULKHEAD_VERSION: version,
  });
  const files = await filesIn(first);
  expect(await filesIn(second)).toEqual(files);

  const scripts = [...files.keys()].filter((name) => name.endsWith('.js'));
  expect(scripts).toHaveLength(4);
  expect(scripts).toContain(bootstrap?.file);
  expect(scripts).toContain(`${version}/loader.js`);
  for (const name of scripts) {
    const code = Buffer.from(files.get(name) ?? '', 'hex').toString('utf8');
    expect(code).not.toContain(folder);
    expect(code).not.toContain(ROOT);
    // What is the same for every vendor and every release holds nothing of either.
    if (name === bootstrap?.file) {
      expect(code).not.toContain(version);
      expect(code).not.toMatch(/\bB[A-Za-z0-9_-]{86}\b/);
      expect(code).not.toMatch(/https?:\/\//);
    }
  }
});

it('[REL-3] the bootstrap is the one that merchants’ signed tags have pinned', async () => {
  const { bootstrap } = readManifestFile(path.join(folder, 'a/dist/embed'));
  const pinned = await readFile(path.join(ROOT, 'widget/bootstrap/bootstrap.sha384'), 'utf8');
  // Where this is meant, write the new hash there: it is a new tag for every merchant.
  expect(bootstrap?.sha384).toBe(pinned.trim());
});

it('would see a source that differs by one word', { timeout: 480_000 }, async () => {
  const checkout = path.join(folder, 'a');
  const before = readManifestFile(path.join(checkout, 'dist/embed'));
  const texts = path.join(checkout, 'widget/loader/texts.ts');
  await writeFile(texts, (await readFile(texts, 'utf8')).replace('Open chat', 'Open the chat'));
  const after = readManifestFile(await build(checkout));
  expect(after.releases[0]?.version).not.toBe(before.releases[0]?.version);
  expect(after.bootstrap).toEqual(before.bootstrap);
});
