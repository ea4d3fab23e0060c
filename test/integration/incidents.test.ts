/** From what loaders report to what agents see: one incident, live, with its counts. */
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentSummary } from '../../protocol/incidents.ts';
import { createAgent } from '../../server/people/agents.ts';
import { openSqliteStore } from '../../server/store/sqlite.ts';
import {
  type AgentClient,
  agentClient,
  collect,
  granted,
  postFromShop,
} from '../support/clients.ts';
import { TEST_STORE } from '../support/data-dir.ts';
import {
  makeDataDir,
  SHOP_ORIGIN,
  startServer,
  type TestClock,
  type TestServer,
  testClock,
} from '../support/server.ts';

const PATIENTLY = { timeout: 15_000 };
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; rv:153.0) Gecko/20100101 Firefox/153.0';

let clock: TestClock;
let server: TestServer;
let agent: AgentClient;
let changes: IncidentSummary[];

beforeEach(async () => {
  clock = testClock();
  server = await startServer({ clock, env: { LIMIT_REPORTS_PER_MINUTE: '1000' } });
  agent = await agentClient(server.url);
  changes = collect<IncidentSummary>(agent.socket, 'incident:changed');
});
afterEach(async () => {
  agent?.close();
  await server?.close();
});

async function report(fields: object = {}, userAgent = CHROME): Promise<void> {
  const body = {
    site: server.site.publicKey,
    kind: 'script_refused',
    release: '1.4.0',
    subject: 'chat.1.js',
    page: `${SHOP_ORIGIN}/cart`,
    ...fields,
  };
  const response = await postFromShop(`${server.url}/api/reports`, body, {
    'user-agent': userAgent,
  });
  expect(response.status).toBe(200);
}

const list = async (body: object = {}) =>
  granted(await agent.socket.emitWithAck('incidents:list', body));

async function only(): Promise<IncidentSummary> {
  const [incident, ...others] = (await list()).incidents;
  if (!incident || others.length) throw new Error('not one incident');
  return incident;
}

describe('[REPORT-3] reports of one site, kind, subject and release', () => {
  it('are one incident with counts per page and browser', async () => {
    await report();
    await report();
    await report({ page: `${SHOP_ORIGIN}/checkout` }, FIREFOX);
    await report({}, 'curl/8');
    expect(await list()).toEqual({
      more: false,
      dropped: 0,
      incidents: [
        {
          id: expect.stringMatching(/^ic_/),
          siteId: server.site.id,
          siteName: 'Lantern shop',
          kind: 'script_refused',
          subject: 'chat.1.js',
          release: '1.4.0',
          status: 'open',
          count: 4,
          firstAt: expect.any(Number),
          lastAt: expect.any(Number),
          openedAt: expect.any(Number),
          updatedAt: expect.any(Number),
          pages: [
            { page: `${SHOP_ORIGIN}/cart`, count: 3 },
            { page: `${SHOP_ORIGIN}/checkout`, count: 1 },
          ],
          browsers: [
            { browser: 'Chrome 156', count: 2 },
            { browser: '', count: 1 },
            { browser: 'Firefox 153', count: 1 },
          ],
        },
      ],
    });
  });

  it('of another kind, subject or release are another one', async () => {
    await report();
    await report({ kind: 'frame_silent' });
    await report({ subject: 'pay.1.js' });
    await report({ release: '1.5.0' });
    expect((await list()).incidents).toHaveLength(4);
  });

  it('are told to every agent with the first of them', async () => {
    await report();
    await expect.poll(() => changes, PATIENTLY).toMatchObject([{ count: 1, status: 'open' }]);
    expect(changes).toEqual([await only()]);
  });

  it('are told no more than a few times when they come in crowds, and the last is not missed', async () => {
    const startedAt = performance.now();
    for (let times = 0; times < 40; times++) await report();
    const rounds = Math.floor((performance.now() - startedAt) / 250);
    await expect.poll(() => changes.at(-1)?.count, PATIENTLY).toBe(40);
    expect(changes.length).toBeLessThanOrEqual(rounds + 3);
  });

  it('are listed newest first, page by page, and none is left out where instants are the same', async () => {
    const frozen = clock.now();
    clock.now = () => frozen;
    for (let subject = 0; subject < 60; subject++) await report({ subject: `${subject}` });
    const first = await list();
    expect(first).toMatchObject({ more: true });
    const last = first.incidents.at(-1);
    const second = await list({ before: { lastAt: last?.lastAt, id: last?.id } });
    expect(second).toMatchObject({ more: false });
    const ids = [...first.incidents, ...second.incidents].map(({ subject }) => subject);
    expect(new Set(ids).size).toBe(60);
  });
});

