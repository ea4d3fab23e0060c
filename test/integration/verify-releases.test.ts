/**
 * `npm run verify` against real servers: what a chat server serves, has in force and has logged, each
 * altered as an attacker could.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BOOTSTRAP_FILE,
  buildScripts,
  chain,
  createSigningKey,
  signStatement,
  statementOf,
  toLog,
} from '../support/signed-releases.ts';
import { bad, codes, page, startVerifyWorld, type VerifyWorld } from './verify-world.ts';

let world: VerifyWorld;
beforeEach(async () => {
  world = await startVerifyWorld();
});
afterEach(() => world.close());

describe('[REL-1] what the server serves', () => {
  it.each(['loader.js', 'chat.0123456789.js', 'pay.0123456789.js'])('altered: %s', async (file) => {
    world.showPage(page(world.signedTag()));
    world.server.answers.set(`/embed/1.1.0/${file}`, { body: 'altered' });
    expect(bad(await world.check())).toContain('file_differs');
  });

  it('altered: the bootstrap', async () => {
    world.showPage(page(world.signedTag()));
    world.server.answers.set(`/embed/${BOOTSTRAP_FILE}`, { body: 'altered' });
    expect(bad(await world.check())).toEqual(['file_differs']);
  });

  it('gone, and without CORS', async () => {
    world.showPage(page(world.pinnedTag()));
    world.server.answers.delete('/embed/1.1.0/chat.0123456789.js');
    world.server.answers.set('/embed/1.1.0/loader.js', {
      headers: { 'access-control-allow-origin': 'https://other.example' },
      body: world.scripts['1.1.0']?.loader ?? '',
    });
    expect(bad(await world.check())).toEqual(['file_no_cors', 'file_gone']);
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
    expect(bad(await world.check())).toEqual(['loader_pins_differ']);
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
    const report = await world.check();
    expect(bad(report)).toContain(code);
    expect(codes(report)).not.toContain('log_chained');
  });

  it('forged whole, by keys of the forger’s own', async () => {
    const forger = [createSigningKey(), createSigningKey()];
    const scripts = buildScripts('1.1.0');
    const forged = signStatement('release', statementOf(scripts, { version: '1.1.0' }), forger);
    world.publish({ log: toLog(chain([{ kind: 'release', signed: forged }])) });
    expect(bad(await world.check())).toEqual(
      expect.arrayContaining(['log_unsigned', 'release_not_logged', 'current_not_logged']),
    );
    // With no keys at hand the chain alone looks right: that is why they are asked for.
    expect(codes(await world.check({ keys: null }))).toContain('log_chained');
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
    expect(bad(await world.check())).toEqual(expect.arrayContaining(['log_unsigned']));
  });

  it('with a signature over another kind of statement', async () => {
    const two = world.keys.slice(0, 2);
    const kills = { sequence: 2, created: '2026-11-03T00:00:00Z', versions: ['0.9.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('release', kills, two) });
    world.publish();
    expect(bad(await world.check())).toContain('log_unsigned');
  });

  it('takes keys of before a rotation from `earlier`', async () => {
    const next = [createSigningKey(), createSigningKey()];
    const keys = { threshold: 2, keys: next.map(({ name }) => name) };
    const again = statementOf(buildScripts('1.1.0'), { version: '1.1.0', sequence: 3, kills: 2 });
    const kills = { sequence: 2, created: '2026-11-03T00:00:00Z', versions: ['0.9.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', kills, next) });
    world.entries.push({ kind: 'release', signed: signStatement('release', again, next) });
    world.publish();
    expect(bad(await world.check({ keys }))).toContain('log_unsigned');
    expect(bad(await world.check({ keys: { ...keys, earlier: [world.keyFile] } }))).toEqual([]);
  });

  it('with a version that was published again with other files', async () => {
    const scripts = { ...buildScripts('1.1.0'), pay: 'other' };
    const again = statementOf(scripts, { version: '1.1.0', sequence: 3, kills: 1 });
    world.entries.push({ kind: 'release', signed: signStatement('release', again, world.keys) });
    world.publish();
    expect(bad(await world.check())).toContain('log_redefined');
  });

  it('with a kill that was taken back, and a sequence that does not rise', async () => {
    const empty = { sequence: 1, created: '2026-11-03T00:00:00Z', versions: [] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', empty, world.keys) });
    world.publish();
    expect(bad(await world.check())).toEqual(
      expect.arrayContaining(['log_kills_shrank', 'log_went_back']),
    );
  });

  it('missing', async () => {
    world.server.answers.delete('/embed/releases.jsonl');
    const report = await world.check();
    expect(bad(report)).toEqual(['log_missing']);
    world.server.answers.set('/embed/releases.jsonl', { status: 503 });
    expect(await world.check()).toMatchObject({ verdict: 'unchecked' });
  });
});

describe('the release in force', () => {
  beforeEach(() => world.showPage(page(world.signedTag())));
  const two = () => world.keys.slice(0, 2);

  it('[REL-4] rolled back to an older one, as it was signed', async () => {
    const [old, kills] = world.entries;
    world.publish({ current: { release: old?.signed, kills: kills?.signed } });
    expect(bad(await world.check())).toEqual(['current_rolled_back']);
  });

  it('[REL-5] expired', async () => {
    expect(bad(await world.check({ now: new Date('2027-11-02T00:00:00Z') }))).toEqual([
      'current_expired',
    ]);
    world.showPage(page(world.pinnedTag()));
    expect(bad(await world.check({ now: new Date('2027-11-02T00:00:00Z') }))).toEqual([
      'current_expired',
      'release_expired',
    ]);
    expect(codes(await world.check({ now: new Date('2027-10-25T00:00:00Z') }))).toContain(
      'release_expires_soon',
    );
  });

  it('[REL-6] killed', async () => {
    const kills = { sequence: 2, created: '2026-11-20T00:00:00Z', versions: ['0.9.0', '1.1.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', kills, two()) });
    world.publish();
    expect(bad(await world.check())).toEqual(['current_killed']);
    world.showPage(page(world.pinnedTag()));
    expect(bad(await world.check())).toEqual(['current_killed', 'release_killed']);
    world.showPage(page(world.pinnedTag('1.0.0')));
    expect(bad(await world.check())).toEqual(['current_killed']);
  });

  it('[REL-6] without the kill list that it requires', async () => {
    const release = world.entries[2]?.signed;
    world.publish({ current: { release, kills: null } });
    expect(bad(await world.check())).toEqual(['current_kills_missing', 'current_rolled_back']);
    const forged = { sequence: 9, created: '2026-11-20T00:00:00Z', versions: [] };
    const kills = signStatement('kills', forged, [createSigningKey(), createSigningKey()]);
    world.publish({ current: { release, kills } });
    expect(bad(await world.check())).toContain('current_kills_missing');
  });

  it('in force, and hidden from the log', async () => {
    const scripts = buildScripts('1.2.0');
    world.scripts['1.2.0'] = scripts;
    const statement = statementOf(scripts, { version: '1.2.0', sequence: 3, kills: 1 });
    const release = signStatement('release', statement, two());
    world.publish({ current: { release, kills: world.entries[1]?.signed } });
    expect(bad(await world.check())).toEqual(['current_not_logged']);
  });

  it('unsigned, unreadable, missing', async () => {
    const { statement = '', signatures = [] } = world.entries[2]?.signed ?? {};
    const kills = world.entries[1]?.signed;
    const one = { statement, signatures: signatures.slice(0, 1) };
    world.publish({ current: { release: one, kills } });
    expect(bad(await world.check())).toEqual(['current_unsigned']);
    world.publish({ current: { release: { statement: '{}', signatures: [] }, kills } });
    expect(bad(await world.check())).toEqual(['current_unreadable']);
    world.server.answers.delete('/embed/current.json');
    expect(bad(await world.check())).toEqual(['current_missing']);
  });
});

describe('[REL-7] what is remembered', () => {
  const state = () => join(world.folder, 'state.json');
  beforeEach(() => world.showPage(page(world.pinnedTag())));

  it('sees the log grow', async () => {
    expect(codes(await world.check({ state: state() }))).toContain('log_remembered');
    const kills = { sequence: 2, created: '2026-11-20T00:00:00Z', versions: ['0.9.0'] };
    world.entries.push({ kind: 'kills', signed: signStatement('kills', kills, world.keys) });
    world.publish();
    const report = await world.check({ state: state() });
    expect(bad(report)).toEqual([]);
    expect(report.findings.find(({ code }) => code === 'log_grew')?.detail).toMatch(/^1 new/);
    expect(JSON.parse(await readFile(state(), 'utf8')).servers[world.server.url].n).toBe(4);
  });

  it('finds a log that is shorter, and one that was rewritten, and keeps what it knew', async () => {
    await world.check({ state: state() });
    const before = await readFile(state(), 'utf8');
    world.publish({ log: toLog(chain(world.entries.slice(0, 2))) });
    expect(bad(await world.check({ state: state() }))).toContain('log_truncated');

    // As the holders of the keys could: another history, signed and chained as it should be.
    const [first, ...rest] = world.entries;
    const later = first ? [{ ...first, at: '2026-11-01T00:00:01Z' }] : [];
    world.publish({ log: toLog(chain([...later, ...rest])) });
    expect(bad(await world.check())).toEqual([]);
    expect(bad(await world.check({ state: state() }))).toEqual(['log_rewritten']);
    expect(await readFile(state(), 'utf8')).toBe(before);
  });

  it('says when it cannot be read, and never overwrites it', async () => {
    await writeFile(state(), 'not a state');
    expect(await world.check({ state: state() })).toMatchObject({ verdict: 'unchecked' });
    expect(await readFile(state(), 'utf8')).toBe('not a state');
  });
});
