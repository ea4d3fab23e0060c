/** What browsers report by themselves: kept where it concerns Bulkhead, counted where it does not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentSummary } from '../../protocol/incidents.ts';
import { agentClient, granted } from '../support/clients.ts';
import { SHOP_ORIGIN, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server?.close());

const url = (site = server.site.publicKey) => `${server.url}/api/reports/browser?site=${site}`;
const send = (body: unknown, type = 'application/reports+json', to = url()) =>
  fetch(to, {
    method: 'POST',
    headers: { 'content-type': type, 'user-agent': 'Mozilla/5.0 (X11) Firefox/153.0' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** As Chromium 156 sends it. */
const cspReport = (body: object = {}, more: object = {}) => ({
  age: 120,
  type: 'csp-violation',
  url: `${SHOP_ORIGIN}/checkout?card=4242#pay`,
  user_agent: 'Mozilla/5.0',
  body: {
    documentURL: `${SHOP_ORIGIN}/checkout?card=4242#pay`,
    blockedURL: `${server.url}/embed/1.4.0/chat.4be1.js`,
    disposition: 'enforce',
    effectiveDirective: 'script-src-elem',
    originalPolicy: "script-src 'self'",
    referrer: 'https://search.example/?q=secret',
    statusCode: 200,
    ...body,
  },
  ...more,
});

async function seen(): Promise<{ incidents: IncidentSummary[]; dropped: number }> {
  const agent = await agentClient(server.url);
  const page = granted(await agent.socket.emitWithAck('incidents:list', {}));
  agent.close();
  return page;
}

describe('[REPORT-3] a browser’s report', () => {
  it('about Bulkhead becomes an incident, without query, fragment, policy or referrer', async () => {
    expect(await (await send([cspReport()])).json()).toEqual({ ok: true, data: null });
    const { incidents, dropped } = await seen();
    expect(dropped).toBe(0);
    expect(incidents).toMatchObject([
      {
        kind: 'csp_violation',
        subject: 'script-src-elem',
        release: '1.4.0',
        count: 1,
        pages: [{ page: `${SHOP_ORIGIN}/checkout`, count: 1 }],
        browsers: [{ browser: 'Firefox 153', count: 1 }],
      },
    ]);
    const rows = await server.app.store.db.selectFrom('reports').selectAll().execute();
    expect(JSON.stringify(rows)).not.toMatch(/4242|secret|'self'/);
    expect(server.logged()).not.toMatch(/4242|search\.example/);
  });

  it('of the older form is read the same', async () => {
    const report = {
      'document-uri': `${SHOP_ORIGIN}/cart?x=1`,
      'violated-directive': 'connect-src https://api.example',
      'blocked-uri': server.url.replace('http', 'ws'),
      'original-policy': 'connect-src https://api.example',
    };
    expect((await send({ 'csp-report': report }, 'application/csp-report')).status).toBe(200);
    expect((await seen()).incidents).toMatchObject([
      { subject: 'connect-src', pages: [{ page: `${SHOP_ORIGIN}/cart` }] },
    ]);
  });

  it('by itself, as WebKit sends it, is read too', async () => {
    expect((await send(cspReport())).status).toBe(200);
    expect((await seen()).incidents).toHaveLength(1);
  });

  it.each([
    [
      'integrity-violation',
      { destination: 'script', reportOnly: false, disposition: undefined },
      'integrity-policy',
    ],
    [
      'coep',
      { type: 'corp', disposition: 'reporting' },
      'cross-origin-embedder-policy (report only)',
    ],
    ['csp-violation', { disposition: 'report' }, 'script-src-elem (report only)'],
    [
      'csp-violation',
      {
        blockedURL: 'trusted-types-policy',
        effectiveDirective: 'trusted-types',
        sourceFile: 'OWN',
      },
      'trusted-types',
    ],
  ])('of type %s is named by its policy', async (type, body, subject) => {
    const sourceFile = 'sourceFile' in body && `${server.url}/embed/1.4.0/loader.js`;
    await send([cspReport({ ...body, ...(sourceFile && { sourceFile }) }, { type })]);
    expect((await seen()).incidents).toMatchObject([{ subject, release: '1.4.0' }]);
  });

  it('about something else, or of another page, is counted and nothing of it is kept', async () => {
    const before = await server.app.store.db.selectFrom('reports').selectAll().execute();
    await send([
      cspReport({ blockedURL: 'https://evil.example/skimmer.js' }),
      cspReport({ blockedURL: `${server.url}.evil.example/embed/1.4.0/x.js` }),
      cspReport({ blockedURL: 'inline' }),
      cspReport({ blockedURL: 'eval', sourceFile: `${SHOP_ORIGIN}/app.js` }),
      cspReport({ documentURL: 'https://elsewhere.example/' }),
      cspReport({ documentURL: 'about' }),
      cspReport({ effectiveDirective: '<b>script-src' }),
      cspReport({}, { type: 'deprecation' }),
      { type: 'csp-violation' },
      null,
      7,
    ]);
    expect(await seen()).toMatchObject({ incidents: [], dropped: 11 });
    expect(await server.app.store.db.selectFrom('reports').selectAll().execute()).toEqual(before);
  });

  it('many times in a batch is one row with its count, and a batch has an end', async () => {
    await send([...Array.from({ length: 60 }, () => cspReport()), cspReport()]);
    expect(await seen()).toMatchObject({ incidents: [{ count: 50 }], dropped: 11 });
    const rows = await server.app.store.db.selectFrom('reports').select('count').execute();
    expect(rows).toEqual([{ count: 50 }]);
  });

  it('is asked about first by a preflight, and allowed from everywhere without credentials', async () => {
    const preflight = await fetch(url(), {
      method: 'OPTIONS',
      headers: {
        origin: SHOP_ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
    });
    expect(preflight.headers.has('access-control-allow-credentials')).toBe(false);
    expect((await send([])).headers.get('access-control-allow-origin')).toBe('*');
  });

  it.each([
    ['no JSON', '{', 400, 'bad_request'],
    ['neither form', '{"a": 1}', 400, 'bad_request'],
    ['a text', '"x"', 400, 'bad_request'],
    ['too much', JSON.stringify(['x'.repeat(300_000)]), 400, 'bad_request'],
  ])('that is %s is refused', async (_what, body, status, code) => {
    const response = await send(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ ok: false, error: { code } });
  });

  it('for no site is refused, also where there are two', async () => {
    for (const site of ['site_elsewhere', '', `${server.site.publicKey}&site=x`])
      expect((await send([cspReport()], undefined, url(site))).status).toBe(404);
  });

  it('is limited per address, together with those of loaders', async () => {
    const { reportsPerMinute } = server.app.deps.config.limits;
    for (let sent = 0; sent < reportsPerMinute; sent++) expect((await send([])).status).toBe(200);
    expect((await send([])).status).toBe(429);
  });

  it('never runs into what a report’s nesting or names may hold', async () => {
    const odd =
      '[{"type":"csp-violation","body":{"__proto__":{"blockedURL":"x"},"blockedURL":{}}}]';
    expect((await send(odd)).status).toBe(200);
    expect(await seen()).toMatchObject({ incidents: [], dropped: 1 });
  });
});
