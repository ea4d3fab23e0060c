/** What a server shows of its release directory, the tags that it prints, and how the demo publishes. */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoKeysDir, publishDemoRelease } from '../../demo-site/release.ts';
import { type AdminContext, COMMANDS } from '../../server/admin-commands.ts';
import { systemRandom } from '../../server/world.ts';
import { checkReleases } from '../../tools/release/check.ts';
import { readLog } from '../../tools/release/directory.ts';
import { openReleaseDesk, type ReleaseDesk, scriptsSaying } from '../support/release-desk.ts';
import { startServer, type TestServer } from '../support/server.ts';

const DAY_MS = 86_400_000;

let desk: ReleaseDesk;
beforeEach(() => {
  desk = openReleaseDesk();
  desk.build('1.0.0');
});
afterEach(() => desk.remove());

const places = () => ({
  dataDir: path.join(desk.root, 'data'),
  releasesDir: desk.releases,
  embedDir: desk.built,
});

describe('a server', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer({ config: { releasesDir: desk.releases, embedDir: desk.built } });
  });
  afterEach(() => server.close());
  const get = (place: string) => fetch(`${server.url}/embed/${place}`);

  /** As `npm run admin -- site tag …` says it. */
  async function tag(values: { pinned?: boolean; report?: string } = {}): Promise<string> {
    const { config, store, ledger } = server.app.deps;
    let said = '';
    const say = (line: string) => {
      said += line;
    };
    const context: AdminContext = {
      ...{ config, store, ledger, db: store.db },
      ...{ random: systemRandom, now: 0, say },
    };
    const positionals = [server.site.publicKey];
    await COMMANDS.get('site tag')?.(context, { positionals, values });
    return said;
  }

  it('shows what was built until something is published, and then what was published', async () => {
    expect((await get('1.0.0/loader.js')).status).toBe(200);
    expect((await get('current.json')).status).toBe(404);
    expect(await tag()).toContain('/embed/1.0.0/loader.js');

    desk.publish(desk.releaseOf());
    desk.build('1.1.0');
    expect((await get('1.1.0/loader.js')).status).toBe(404);
    desk.publish(desk.releaseOf());
    // Another build than the published one changes nothing.
    rmSync(desk.built, { recursive: true });
    desk.build('1.2.0');
    const { releases } = await (await get('manifest.json')).json();
    expect(releases.map(({ version }: { version: string }) => version)).toEqual(['1.1.0', '1.0.0']);
    for (const version of ['1.0.0', '1.1.0']) {
      const response = await get(`${version}/loader.js`);
      expect(await response.text()).toBe(scriptsSaying(version).loader);
      expect(response.headers.get('cache-control')).toContain('immutable');
    }
    expect((await get('1.2.0/loader.js')).status).toBe(404);
  });

  it('[REL-3] says what is in force for a minute, to any page', async () => {
    desk.publish(desk.releaseOf());
    const { headers, status } = await get('current.json');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=60, must-revalidate');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('content-type')).toMatch(/json/);
    const log = await (await get('releases.jsonl')).text();
    expect(log).toBe(readFileSync(path.join(desk.releases, 'releases.jsonl'), 'utf8'));
    expect(await (await get('keys.json')).json()).toEqual(desk.keys);
  });

  it('[REL-1] shows the bootstrap for ever, and nothing else that lies there', async () => {
    desk.publish(desk.releaseOf());
    const { bootstrap } = await (await get('manifest.json')).json();
    const { headers, status } = await get(bootstrap.file);
    expect([status, headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    for (const place of ['bootstrap.js', 'bootstrap.0000000000.js', 'key-1.pem', '..%2fkeys.json'])
      expect((await get(place)).status, place).toBe(404);
  });

  it('prints the signed tag once something is published, or the pinned one', async () => {
    desk.publish(desk.releaseOf());
    const signed = await tag();
    expect(signed).toMatch(/src="[^"]+\/embed\/bootstrap\.[0-9a-f]{10}\.js"/);
    expect(signed).toContain(`data-keys="${desk.keys.keys.join(' ')}" data-threshold="2"`);
    expect(await tag({ pinned: true })).toContain('/embed/1.0.0/loader.js');
    expect(await tag({ report: 'https://shop.example/r' })).toContain(
      'data-report="https://shop.example/r"',
    );
    await expect(tag({ report: 'http://shop.example/r' })).rejects.toThrow(/https/);
    await expect(tag({ report: 'javascript:alert(1)' })).rejects.toThrow(/https/);
  });
});

describe('the demo', () => {
  const published = () => readLog(desk.releases).map(({ signed }) => JSON.parse(signed.statement));
  const start = (ahead = 0) => publishDemoRelease(places(), Date.now() + ahead);

  it('makes its keys and publishes by itself, once', () => {
    start();
    start();
    expect(published()).toMatchObject([{ version: '1.0.0', sequence: 1 }]);
    const keys = JSON.parse(readFileSync(path.join(desk.releases, 'keys.json'), 'utf8'));
    expect(keys).toMatchObject({ threshold: 2, keys: { length: 3 } });
    expect(checkReleases({ releasesDir: desk.releases, keys }).faults).toEqual([]);
    expect(readFileSync(path.join(demoKeysDir(places()), 'README'), 'utf8')).toMatch(
      /docs\/releases\.md/,
    );
  });

  it('publishes what was built anew, keeps the older, and may go back to it', () => {
    start();
    const first = path.join(desk.root, 'first');
    cpSync(desk.built, first, { recursive: true });
    desk.build('1.0.0-dev1');
    start();
    expect(readFileSync(path.join(desk.releases, '1.0.0/loader.js'), 'utf8')).toBe(
      scriptsSaying('1.0.0').loader,
    );
    publishDemoRelease({ ...places(), embedDir: first }, Date.now());
    expect(published().map(({ version, sequence }) => [version, sequence])).toEqual([
      ['1.0.0', 1],
      ['1.0.0-dev1', 2],
      ['1.0.0', 3],
    ]);
  });

  it('signs anew before the time is over', () => {
    start();
    start(50 * DAY_MS);
    expect(published()).toHaveLength(1);
    start(70 * DAY_MS);
    expect(published()).toHaveLength(2);
  });

  it('says so where a version was built again with other bytes', () => {
    start();
    desk.build('1.0.0', scriptsSaying('other'));
    expect(() => start()).toThrow(/raise the version/);
  });

  it('starts with a version that is on the kill list, and leaves it there', () => {
    start();
    const before = published();
    const keys = [1, 2].map((n) =>
      readFileSync(path.join(demoKeysDir(places()), `key-${n}.pem`), 'utf8'),
    );
    desk.publishKills('1.0.0', keys);
    start();
    expect(published()).toHaveLength(before.length + 1);
  });
});
