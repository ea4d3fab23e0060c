/** `npm run verify` against real servers: a page and a chat server, each altered as an attacker could. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Check } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Report } from '../../tools/verify/report.ts';
import { type VerifyOptions, verify } from '../../tools/verify/verify.ts';
import {
  BOOTSTRAP_FILE,
  buildScripts,
  chain,
  createSigningKey,
  type ReleaseWorld,
  sha384Of,
  signStatement,
  startReleaseWorld,
  statementOf,
  toLog,
} from '../support/signed-releases.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
let world: ReleaseWorld;
let folder: string;
beforeEach(async () => {
  world = await startReleaseWorld();
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-verify-'));
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const page = (tag: string) => `<!doctype html><title>Shop</title><body>${tag}</body>`;

async function check(options: Partial<VerifyOptions> = {}): Promise<Report> {
  const report = await verify({
    url: new URL(world.shop.url),
    keys: world.keyFile,
    now: NOW,
    ...options,
  });
  expect(Check(Report, report)).toBe(true);
  return report;
}
const bad = ({ findings }: Report) =>
  findings.filter(({ level }) => ['problem', 'unknown'].includes(level)).map(({ code }) => code);
const codes = ({ findings }: Report) => findings.map(({ code }) => code);

describe('a page on which all holds', () => {
  it('says so of a pinned tag, and what was checked', async () => {
    world.showPage(page(world.pinnedTag()));
    const report = await check();
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
    const report = await check();
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
    const report = await check({ keys: null });
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toContain('log_signed');
  });

  it('says that no signature was checked where a pinned tag came without keys', async () => {
    world.showPage(page(world.pinnedTag()));
    const report = await check({ keys: null });
    expect(report.verdict).toBe('holds');
    expect(codes(report)).toContain('keys_unknown');
    expect(codes(report)).not.toContain('log_signed');
  });

  it('sends no cookie, no referrer, and asks for nothing but what it names', async () => {
    world.showPage(page(world.signedTag()), { 'set-cookie': 'session=secret' });
    await check();
    const all = [...world.shop.asked, ...world.server.asked];
    expect(all.filter(({ headers }) => headers.cookie ?? headers.referer)).toEqual([]);
    expect(new Set(all.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('says of an older pinned release that there is a newer one', async () => {
    world.showPage(page(world.pinnedTag('1.0.0')));
    const report = await check();
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toContain('release_outdated');
  });
});

describe('the tag', () => {
  const without = (pattern: RegExp): string => world.pinnedTag().replace(pattern, '');
  it.each([
    ['no tag', (): string => '', ['tag_missing']],
    ['a tag in a comment', () => `<!-- ${world.pinnedTag()} -->`, ['tag_missing']],
    ['a tag in a template', () => `<template>${world.pinnedTag()}</template>`, ['tag_missing']],
    ['no integrity', () => without(/ integrity="[^"]*"/), ['integrity_missing']],
    ['no crossorigin', () => without(/ crossorigin="[^"]*"/), ['crossorigin_missing']],
    ['no site', () => without(/ data-site="[^"]*"/), ['tag_site_invalid']],
    [
      'the hash of another file',
      () => world.pinnedTag().replace(/sha384-[^"]*/, sha384Of('another')),
      ['file_differs', 'release_not_logged'],
    ],
    [
      'a second hash of the same strength',
      () => world.pinnedTag().replace('integrity="', `integrity="${sha384Of('evil')} `),
      ['integrity_alternatives', 'file_differs', 'release_not_logged'],
    ],
    [
      'a hash that no browser knows',
      () => world.pinnedTag().replace('sha384-', 'sha999-'),
      ['integrity_unusable'],
    ],
    [
      'a version of the address that is not the hash’s',
      () => world.pinnedTag('1.0.0').replace('/embed/1.0.0/', '/embed/1.1.0/'),
      ['file_differs', 'release_other_version', 'loader_pins_differ'],
    ],
    ['a module', () => world.pinnedTag('1.1.0', 'type=module'), ['tag_module']],
    ['two different tags', () => world.pinnedTag() + world.pinnedTag('1.0.0'), ['tags_differ']],
    [
      'a key that stands twice',
      () => world.signedTag().replace(`${world.keys[1].name} `, `${world.keys[0].name} `),
      ['keys_duplicate', 'keys_differ', 'current_unsigned', 'current_kills_missing'],
    ],
    [
      'a key that is none',
      () => world.signedTag().replace(world.keys[2].name, `B${'A'.repeat(86)}`),
      ['keys_malformed', 'keys_differ'],
    ],
    [
      'a threshold of none',
      () => world.signedTag().replace('data-threshold="2"', 'data-threshold="0"'),
      ['threshold_invalid'],
    ],
    [
      'keys of somebody else',
      () => world.signedTag().replaceAll(/B[\w-]{86}/g, () => createSigningKey().name),
      ['keys_differ', 'current_unsigned', 'current_kills_missing'],
    ],
  ] as const)('[REL-3] with %s', async (_what, tag, expected) => {
    world.showPage(page(tag()));
    const report = await check();
    expect(report.verdict).toBe('differs');
    expect([...new Set(bad(report))].sort()).toEqual([...expected].sort());
  });

  it('finds the tag in capitals, unquoted, with references, before a comment', async () => {
    const tag = world
      .pinnedTag()
      .replace('<script async', '<SCRIPT ASYNC')
      .replace('data-site', 'DATA-SITE')
      .replaceAll('/embed/', '&#x2F;embed&sol;');
    world.showPage(page(`<textarea><script></textarea>${tag}<!-- x -->`));
    expect(bad(await check())).toEqual([]);
  });

  it('takes a loader for pinned, whatever keys stand beside it', async () => {
    const keys = `data-keys="${world.keyFile.keys.join(' ')}" data-threshold="2"`;
    world.showPage(page(world.pinnedTag('1.0.0', keys)));
    const report = await check();
    expect(report.tags).toMatchObject([{ kind: 'pinned', release: { version: '1.0.0' } }]);
  });

  it('advises more than one signer, and an address for reports', async () => {
    world.showPage(
      page(
        world
          .signedTag()
          .replace('data-threshold="2"', 'data-threshold="1"')
          .replace(/ data-report="[^"]*"/, ''),
      ),
    );
    const report = await check({ keys: null });
    expect(codes(report)).toEqual(
      expect.arrayContaining(['threshold_low', 'report_address_missing']),
    );
  });

  it('notices that a relative address goes by the page’s base', async () => {
    const tag = world.pinnedTag().replace(world.server.url, '');
    world.showPage(`<base href="${world.server.url}/shop/">${page(tag)}`);
    const report = await check();
    expect(bad(report)).toEqual(['tag_src_relative']);
    expect(report.tags[0]?.src).toBe(`${world.server.url}/embed/1.1.0/loader.js`);
  });
});

