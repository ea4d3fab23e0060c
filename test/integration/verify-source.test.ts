/**
 * `--source`: the source is built in a copy, and what is served has to be the same to the byte. First
 * with a build of a few lines, whose every way can be tried; then with the real one.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Manifest } from '../../protocol/http.ts';
import { createCheck } from '../../tools/verify/statements.ts';
import { verify } from '../../tools/verify/verify.ts';
import {
  BOOTSTRAP,
  BOOTSTRAP_FILE,
  FILE_NAMES,
  type ReleaseWorld,
  signStatement,
  startReleaseWorld,
  statementOf,
} from '../support/signed-releases.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let world: ReleaseWorld;
let source: string;
/** Where copies are made, so that no other run's are seen. */
let temporary: string;
const { TMPDIR } = process.env;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'bulkhead-tmp-'));
  process.env.TMPDIR = temporary;
  world = await startReleaseWorld();
  source = await mkdtemp(join(tmpdir(), 'bulkhead-source-'));
});
afterEach(async () => {
  await world.close();
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  await rm(temporary, { recursive: true, force: true });
});

const git = (...args: string[]) =>
  execFileSync('git', ['-C', source, ...args], { encoding: 'utf8' }).trim();
const copies = () => readdirSync(temporary).filter((name) => name.startsWith('bulkhead-rebuild-'));

/** A checkout whose build writes the world's files, `change` among them. */
async function writeSource(change: Record<string, string> = {}): Promise<void> {
  const files = { ...world.scripts['1.1.0'], ...change };
  const build = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    const folder = 'dist/embed/' + process.env.BULKHEAD_VERSION;
    mkdirSync(folder, { recursive: true });
    const files = ${JSON.stringify(files)};
    for (const [name, file] of Object.entries(${JSON.stringify(FILE_NAMES)}))
      writeFileSync(folder + '/' + file, files[name]);
    writeFileSync('dist/embed/${BOOTSTRAP_FILE}', ${JSON.stringify(change.bootstrap ?? BOOTSTRAP)});`;
  await mkdir(join(source, 'node_modules/vite/bin'), { recursive: true });
  await writeFile(join(source, 'node_modules/vite/package.json'), '{"type": "module"}');
  await writeFile(join(source, 'node_modules/vite/bin/vite.js'), build);
}

async function check() {
  const report = await verify({
    url: new URL(world.shop.url),
    keys: world.keyFile,
    source,
    now: new Date('2026-11-21T12:00:00Z'),
  });
  // Whatever happened, no copy is left.
  expect(copies()).toEqual([]);
  return report.findings.filter(({ code }) => code.startsWith('rebuild_'));
}

describe('a local build', () => {
  beforeEach(() => world.showPage(`<!doctype html><title>x</title>${world.signedTag()}`));
  const codes = (findings: { code: string; subject: string }[]) =>
    findings.map(({ code, subject }) => [code, subject]);

  it('that is the same to the byte', async () => {
    await writeSource();
    expect(codes(await check())).toEqual([
      ['rebuild_same', '1.1.0/loader.js'],
      ['rebuild_same', '1.1.0/chat.0123456789.js'],
      ['rebuild_same', '1.1.0/pay.0123456789.js'],
      ['rebuild_same', BOOTSTRAP_FILE],
    ]);
  });

  it('that differs in one byte, though signatures, log and hashes hold', async () => {
    await writeSource({ chat: `${world.scripts['1.1.0']?.chat.slice(0, -1)} ` });
    expect((await check()).find(({ code }) => code === 'rebuild_differs')).toMatchObject({
      subject: '1.1.0/chat.0123456789.js',
      detail: expect.stringMatching(/first difference at 26/),
    });
    await writeSource({ bootstrap: 'another bootstrap' });
    expect(codes(await check())).toContainEqual(['rebuild_differs', BOOTSTRAP_FILE]);
  });

  it('that fails', async () => {
    expect(codes(await check())).toEqual([['rebuild_failed', source]]);
  });

  it('of another commit, or with changes of its own', async () => {
    await writeSource();
    git('init', '-q');
    await writeFile(join(source, '.gitignore'), 'node_modules\n');
    git('add', '.');
    git('-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '-qm', 'x');
    expect(codes(await check())).toContainEqual(['rebuild_other_commit', source]);
    const commit = git('rev-parse', 'HEAD');
    const scripts = world.scripts['1.1.0'];
    if (!scripts) throw new Error('no scripts');
    const statement = statementOf(scripts, { version: '1.1.0', sequence: 3, kills: 1, commit });
    world.entries.push({
      kind: 'release',
      signed: signStatement('release', statement, world.keys),
    });
    world.publish();
    expect((await check()).map(({ code }) => code)).not.toContain('rebuild_other_commit');
    await writeFile(join(source, 'extra.ts'), '');
    expect((await check()).map(({ code }) => code)).toContain('rebuild_dirty');
  });
});

it('of this very source gives what its build is served as', async () => {
  const embed = join(ROOT, 'dist/embed');
  const manifest: unknown = JSON.parse(await readFile(join(embed, 'manifest.json'), 'utf8'));
  if (!createCheck(Manifest)(manifest)) throw new Error('build first');
  const [release] = manifest.releases;
  if (!release || !manifest.bootstrap) throw new Error('nothing was built');
  const { version, files } = release;
  const script = { 'content-type': 'text/javascript' };
  for (const { file } of Object.values(files))
    world.server.answers.set(`/embed/${version}/${file}`, {
      headers: script,
      body: await readFile(join(embed, version, file)),
    });
  const scripts = world.scripts['1.1.0'];
  if (!scripts) throw new Error('no scripts');
  const statement = {
    ...statementOf(scripts, { version, sequence: 3, kills: 1, commit: 'unknown' }),
    files,
  };
  world.entries.push({ kind: 'release', signed: signStatement('release', statement, world.keys) });
  world.publish();
  const tag = `<script async crossorigin integrity="${files.loader?.sha384}" src="${world.server.url}/embed/${version}/loader.js" data-site="site_lantern-shop"></script>`;
  world.showPage(`<!doctype html><title>x</title>${tag}`);
  const report = await verify({ url: new URL(world.shop.url), keys: world.keyFile, source: ROOT });
  const found = report.findings.filter(({ level }) => level === 'problem' || level === 'unknown');
  expect(found).toEqual([]);
  expect(report.findings.filter(({ code }) => code === 'rebuild_same')).toHaveLength(3);
}, 300_000);
