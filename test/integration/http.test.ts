/** The HTTP face that is not a session: health, headers, files, the site's looks, reports. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileReport } from '../../server/incidents/reports.ts';
import { postFromShop } from '../support/clients.ts';
import { TEST_STORE } from '../support/data-dir.ts';
import {
  makeDataDir,
  SHOP_ORIGIN,
  sqliteOf,
  startServer,
  type TestServer,
  testClock,
} from '../support/server.ts';

let server: TestServer;
let built: string;

beforeAll(async () => {
  built = await makeDataDir();
  await mkdir(join(built, 'embed/1.2.3'), { recursive: true });
  await mkdir(join(built, 'console/assets'), { recursive: true });
  await writeFile(join(built, 'embed/manifest.json'), '{"protocol":1,"releases":[]}');
  await writeFile(join(built, 'embed/1.2.3/loader.js'), '/* loader */');
  await writeFile(join(built, 'console/index.html'), '<!doctype html><title>Console</title>');
  await writeFile(join(built, 'console/assets/main-4f3a9b21.js'), '/* console */');
  server = await startServer({
    config: { embedDir: join(built, 'embed'), consoleDir: join(built, 'console') },
    env: { LIMIT_REPORTS_PER_MINUTE: '6' },
  });
});
afterAll(async () => {
  await server.close();
  await rm(built, { recursive: true });
});

const get = (path: string) => fetch(`${server.url}${path}`, { redirect: 'manual' });

describe('every answer', () => {
  it.each([
    ['/healthz'],
    ['/console/'],
    ['/embed/1.2.3/loader.js'],
    ['/nowhere'],
    ['/api/session'],
  ])('of %s has the headers that keep it what it is', async (path) => {
    const { headers } = await get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{12}$/);
  });

  it('[ERR-2] to what does not exist is a refusal', async () => {
    const response = await get('/nowhere');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });
});

describe('health', () => {
  it('is alive and ready while it listens, and not ready before', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
  });
});

describe('the embed files', () => {
  it('are immutable, readable by any page, and what they say they are', async () => {
    const { headers, status } = await get('/embed/1.2.3/loader.js');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('content-type')).toMatch(/javascript/);
  });

  it('are listed in a manifest that is asked for again', async () => {
    const response = await get('/embed/manifest.json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=60');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toEqual({ protocol: 1, releases: [] });
  });

  it.each([
    ['/embed/1.2.3/none.js'],
    ['/embed/latest/loader.js'],
    ['/embed/1.2.3/..%2f..%2fconsole%2findex.html'],
    ['/embed/..%2f/index.html'],
    ['/embed/1.2.3/.env'],
    ['/embed/'],
  ])('there is nothing at %s, nor is that kept', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('the console', () => {
  it('is where the root leads to', async () => {
    const response = await get('/');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/console/']);
  });

  it('runs its own files and nothing else', async () => {
    const { headers } = await get('/console/');
    const policy = headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "form-action 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types dompurify',
      `connect-src 'self' ${server.url.replace('http', 'ws')}`,
    ]) {
      expect(policy.split('; ')).toContain(rule);
    }
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-cache');
    const asset = await get('/console/assets/main-4f3a9b21.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });
});

describe('the site’s looks', () => {
  it('are public and cached for five minutes, without what is not public', async () => {
    const response = await get(`/api/sites/${server.site.publicKey}`);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await response.json()).toEqual({
      ok: true,
      data: { name: 'Lantern shop', color: '#1f5fbf', greeting: 'Hello! How can we help?' },
    });
  });

  it('of no site are refused, and that is not cached', async () => {
    const response = await get('/api/sites/site_elsewhere');
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ error: { code: 'site_unknown' } });
  });
});

describe('[REPORT-1] a report', () => {
  const report = (fields = {}, headers = {}) =>
    postFromShop(
      `${server.url}/api/reports`,
      {
        site: server.site.publicKey,
        kind: 'script_refused',
        release: '1.2.3',
        subject: 'chat',
        page: `${SHOP_ORIGIN}/cart`,
        ...fields,
      },
      headers,
    );

  it('is stored, counted when it comes again, and logged by its kind', async () => {
    for (let times = 0; times < 2; times++) {
      expect(await (await report()).json()).toEqual({ ok: true, data: null });
    }
    const rows = await server.app.store.db.selectFrom('reports').selectAll().execute();
    expect(rows).toMatchObject([{ kind: 'script_refused', subject: 'chat', count: 2 }]);
    expect(server.logged()).toContain('"kind":"script_refused"');
    expect(server.logged()).not.toContain('/cart');
  });

  it.each([
    [{ kind: 'something' }, {}, 400],
    [{ page: `${SHOP_ORIGIN}/?card=1` }, {}, 400],
    [{ site: 'site_elsewhere' }, {}, 404],
  ])('that does not fit is refused: %j', async (fields, headers, status) => {
    expect((await report(fields, headers)).status).toBe(status);
  });

  it('is limited per address', async () => {
    await report();
    expect((await report()).status).toBe(429);
  });

  it('[CARD-2] keeps no card number, also none with encoded separators', async () => {
    const { deps, store } = server.app;
    const card = '4242%204242%204242%204242';
    const page = `${SHOP_ORIGIN}/search/${card}`;
    const body = {
      site: '',
      kind: 'script_refused',
      release: '1.2.3',
      subject: card,
      page,
    } as const;
    const { id } = await fileReport(deps, { site: server.site, body, userAgent: 'x' });
    const rows = store.db.selectFrom('reports').selectAll().where('id', '=', id);
    const { subject, page: kept } = await rows.executeTakeFirstOrThrow();
    expect([subject, kept]).toEqual(['•••• 4242', `${SHOP_ORIGIN}/search/•••• 4242`]);
  });

  it('is only counted by its kind when a site has had a thousand others within a day', async () => {
    const clock = testClock();
    const { store, random } = server.app.deps;
    const file = (page: string) =>
      fileReport(
        { store, random, clock },
        {
          site: server.site,
          body: { kind: 'frame_silent', release: '1', page: `${SHOP_ORIGIN}/${page}` },
          userAgent: '',
        },
      );
    const rows = async () =>
      Number(
        (
          await store.db
            .selectFrom('reports')
            .select(({ fn }) => fn.countAll<number>().as('rows'))
            .executeTakeFirstOrThrow()
        ).rows,
      );
    for (let page = 0; page < 1000; page++) await file(`${page}`);
    const full = await rows();
    expect((await file('0')).count).toBe(2);
    const folded = [await file('a'), await file('b'), await file('c')];
    expect(folded.at(-1)?.count).toBeGreaterThanOrEqual(3);
    expect(await rows()).toBeLessThanOrEqual(full + 1);
    clock.advance(24 * 3_600_000 + 1);
    expect((await file('d')).count).toBe(1);
    expect(await rows()).toBeLessThanOrEqual(full + 2);
  });

  // The database's own plans are in its own words; test/contract has those of the log.
  it.skipIf(TEST_STORE !== 'sqlite')('and a session’s tokens are looked up by an index', () => {
    const sqlite = sqliteOf(server.app);
    const plan = (sql: string) => JSON.stringify(sqlite.prepare(`explain query plan ${sql}`).all());
    const what = "site_id = '' and page = '' and kind = '' and subject = '' and release = ''";
    expect(plan(`select id from reports where ${what}`)).toContain('reports_by_what');
    expect(plan("select count(*) from reports where site_id = '' and first_at > 0")).toContain(
      'reports_by_day',
    );
    expect(plan("select hash from visitor_tokens where visitor_id = ''")).toContain(
      'visitor_tokens_by_visitor',
    );
  });
});