describe('[REL-1] what the server serves', () => {
  it.each(['loader.js', 'chat.0123456789.js', 'pay.0123456789.js'])('altered: %s', async (file) => {
    world.showPage(page(world.signedTag()));
    world.server.answers.set(`/embed/1.1.0/${file}`, { body: 'altered' });
    expect(bad(await check())).toContain('file_differs');
  });

  it('altered: the bootstrap', async () => {
    world.showPage(page(world.signedTag()));
    world.server.answers.set(`/embed/${BOOTSTRAP_FILE}`, { body: 'altered' });
    expect(bad(await check())).toEqual(['file_differs']);
  });

  it('gone, and without CORS', async () => {
    world.showPage(page(world.pinnedTag()));
    world.server.answers.delete('/embed/1.1.0/chat.0123456789.js');
    world.server.answers.set('/embed/1.1.0/loader.js', {
      headers: { 'access-control-allow-origin': 'https://other.example' },
      body: world.scripts['1.1.0']?.loader ?? '',
    });
    expect(bad(await check())).toEqual(['file_no_cors', 'file_gone']);
  });

  it('a loader, signed as it is, that pins something else', async () => {
    const scripts = { ...buildScripts('1.2.0'), chat: 'another chat' };
    world.scripts['1.2.0'] = scripts;
    const statement = statementOf(scripts, { version: '1.2.0', sequence: 3, kills: 1 });
    world.entries.push({
      kind: 'release',
      signed: signStatement('release', statement, world.keys.slice(0, 2)),
    });
    world.publish();
    world.showPage(page(world.signedTag()));
    expect(bad(await check())).toEqual(['loader_pins_differ']);
  });
});

