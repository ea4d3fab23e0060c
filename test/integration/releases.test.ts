/** `npm run release -- …`, as the people of a key ceremony type it, each on a machine of their own. */
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runRelease } from '../../tools/release/command-line.ts';
import { openReleaseDesk, type ReleaseDesk, scriptsSaying } from '../support/release-desk.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PASSPHRASE = 'correct horse battery';
const run = promisify(execFile);

let desk: ReleaseDesk;
beforeEach(() => {
  desk = openReleaseDesk();
});
afterEach(() => desk.remove());

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}
const envOf = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  BULKHEAD_DATA: path.join(desk.root, 'data'),
  BULKHEAD_RELEASES: desk.releases,
  BULKHEAD_KEY_PASSPHRASE: PASSPHRASE,
  ...env,
});
/** In this process: what is between the words and the exit code is the same. */
async function releaseWith(given: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const env = envOf(given);
  let [stdout, stderr] = ['', ''];
  const code = await runRelease(args, {
    env,
    root: ROOT,
    say: (line) => {
      stdout += `${line}\n`;
    },
    complain: (line) => {
      stderr += `${line}\n`;
    },
    passphrase: async () => env.BULKHEAD_KEY_PASSPHRASE ?? '',
  });
  return { code, stdout, stderr };
}
const release = (...args: string[]) => releaseWith({}, ...args);
const at = (name: string) => path.join(desk.root, name);
const lines = () => readFileSync(path.join(desk.releases, 'releases.jsonl'), 'utf8');

/** Three people make their keys; whoever publishes keeps the list. */
async function makeKeys(): Promise<string[]> {
  const publicKeys: string[] = [];
  for (const name of ['ada', 'bo', 'cy']) {
    const { stdout } = await release('keygen', '--out', at(`${name}/key.pem`));
    publicKeys.push(stdout.trim());
  }
  writeFileSync(at('keys.json'), JSON.stringify({ threshold: 2, keys: publicKeys }));
  return publicKeys;
}
const signAs = (name: string, file: string) =>
  release('sign', at(file), '--key', at(`${name}/key.pem`), '--from', desk.built);
const publishFile = (file: string) =>
  release('publish', at(file), '--keys', at('keys.json'), '--from', desk.built);

describe('a release, from keys to publication', () => {
  it('[REL-2] takes two of three people, and leaves what is older where it was', async () => {
    const keys = await makeKeys();
    desk.build('1.0.0');
    const built = await release('build', '--from', desk.built, '--out', at('first.json'));
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(built.stdout).toContain('release 1.0.0, sequence 1');

    const signed = await signAs('ada', 'first.json');
    expect(signed.stdout).toContain('The same bytes as in your own build.');
    expect(await publishFile('first.json')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Signed by 1 of the 2 keys'),
    });
    expect(existsSync(desk.releases)).toBe(false);
    expect((await signAs('ada', 'first.json')).stderr).toContain('each key counts once');
    await signAs('cy', 'first.json');
    expect((await publishFile('first.json')).stdout).toContain('published as line 1');

    desk.build('1.1.0');
    await release('build', '--from', desk.built, '--out', at('second.json'));
    await signAs('bo', 'second.json');
    await signAs('cy', 'second.json');
    expect((await publishFile('second.json')).stdout).toContain('published as line 2');

    const first = readFileSync(path.join(desk.releases, '1.0.0/loader.js'), 'utf8');
    expect(first).toBe(scriptsSaying('1.0.0').loader);
    expect(readdirSync(path.join(desk.releases, '1.1.0'))).toContain('loader.js.br');
    const manifest = JSON.parse(readFileSync(path.join(desk.releases, 'manifest.json'), 'utf8'));
    expect(manifest.releases.map(({ version }: { version: string }) => version)).toEqual([
      '1.1.0',
      '1.0.0',
    ]);
    const current = JSON.parse(readFileSync(path.join(desk.releases, 'current.json'), 'utf8'));
    expect(JSON.parse(current.release.statement)).toMatchObject({ version: '1.1.0', sequence: 2 });
    expect(current.kills).toBe(null);

    const checked = await release('check', '--keys', at('keys.json'));
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    const log = await release('log');
    for (const version of ['1.0.0', '1.1.0']) expect(log.stdout).toContain(`release ${version}`);
    // No private key is anywhere but where its person put it.
    expect(`${lines()}${log.stdout}${checked.stdout}`).not.toContain('PRIVATE');
    expect(keys).toHaveLength(3);
  });

  it('[REL-6] kills a version, and everything after it knows', async () => {
    await makeKeys();
    for (const version of ['1.0.0', '1.1.0']) {
      desk.build(version);
      await release('build', '--from', desk.built, '--out', at(`${version}.json`));
      await signAs('ada', `${version}.json`);
      await signAs('bo', `${version}.json`);
      await publishFile(`${version}.json`);
    }
    expect((await release('kill', '9.9.9')).stderr).toContain('Never published: 9.9.9');
    await release('kill', '1.1.0', '--out', at('kills.json'));
    expect((await publishFile('kills.json')).stderr).toContain('Signed by 0 of the 2');
    await signAs('bo', 'kills.json');
    await signAs('cy', 'kills.json');
    expect(await publishFile('kills.json')).toMatchObject({ code: 0, stderr: '' });
    expect(await release('build', '--from', desk.built)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1.1.0 is on the kill list'),
    });

    const again = await release('build', '--published', '1.0.0', '--out', at('again.json'));
    expect(again.stdout).toContain('release 1.0.0, sequence 3');
    expect(again.stdout).toContain('kill list 1');
    await signAs('ada', 'again.json');
    await signAs('cy', 'again.json');
    expect(await publishFile('again.json')).toMatchObject({ code: 0, stderr: '' });
    expect(await release('check', '--keys', at('keys.json'))).toMatchObject({ code: 0 });
  });
});

