/** The route by which an owner asks who was exposed; how the answer is found is exposure-model.test. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outcome } from '../../protocol/errors.ts';
import type { ExposureReport, ExposureSummary } from '../../protocol/ledger.ts';
import { checkSignedReport } from '../../server/exposure/signed-report.ts';
import { createAgent } from '../../server/people/agents.ts';
import { systemRandom } from '../../server/world.ts';
import {
  type AgentClient,
  agentClient,
  codeOf,
  granted,
  say,
  visitorClient,
} from '../support/clients.ts';
import { startServer, type TestServer } from '../support/server.ts';

const CLERK = { email: 'clerk@chat.example', name: 'Clerk', password: 'a long enough one' };
let server: TestServer;
let owner: AgentClient;
let clerk: AgentClient;

beforeAll(async () => {
  server = await startServer();
  const maker = { db: server.app.store.db, random: systemRandom, now: Date.now() };
  await createAgent(maker, { ...CLERK, role: 'admin', passwordCost: { N: 2 ** 10, r: 8, p: 1 } });
  owner = await agentClient(server.url);
  clerk = await agentClient(server.url, CLERK);
});
afterAll(async () => {
  owner.close();
  clerk.close();
  await server.close();
});

const get = (path: string, { cookie }: AgentClient) =>
  fetch(`${server.url}${path}`, { headers: { cookie } });

async function ask(body: object, { cookie }: AgentClient = owner) {
  const response = await fetch(`${server.url}/api/agent/exposure`, {
    method: 'POST',
    headers: { cookie, origin: server.url },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Outcome<ExposureReport>;
}

async function talk(text: string) {
  const visitor = await visitorClient(server.url, { session: { release: '1.2.3' } });
  const { conversationId } = await say(visitor, text);
  return { visitor, conversationId };
}

it('[EXP-1] names who was there, and gives the same report again', async () => {
  const from = Date.now();
  const { visitor, conversationId } = await talk('Hello');
  const to = Date.now() + 1;
  const report = granted(await ask({ from, to }));
  expect(report).toMatchObject({
    question: { from, to },
    exposed: [{ conversationId, siteId: server.site.id, categories: ['messages'], readBy: [] }],
    more: false,
    counts: { visitors: 1, conversations: 1, reads: 0, byCategory: { messages: 1, name: 0 } },
  });
  expect(granted(await ask({ from: from - 10_000, to: from })).exposed).toEqual([]);

  const again = await get(`/api/agent/exposure/${report.id}`, owner);
  expect(granted((await again.json()) as Outcome<ExposureReport>)).toEqual(report);
  const listed = await get('/api/agent/exposure', owner);
  const summaries = granted((await listed.json()) as Outcome<ExposureSummary[]>);
  expect(summaries.find(({ id }) => id === report.id)).toMatchObject({
    askedBy: { name: 'Ada' },
    counts: report.counts,
  });

  const csv = await get(`/api/agent/exposure/${report.id}.csv`, owner);
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const [, line] = (await csv.text()).split('\r\n');
  expect(line).toContain(`,${conversationId},${server.site.id},messages,`);
  const signed = await get(`/api/agent/exposure/${report.id}.signed.json`, owner);
  const statement = await signed.text();
  expect(JSON.parse(JSON.parse(statement).report)).toEqual(report);
  expect(checkSignedReport(statement)).toBeNull();
  expect(checkSignedReport(statement.replace('messages', 'massages'))).toMatch(/does not fit/);
  expect(checkSignedReport(statement, 'another')).toMatch(/another key/);
  expect(checkSignedReport('{}')).toMatch(/not a signed/);
  visitor.close();
});

it('[EXP-3] answers owners alone, and writes each question down', async () => {
  const question = { from: 1, to: Date.now() };
  const report = granted(await ask(question));
  expect(codeOf(await ask(question, clerk))).toBe('forbidden');
  for (const path of ['', `/${report.id}`, `/${report.id}.csv`, `/${report.id}.signed.json`]) {
    expect((await get(`/api/agent/exposure${path}`, clerk)).status).toBe(403);
    expect((await fetch(`${server.url}/api/agent/exposure${path}`)).status).toBe(401);
  }
  const lines = await server.app.store.db
    .selectFrom('ledger as l')
    .innerJoin('ledger_details as d', 'd.n', 'l.n')
    .select(['l.agent_id', 'd.detail'])
    .where('l.kind', '=', 'exposure.asked')
    .execute();
  const asked = lines.filter(({ detail }) => JSON.parse(detail).reportId === report.id);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.agent_id).toBe(server.agent.id);
  expect(JSON.parse(asked[0]?.detail ?? '')).toMatchObject({ question, ip: expect.any(String) });
});

it('refuses what is unclear with a code of its own', async () => {
  const window = { from: 1, to: 2 };
  const refused = async (body: object) => codeOf(await ask(body));
  expect(await refused({ from: 1 })).toBe('window_invalid');
  expect(await refused({ from: null, to: 2 })).toBe('window_invalid');
  expect(await refused({ from: 2, to: 2 })).toBe('window_invalid');
  expect(await refused({ from: 1, to: 9e15 })).toBe('window_invalid');
  expect(await refused({ ...window, siteId: 'st_aaaaaaaaaaaaaaaaaaaa' })).toBe('site_unknown');
  expect(await refused({ ...window, agentId: 'ag_aaaaaaaaaaaaaaaaaaaa' })).toBe('agent_unknown');
  expect(await refused({ ...window, release: '9.9.9' })).toBe('release_unknown');
  expect(await refused({ ...window, ip: 'here' })).toBe('address_invalid');
  expect(await refused({ ...window, color: 'red' })).toBe('bad_request');
  expect((await get('/api/agent/exposure/ex_aaaaaaaaaaaaaaaaaaaa', owner)).status).toBe(404);
});

it('[EXP-3] takes no question from another page', async () => {
  const response = await fetch(`${server.url}/api/agent/exposure`, {
    method: 'POST',
    headers: { cookie: owner.cookie, origin: 'https://evil.example' },
    body: JSON.stringify({ from: 1, to: 2 }),
  });
  expect(response.status).toBe(403);
});
