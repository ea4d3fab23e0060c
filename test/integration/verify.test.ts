/** `npm run verify` against real servers: what holds, how it fetches, and the command itself. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Check } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Report } from '../../tools/verify/report.ts';
import { BOOTSTRAP_FILE } from '../support/signed-releases.ts';

import { bad, codes, page, startVerifyWorld, type VerifyWorld } from './verify-world.ts';

let world: VerifyWorld;
beforeEach(async () => {
  world = await startVerifyWorld();
});
afterEach(() => world.close());

describe('a page on which all holds', () => {
  it('says so of a pinned tag, and what was checked', async () => {
    world.showPage(page(world.pinnedTag()));
    const report = await world.check();
    expect(bad(report)).toEqual([]);
    expect(report.verdict).toBe('holds');
    expect(codes(report)).toEqual(
      expect.arrayContaining([
        ...['integrity_strong', 'file_matches', 'release_logged', 'release_in_force'],
        ...['log_chained', 'log_signed', 'current_verified', 'loader_pins'],
      ]),
    );
    expect(report.tags).toMatchObject([{ kind: 'pinned', release: { version: '1.1.0' } }]);
  });

  it('says so of a signed tag', async () => {
    world.showPage(page(world.signedTag()));
    const report = await world.check();
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toEqual(
      expect.arrayContaining(['keys_match', 'threshold_good', 'current_verified', 'loader_pins']),
    );
    expect(report.tags).toMatchObject([
      { kind: 'signed', threshold: 2, release: { version: '1.1.0' } },
    ]);
  });

  it('takes the keys of a signed tag where none were given', async () => {
    world.showPage(page(world.signedTag()));
    const report = await world.check({ keys: null });
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toContain('log_signed');
  });

  it('says that no signature was checked where a pinned tag came without keys', async () => {
    world.showPage(page(world.pinnedTag()));
    const report = await world.check({ keys: null });
    expect(report.verdict).toBe('holds');
    expect(codes(report)).toContain('keys_unknown');
    expect(codes(report)).not.toContain('log_signed');
  });

  it('sends no cookie, no referrer, and asks for nothing but what it names', async () => {
    world.showPage(page(world.signedTag()), { 'set-cookie': 'session=secret' });
    await world.check();
    const all = [...world.shop.asked, ...world.server.asked];
    expect(all.filter(({ headers }) => headers.cookie ?? headers.referer)).toEqual([]);
    expect(new Set(all.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('says of an older pinned release that there is a newer one', async () => {
    world.showPage(page(world.pinnedTag('1.0.0')));
    const report = await world.check();
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toContain('release_outdated');
  });
});

describe('fetching', () => {
  it('follows redirects, and no more than a few', async () => {
    world.showPage(page(world.pinnedTag()));
    const home = world.shop.answers.get('/') ?? {};
    world.shop.answers.set('/', { status: 302, headers: { location: '/en/' } });
    world.shop.answers.set('/en/', home);
    const report = await world.check();
    expect(bad(report)).toEqual([]);
    expect(report.finalUrl).toBe(`${world.shop.url}/en/`);
    world.shop.answers.set('/', { status: 302, headers: { location: '/' } });
    expect(await world.check()).toMatchObject({ verdict: 'unchecked' });
    expect(bad(await world.check())).toEqual(['page_unreachable']);
    world.shop.answers.set('/', { status: 302, headers: { location: 'file:///etc/passwd' } });
    expect(bad(await world.check())).toEqual(['page_unreachable']);
  });

  it.each([
    ['a huge body', () => ({ body: 'x'.repeat(300_000) }), 'page_too_large'],
    [
      'a small body that unfolds',
      () => ({
        headers: { 'content-type': 'text/html', 'content-encoding': 'gzip' },
        body: gzipSync(Buffer.alloc(50_000_000)),
      }),
      'page_too_large',
    ],
    ['no HTML', () => ({ headers: { 'content-type': 'text/plain' }, body: '' }), 'page_not_html'],
    ['an error', () => ({ status: 500 }), 'page_status'],
  ] as const)('is bounded: %s', async (_what, answer, code) => {
    world.shop.answers.set('/', answer());
    const report = await world.check({ limits: { maxBytes: 200_000 } });
    expect([report.verdict, bad(report)]).toEqual(['unchecked', [code]]);
  });

  it('gives up on a server that never answers, and on one that is not there', async () => {
    world.showPage(page(world.pinnedTag()));
    const { url } = world.shop;
    await world.shop.close();
    expect(bad(await world.check({ url: new URL(url) }))).toEqual(['page_unreachable']);
  });
});

describe('an embed address', () => {
  it.each([
    ['/embed/1.1.0/loader.js', ['release_logged', 'loader_pins', 'log_signed']],
    ['/embed/', ['log_signed', 'current_verified', 'loader_pins']],
    [`/embed/${BOOTSTRAP_FILE}`, ['log_signed', 'current_verified', 'loader_pins']],
  ] as const)('%s is checked for itself', async (path, expected) => {
    const report = await world.check({ url: new URL(path, world.server.url) });
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toEqual(expect.arrayContaining([...expected]));
    expect(report.csp.policies).toEqual([]);
  });
});

describe('the command', () => {
  const MAIN = resolve(import.meta.dirname, '../../tools/verify/main.ts');
  const command = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : 0;
        done({ code, stdout, stderr });
      });
    });

  it('ends with 0, 1 or 2, in words and for machines', async () => {
    const keys = join(world.folder, 'keys.json');
    await writeFile(keys, JSON.stringify(world.keyFile));
    world.showPage(page(world.pinnedTag()));
    const good = await command(
      world.shop.url,
      '--keys',
      keys,
      '--state',
      join(world.folder, 'state'),
    );
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/✓ The pinned hash is that of a release in the public log/);
    const json = await command(world.shop.url, '--json');
    expect(Check(Report, JSON.parse(json.stdout))).toBe(true);

    world.showPage(page(world.pinnedTag().replace(/ integrity="[^"]*"/, '')));
    const differs = await command(world.shop.url);
    expect(differs.code).toBe(1);
    expect(differs.stdout).toMatch(/✗ The tag has no `integrity`[\s\S]*→ Paste the tag again/);
    world.shop.answers.clear();
    expect(await command(world.shop.url)).toMatchObject({ code: 2 });
  }, 60_000);

  it.each([
    [[], /Give one address/],
    [['ftp://shop.example'], /not an http/],
    [['http://a.example', '--frobnicate'], /--frobnicate/],
    [['http://a.example', '--keys', '/nowhere'], /cannot be read/],
    [['http://a.example', '--timeout', 'soon'], /--timeout/],
  ] as const)(
    'refuses %j in words',
    async (args, words) => {
      const { code, stderr } = await command(...args);
      expect(code).toBe(64);
      expect(stderr).toMatch(words);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
    60_000,
  );
});