describe('a private key', () => {
  it('is made where only its owner reads it, encrypted, and never written over', async () => {
    const made = await release('keygen', '--out', at('key.pem'));
    expect(made.stdout).toMatch(/^B[\w-]{86}\n$/);
    expect(statSync(at('key.pem')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('key.pem'), 'utf8')).toContain('ENCRYPTED');
    const before = readFileSync(at('key.pem'), 'utf8');
    expect(await release('keygen', '--out', at('key.pem'))).toMatchObject({ code: 1 });
    expect(readFileSync(at('key.pem'), 'utf8')).toBe(before);
    expect(
      await releaseWith({ BULKHEAD_KEY_PASSPHRASE: 'short' }, 'keygen', '--out', at('other.pem')),
    ).toMatchObject({ code: 1, stderr: expect.stringContaining('at least 12 characters') });
    const plain = await release('keygen', '--plain', '--out', at('plain.pem'));
    expect(plain.code).toBe(0);
    expect(readFileSync(at('plain.pem'), 'utf8')).not.toContain('ENCRYPTED');
  });

  it.each([
    ['data/key.pem'],
    ['releases/key.pem'],
    [path.join(import.meta.dirname, '../../dist/embed/key.pem')],
  ])('is not made in a place of the server’s: %s', async (place) => {
    const file = path.resolve(desk.root, place);
    const refused = await release('keygen', '--out', file);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('place of the server'),
    });
    expect(existsSync(file)).toBe(false);
  });

  it('with a wrong passphrase signs nothing', async () => {
    await makeKeys();
    desk.build('1.0.0');
    await release('build', '--from', desk.built, '--out', at('first.json'));
    const before = readFileSync(at('first.json'), 'utf8');
    const args = ['sign', at('first.json'), '--key', at('ada/key.pem')];
    const refused = await releaseWith({ BULKHEAD_KEY_PASSPHRASE: 'wrong horse battery' }, ...args);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('wrong passphrase') });
    expect(readFileSync(at('first.json'), 'utf8')).toBe(before);
  });
});