describe('[REL-7] the public log', () => {
  beforeEach(() => world.showPage(page(world.pinnedTag())));
  const lines = () => chain(world.entries);

  it.each([
    [
      'a line that was altered',
      () => toLog(lines()).replace('2026-11-01', '2026-10-01'),
      'log_broken',
    ],
    ['a line that was dropped', () => toLog(lines().toSpliced(0, 1)), 'log_broken'],
    [
      'two lines that were swapped',
      () => toLog([1, 0, 2].flatMap((index) => lines()[index] ?? [])),
      'log_broken',
    ],
    ['a line that is none', () => `${toLog(lines())}{}\n`, 'log_unreadable'],
    ['a last line that is cut off', () => toLog(lines()).slice(0, -9), 'log_unreadable'],
  ] as const)('with %s', async (_what, log, code) => {
    world.publish({ log: log() });
    const report = await check();
    expect(bad(report)).toContain(code);
    expect(codes(report)).not.toContain('log_chained');
  });

  it('forged whole, by keys of the forger’s own', async () => {
    const forger = [createSigningKey(), createSigningKey()];
    const scripts = buildScripts('1.1.0');
    const forged = signStatement('release', statementOf(scripts, { version: '1.1.0' }), forger);
    world.publish({ log: toLog(chain([{ kind: 'release', signed: forged }])) });
    expect(bad(await check())).toEqual(
      expect.arrayContaining(['log_unsigned', 'release_not_logged', 'current_not_logged']),
    );
    // With no keys at hand the chain alone looks right: that is why they are asked for.
    expect(codes(await check({ keys: null }))).toContain('log_chained');
  });

  it('[REL-3] signed by one key twice', async () => {
    const [first] = world.keys;
    const twice = signStatement(
      'kills',
      { sequence: 2, created: '2026-11-03T00:00:00Z', versions: ['0.9.0'] },
      [first, first],
    );
    world.entries.push({ kind: 'kills', signed: twice });
    world.publish();
    expect(bad(await check())).toEqual(expect.arrayContaining(['log_unsigned']));
  });

  it('with a signature over another kind of statement', async () => {
    const two = world.keys.slice(0, 2);
    const kills = { sequence: 2, created: '2026-11-03T00:00:00Z', versions: ['0.9.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('release', kills, two) });
    world.publish();
    expect(bad(await check())).toContain('log_unsigned');
  });

  it('takes keys of before a rotation from `earlier`', async () => {
    const next = [createSigningKey(), createSigningKey()];
    const keys = { threshold: 2, keys: next.map(({ name }) => name) };
    const again = statementOf(buildScripts('1.1.0'), { version: '1.1.0', sequence: 3, kills: 2 });
    const kills = { sequence: 2, created: '2026-11-03T00:00:00Z', versions: ['0.9.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', kills, next) });
    world.entries.push({ kind: 'release', signed: signStatement('release', again, next) });
    world.publish();
    expect(bad(await check({ keys }))).toContain('log_unsigned');
    expect(bad(await check({ keys: { ...keys, earlier: [world.keyFile] } }))).toEqual([]);
  });

  it('with a version that was published again with other files', async () => {
    const scripts = { ...buildScripts('1.1.0'), pay: 'other' };
    const again = statementOf(scripts, { version: '1.1.0', sequence: 3, kills: 1 });
    world.entries.push({ kind: 'release', signed: signStatement('release', again, world.keys) });
    world.publish();
    expect(bad(await check())).toContain('log_redefined');
  });

  it('with a kill that was taken back, and a sequence that does not rise', async () => {
    const empty = { sequence: 1, created: '2026-11-03T00:00:00Z', versions: [] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', empty, world.keys) });
    world.publish();
    expect(bad(await check())).toEqual(
      expect.arrayContaining(['log_kills_shrank', 'log_went_back']),
    );
  });

  it('missing', async () => {
    world.server.answers.delete('/embed/releases.jsonl');
    const report = await check();
    expect(bad(report)).toEqual(['log_missing']);
    world.server.answers.set('/embed/releases.jsonl', { status: 503 });
    expect(await check()).toMatchObject({ verdict: 'unchecked' });
  });
});

describe('the release in force', () => {
  beforeEach(() => world.showPage(page(world.signedTag())));
  const two = () => world.keys.slice(0, 2);

  it('[REL-4] rolled back to an older one, as it was signed', async () => {
    const [old, kills] = world.entries;
    world.publish({ current: { release: old?.signed, kills: kills?.signed } });
    expect(bad(await check())).toEqual(['current_rolled_back']);
  });

  it('[REL-5] expired', async () => {
    expect(bad(await check({ now: new Date('2027-11-02T00:00:00Z') }))).toEqual([
      'current_expired',
    ]);
    world.showPage(page(world.pinnedTag()));
    expect(bad(await check({ now: new Date('2027-11-02T00:00:00Z') }))).toEqual([
      'current_expired',
      'release_expired',
    ]);
    expect(codes(await check({ now: new Date('2027-10-25T00:00:00Z') }))).toContain(
      'release_expires_soon',
    );
  });

  it('[REL-6] killed', async () => {
    const kills = { sequence: 2, created: '2026-11-20T00:00:00Z', versions: ['0.9.0', '1.1.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', kills, two()) });
    world.publish();
    expect(bad(await check())).toEqual(['current_killed']);
    world.showPage(page(world.pinnedTag()));
    expect(bad(await check())).toEqual(['current_killed', 'release_killed']);
    world.showPage(page(world.pinnedTag('1.0.0')));
    expect(bad(await check())).toEqual(['current_killed']);
  });

  it('[REL-6] without the kill list that it requires', async () => {
    const release = world.entries[2]?.signed;
    world.publish({ current: { release, kills: null } });
    expect(bad(await check())).toEqual(['current_kills_missing', 'current_rolled_back']);
    const forged = { sequence: 9, created: '2026-11-20T00:00:00Z', versions: [] };
    const kills = signStatement('kills', forged, [createSigningKey(), createSigningKey()]);
    world.publish({ current: { release, kills } });
    expect(bad(await check())).toContain('current_kills_missing');
  });

  it('in force, and hidden from the log', async () => {
    const scripts = buildScripts('1.2.0');
    world.scripts['1.2.0'] = scripts;
    const statement = statementOf(scripts, { version: '1.2.0', sequence: 3, kills: 1 });
    const release = signStatement('release', statement, two());
    world.publish({ current: { release, kills: world.entries[1]?.signed } });
    expect(bad(await check())).toEqual(['current_not_logged']);
  });

  it('unsigned, unreadable, missing', async () => {
    const { statement = '', signatures = [] } = world.entries[2]?.signed ?? {};
    const kills = world.entries[1]?.signed;
    const one = { statement, signatures: signatures.slice(0, 1) };
    world.publish({ current: { release: one, kills } });
    expect(bad(await check())).toEqual(['current_unsigned']);
    world.publish({ current: { release: { statement: '{}', signatures: [] }, kills } });
    expect(bad(await check())).toEqual(['current_unreadable']);
    world.server.answers.delete('/embed/current.json');
    expect(bad(await check())).toEqual(['current_missing']);
  });
});

describe('[REL-7] what is remembered', () => {
  const state = () => join(folder, 'state.json');
  beforeEach(() => world.showPage(page(world.pinnedTag())));

  it('sees the log grow', async () => {
    expect(codes(await check({ state: state() }))).toContain('log_remembered');
    const kills = { sequence: 2, created: '2026-11-20T00:00:00Z', versions: ['0.9.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', kills, world.keys) });
    world.publish();
    const report = await check({ state: state() });
    expect(bad(report)).toEqual([]);
    expect(report.findings.find(({ code }) => code === 'log_grew')?.detail).toMatch(/^1 new/);
    expect(JSON.parse(await readFile(state(), 'utf8')).servers[world.server.url].n).toBe(4);
  });

  it('finds a log that is shorter, and one that was rewritten, and keeps what it knew', async () => {
    await check({ state: state() });
    const before = await readFile(state(), 'utf8');
    world.publish({ log: toLog(chain(world.entries.slice(0, 2))) });
    expect(bad(await check({ state: state() }))).toContain('log_truncated');

    // As the holders of the keys could: another history, signed and chained as it should be.
    const [first, ...rest] = world.entries;
    const later = first ? [{ ...first, at: '2026-11-01T00:00:01Z' }] : [];
    world.publish({ log: toLog(chain([...later, ...rest])) });
    expect(bad(await check())).toEqual([]);
    expect(bad(await check({ state: state() }))).toEqual(['log_rewritten']);
    expect(await readFile(state(), 'utf8')).toBe(before);
  });

  it('says when it cannot be read, and never overwrites it', async () => {
    await writeFile(state(), 'not a state');
    expect(await check({ state: state() })).toMatchObject({ verdict: 'unchecked' });
    expect(await readFile(state(), 'utf8')).toBe('not a state');
  });
});