describe('[REPORT-4] an incident', () => {
  it('is closed and opened by agents, and everybody hears of it', async () => {
    await report();
    const { id: incidentId } = await only();
    granted(await agent.socket.emitWithAck('incident:close', { incidentId }));
    expect(await only()).toMatchObject({
      status: 'closed',
      closed: { by: { id: server.agent.id, name: 'Ada' } },
    });
    expect((await list({ status: 'open' })).incidents).toEqual([]);
    expect((await list({ status: 'closed' })).incidents).toHaveLength(1);
    await expect.poll(() => changes.at(-1)?.status, PATIENTLY).toBe('closed');
    granted(await agent.socket.emitWithAck('incident:reopen', { incidentId }));
    expect(await only()).not.toHaveProperty('closed');
    await expect.poll(() => changes.at(-1)?.status, PATIENTLY).toBe('open');
  });

  it('that is closed opens again when it grows', async () => {
    await report();
    const { id: incidentId, openedAt } = await only();
    granted(await agent.socket.emitWithAck('incident:close', { incidentId }));
    clock.advance(1000);
    await report();
    const again = await only();
    expect(again).toMatchObject({ id: incidentId, status: 'open', count: 2 });
    expect(again.openedAt).toBeGreaterThan(openedAt);
    expect(again).not.toHaveProperty('closed');
    await expect.poll(() => changes.at(-1), PATIENTLY).toMatchObject({ status: 'open', count: 2 });
  });

  it('may be seen by a viewer, and closed by none', async () => {
    await report();
    const { id: incidentId } = await only();
    const viewer = { email: 'vera@chat.example', name: 'Vera', password: 'only looking around' };
    const { db } = server.app.store;
    const { random } = server.app.deps;
    await createAgent({ db, random, now: 0 }, { ...viewer, role: 'viewer' });
    const { socket, close } = await agentClient(server.url, viewer);
    expect(granted(await socket.emitWithAck('incidents:list', {})).incidents).toHaveLength(1);
    for (const request of ['incident:close', 'incident:reopen'] as const)
      expect(await socket.emitWithAck(request, { incidentId })).toMatchObject({
        error: { code: 'forbidden' },
      });
    close();
    expect((await only()).status).toBe('open');
  });

  it('that nobody knows, or a request that does not fit, is refused', async () => {
    const incidentId = `ic_${'a'.repeat(22)}`;
    expect(await agent.socket.emitWithAck('incident:close', { incidentId })).toMatchObject({
      error: { code: 'incident_unknown' },
    });
    for (const body of [{}, { incidentId: 'x' }, { incidentId: 7 }])
      expect(await agent.socket.emitWithAck('incident:close', body as never)).toMatchObject({
        error: { code: 'bad_request' },
      });
  });
});

// What SQLite databases of the releases before hold; Postgres came after them.
describe.skipIf(TEST_STORE !== 'sqlite')('a database of before', () => {
  it('has its reports folded into incidents, which nobody is alerted of again', async () => {
    const dataDir = await makeDataDir();
    const store = await openSqliteStore(dataDir);
    const { sqlite } = store;
    // As the release before left it.
    for (const table of [
      ...['ledger_waiting', 'notice_affected', 'notice_updates', 'notices'],
      ...['alerts', 'incidents', 'dropped_reports'],
    ])
      sqlite.exec(`drop table ${table}`);
    sqlite.exec('drop index reports_by_incident');
    sqlite.exec('alter table reports drop column browser');
    sqlite.exec('alter table reports drop column incident_id');
    for (const column of ['alert_url', 'alert_secret', 'alert_email'])
      sqlite.exec(`alter table sites drop column ${column}`);
    sqlite.exec("delete from kysely_migration where name >= '0005'");
    sqlite.exec(`insert into sites (id, public_key, name, color, greeting, allowed_origins, created_at)
      values ('st_${'a'.repeat(22)}', 'site_before00', 'Before', '#000000', '', '[]', 0)`);
    const add = (id: string, page: string, count: number, at: number) =>
      sqlite.exec(`insert into reports (id, site_id, kind, subject, release, page, user_agent, count,
        first_at, last_at) values ('${id}', 'st_${'a'.repeat(22)}', 'frame_silent', '', '1.0.0',
        '${page}', '', ${count}, ${at}, ${at})`);
    add('rp_1', 'https://a.example/', 2, 10);
    add('rp_2', 'https://a.example/b', 3, 20);
    await store.close();

    const { db, close } = await openSqliteStore(dataDir);
    expect(await db.selectFrom('incidents').selectAll().execute()).toMatchObject([
      { status: 'open', count: 5, first_at: 10, last_at: 20, alerted_count: 5 },
    ]);
    const reports = await db.selectFrom('reports').select('incident_id').execute();
    expect(new Set(reports.map(({ incident_id }) => incident_id)).size).toBe(1);
    expect(reports[0]?.incident_id).toMatch(/^ic_[\w-]{22}$/);
    await close();
    await rm(dataDir, { recursive: true });
  });
});