describe('the command line', () => {
  it('ends a process with its words and its code', { timeout: 60_000 }, async () => {
    const main = path.join(ROOT, 'tools/release/main.ts');
    const start = (...args: string[]) =>
      run(process.execPath, [main, ...args], { env: { ...process.env, ...envOf() } });
    const { stdout } = await start('keygen', '--out', at('key.pem'));
    expect(stdout).toMatch(/^B[\w-]{86}\n$/);
    await expect(start('keygen', '--out', at('key.pem'))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not overwritten'),
    });
    await expect(start('fly')).rejects.toMatchObject({ code: 64 });
  });

  it.each([
    [[], 64, /Usage/],
    [['help'], 0, /Usage/],
    [['publish'], 1, /FILE is missing/],
    [['publish', 'nowhere.json'], 1, /cannot be read/],
    [['build', '--days', '9999', '--from', '.'], 1, /--days/],
    [['build', '--colour', 'red'], 64, /Unknown option/],
    [['kill'], 1, /VERSION is missing/],
    [['check'], 1, /keys\.json cannot be read/],
  ] as const)('answers %j in words', async (args, code, words) => {
    const ended = await release(...args);
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it('writes the same statement twice when it is told the time', async () => {
    desk.build('1.0.0');
    const env = { SOURCE_DATE_EPOCH: '1795291200' };
    for (const out of ['one.json', 'two.json'])
      await releaseWith(env, 'build', '--from', desk.built, '--out', at(out));
    const one = readFileSync(at('one.json'), 'utf8');
    expect(readFileSync(at('two.json'), 'utf8')).toBe(one);
    expect(one).toContain('2026-11-21T20:00:00Z');
  });

  it('does not sign what is not the signer’s own build', async () => {
    await makeKeys();
    desk.build('1.0.0');
    await release('build', '--from', desk.built, '--out', at('first.json'));
    desk.build('1.0.0', { ...scriptsSaying('1.0.0'), loader: '/* what I built myself */' });
    expect(await signAs('ada', 'first.json')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not the file that the statement names'),
    });
  });
});

describe('[REL-7] npm run release -- check', () => {
  beforeEach(() => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      desk.build(version);
      desk.publish(desk.releaseOf());
    }
    desk.publish(desk.killsOf('1.0.0'));
    writeFileSync(at('keys.json'), JSON.stringify(desk.keys));
  });
  const check = (...args: string[]) => release('check', '--keys', at('keys.json'), ...args);
  const rewrite = (change: (lines: string[]) => string[]) =>
    writeFileSync(
      path.join(desk.releases, 'releases.jsonl'),
      `${change(lines().trimEnd().split('\n')).join('\n')}\n`,
    );

  it('holds what was published', async () => {
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
  });

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    ['an altered line', ([a = '', ...rest]) => [a.replace('1.0.0', '1.0.9'), ...rest], /Line 1/],
    ['a dropped line', ([a = '', , ...rest]) => [a, ...rest], /Line 2/],
    ['swapped lines', ([a = '', b = '', ...rest]) => [b, a, ...rest], /Line 1/],
    ['a cut end', (all) => all.slice(0, -1), /lines are missing/],
    ['everything gone', () => [], /Line 1 .* not JSON/],
  ])('finds %s', async (_what, change, words) => {
    rewrite(change);
    const { code, stderr } = await check();
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  it('finds a line that is cut off, and an end that was cut with all that follows from it', async () => {
    const head = JSON.parse(lines().trim().split('\n').at(-1) ?? '').hash;
    appendFileSync(path.join(desk.releases, 'releases.jsonl'), '{"n":5,');
    expect((await check()).stderr).toMatch(/cut off/);
    rewrite((all) => all.slice(0, 3));
    rmSync(path.join(desk.releases, 'current.json'));
    expect((await check('--head', head)).stderr).toMatch(/cut or rewritten/);
  });

  it('finds an altered file, a missing one, and an altered current.json', async () => {
    writeFileSync(path.join(desk.releases, '1.1.0/loader.js'), '/* skimmer */');
    rmSync(path.join(desk.releases, '1.2.0/loader.js'));
    const file = path.join(desk.releases, 'current.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('1.2.0', '1.1.0'));
    const { code, stderr } = await check();
    expect(code).toBe(1);
    expect(stderr).toMatch(/1\.1\.0\/loader\.js is not the file/);
    expect(stderr).toMatch(/1\.2\.0\/loader\.js is missing/);
    expect(stderr).toMatch(/current\.json is not what/);
  });
});