describe('fetching', () => {
  it('follows redirects, and no more than a few', async () => {
    world.showPage(page(world.pinnedTag()));
    const home = world.shop.answers.get('/') ?? {};
    world.shop.answers.set('/', { status: 302, headers: { location: '/en/' } });
    world.shop.answers.set('/en/', home);
    const report = await check();
    expect(bad(report)).toEqual([]);
    expect(report.finalUrl).toBe(`${world.shop.url}/en/`);
    world.shop.answers.set('/', { status: 302, headers: { location: '/' } });
    expect(await check()).toMatchObject({ verdict: 'unchecked' });
    expect(bad(await check())).toEqual(['page_unreachable']);
    world.shop.answers.set('/', { status: 302, headers: { location: 'file:///etc/passwd' } });
    expect(bad(await check())).toEqual(['page_unreachable']);
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
    const report = await check({ limits: { maxBytes: 200_000 } });
    expect([report.verdict, bad(report)]).toEqual(['unchecked', [code]]);
  });

  it('gives up on a server that never answers, and on one that is not there', async () => {
    world.showPage(page(world.pinnedTag()));
    const { url } = world.shop;
    await world.shop.close();
    expect(bad(await check({ url: new URL(url) }))).toEqual(['page_unreachable']);
  });
});

describe('the policies of a page', () => {
  const connect = () =>
    `connect-src ${world.server.url} ${world.server.url.replace('http', 'ws')} https://shop.example/csp`;
  const show = (headers: Record<string, string | string[]>, head = '', body = '') =>
    world.showPage(`<!doctype html><head>${head}</head><body>${world.pinnedTag()}${body}`, headers);

  it('are the header’s and those of each <meta> in the head, and all have to allow', async () => {
    const meta = (policy: string) =>
      `<meta http-equiv="Content-Security-Policy" content="${policy.replaceAll('"', '&quot;')}">`;
    show(
      {
        'content-security-policy': [
          `${connect()}; report-uri /r`,
          "img-src 'self', base-uri 'none'",
        ],
      },
      meta("connect-src 'self'; report-uri /r"),
      meta("script-src 'none'"),
    );
    const report = await check();
    expect(bad(report).sort()).toEqual(['csp_base', 'csp_connect', 'csp_reports']);
    expect(codes(report)).toEqual(expect.arrayContaining(['csp_meta_late', 'csp_meta_ignored']));
    expect(
      report.csp.policies.map(({ from, add }) => [from, add.map((each) => each.directive)]),
    ).toEqual([
      ['header', []],
      ['header', []],
      ['header', ['base-uri']],
      ['meta', ['connect-src']],
    ]);
  });

  it('that only report are no problem, and are said', async () => {
    show({ 'content-security-policy-report-only': "script-src 'self'" });
    const report = await check();
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toEqual(expect.arrayContaining(['csp_report_only', 'csp_none']));
  });

  it('that are complete, and reported, are said to be', async () => {
    show({
      'content-security-policy': `${connect()}; object-src 'none'; report-to bulkhead`,
      'reporting-endpoints': `bulkhead="${world.server.url}/api/reports/browser?site=x"`,
    });
    const report = await check();
    expect(bad(report)).toEqual([]);
    expect(codes(report)).toEqual(
      expect.arrayContaining(['csp_complete', 'reporting_present', 'csp_unsafe']),
    );
    expect(report.csp.reporting).toEqual([]);
    // A name without an endpoint reaches nobody.
    show({ 'content-security-policy': `${connect()}; report-to bulkhead` });
    expect(codes(await check())).toContain('reporting_absent');
  });

  it('go by a nonce that the tag must carry, and that must be another each time', async () => {
    let count = 0;
    const nonce = (value: () => string, onTag = true) =>
      world.shop.answers.set('/', () => {
        const now = value();
        return {
          headers: {
            'content-type': 'text/html',
            'content-security-policy': `script-src 'nonce-${now}' 'strict-dynamic'; ${connect()}`,
          },
          body: world.pinnedTag('1.1.0', onTag ? `nonce="${now}"` : ''),
        };
      });
    nonce(() => `n${count++}`);
    expect(bad(await check())).toEqual([]);
    expect(codes(await check())).not.toContain('csp_nonce_static');
    nonce(() => 'always');
    expect(codes(await check())).toContain('csp_nonce_static');
    nonce(() => `n${count++}`, false);
    expect(bad(await check())).toEqual(['csp_nonce_wrong']);
  });

  it('may be given in place of the page’s own', async () => {
    show({ 'content-security-policy': "default-src 'none'" });
    expect(bad(await check({ pageCsp: [connect()] }))).toEqual([]);
    expect(bad(await check({ pageCsp: [connect(), "base-uri 'none'"] }))).toEqual(['csp_base']);
  });
});

describe('an embed address', () => {
  it.each([
    ['/embed/1.1.0/loader.js', ['release_logged', 'loader_pins', 'log_signed']],
    ['/embed/', ['log_signed', 'current_verified', 'loader_pins']],
    [`/embed/${BOOTSTRAP_FILE}`, ['log_signed', 'current_verified', 'loader_pins']],
  ] as const)('%s is checked for itself', async (path, expected) => {
    const report = await check({ url: new URL(path, world.server.url) });
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
    const keys = join(folder, 'keys.json');
    await writeFile(keys, JSON.stringify(world.keyFile));
    world.showPage(page(world.pinnedTag()));
    const good = await command(world.shop.url, '--keys', keys, '--state', join(folder, 'state'));
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
