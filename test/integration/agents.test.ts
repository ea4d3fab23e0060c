/** [AUTH-4] [AUTH-5] Agents: sign-in, the cookie, the origin, sign-out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode, Refusal } from '../../protocol/errors.ts';
import { agentClient, connectAgent, connectVisitor, cookieOf, signIn } from '../support/clients.ts';
import { AGENT, startServer, type TestServer, testClock } from '../support/server.ts';

const HOUR_MS = 3_600_000;
const clock = testClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock, env: { LIMIT_SIGN_IN_TRIES: '3' } });
});
afterAll(() => server.close());

const refusalOf = (attempt: Promise<{ close(): unknown }>) =>
  attempt.then(
    (socket) => void socket.close(),
    (refusal: Refusal) => refusal.code,
  );
const codeIn = async (response: Response) =>
  ((await response.json()) as { error?: Refusal }).error?.code;
const me = (cookie: string) => fetch(`${server.url}/api/agent/me`, { headers: { cookie } });
const signOut = (cookie: string, origin = server.url) =>
  fetch(`${server.url}/api/agent/sign-out`, { method: 'POST', headers: { cookie, origin } });
const wrong = (email = AGENT.email) => signIn(server.url, { email, password: 'not this one' });

describe('[AUTH-4] the cookie', () => {
  it('is HttpOnly and SameSite=Strict, for the whole host, and names no secret in the database', async () => {
    const response = await signIn(server.url);
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^bulkhead_agent=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const value = cookie.slice('bulkhead_agent='.length, cookie.indexOf(';'));
    const rows = await server.app.store.db.selectFrom('agent_sessions').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('has the __Host- prefix and Secure over https', async () => {
    const secure = await startServer({ env: { PUBLIC_URL: 'https://chat.example' } });
    const response = await signIn(localUrl(secure), AGENT, { origin: 'https://chat.example' });
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-bulkhead_agent=.+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(response.headers.get('strict-transport-security')).toContain('max-age=');
    await secure.close();
  });

  it('says who is signed in', async () => {
    const cookie = cookieOf(await signIn(server.url));
    expect(await (await me(cookie)).json()).toEqual({
      ok: true,
      data: {
        id: server.agent.id,
        name: 'Ada',
        email: 'ada@chat.example',
        role: 'owner',
        colleagues: [],
        payments: false,
        currency: 'EUR',
        sites: [{ id: server.site.id, name: 'Lantern shop' }],
      },
    });
    const response = await me('bulkhead_agent=forged');
    expect([response.status, await codeIn(response)]).toEqual([401, 'signed_out']);
  });

  it('ends after 12 hours without use, and after 7 days of use', async () => {
    const idle = cookieOf(await signIn(server.url));
    const used = cookieOf(await signIn(server.url));
    clock.advance(11 * HOUR_MS);
    expect((await me(used)).status).toBe(200);
    clock.advance(2 * HOUR_MS);
    expect((await me(idle)).status).toBe(401);
    expect((await me(used)).status).toBe(200);
    for (let hours = 0; hours < 7 * 24; hours += 10) {
      clock.advance(10 * HOUR_MS);
      await me(used);
    }
    expect((await me(used)).status).toBe(401);
  });
});

describe('[AUTH-4] another origin', () => {
  it.each([
    ['https://evil.example'],
    ['null'],
    ['http://localhost'],
  ])('%s may neither sign in nor out', async (origin) => {
    const response = await signIn(server.url, AGENT, { origin });
    expect([response.status, await codeIn(response)]).toEqual([403, 'origin_not_allowed']);
    const cookie = cookieOf(await signIn(server.url));
    expect(await codeIn(await signOut(cookie, origin))).toBe('origin_not_allowed');
    expect((await me(cookie)).status).toBe(200);
  });

  it.each<[string, (cookie: string) => Record<string, string>, ErrorCode]>([
    [
      'of another origin',
      (cookie) => ({ cookie, origin: 'https://evil.example' }),
      'origin_not_allowed',
    ],
    ['without an origin', (cookie) => ({ cookie }), 'origin_not_allowed'],
    ['without a cookie', () => ({ origin: server.url }), 'signed_out'],
    [
      'with a forged cookie',
      () => ({ origin: server.url, cookie: 'bulkhead_agent=AAAA' }),
      'signed_out',
    ],
  ])('a socket %s is refused', async (_what, headers, code) => {
    const cookie = cookieOf(await signIn(server.url));
    expect(await refusalOf(connectAgent(server.url, headers(cookie)))).toBe(code);
  });

  it.each([
    ['same-origin', undefined],
    ['same-site', 'origin_not_allowed'],
    ['cross-site', 'origin_not_allowed'],
    ['none', 'origin_not_allowed'],
  ])('long-polling, whose GET has no Origin, is judged by Sec-Fetch-Site: %s', async (site, code) => {
    const cookie = cookieOf(await signIn(server.url));
    const headers = { cookie, 'sec-fetch-site': site };
    const socket = connectAgent(server.url, headers, { transports: ['polling'] });
    expect(await refusalOf(socket)).toBe(code);
  });

  it('a foreign Origin is refused, whatever Sec-Fetch-Site says', async () => {
    const cookie = cookieOf(await signIn(server.url));
    const headers = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' };
    const socket = connectAgent(server.url, headers, { transports: ['polling'] });
    expect(await refusalOf(socket)).toBe('origin_not_allowed');
  });

  it('[VER-1] a socket of another protocol version is refused', async () => {
    const cookie = cookieOf(await signIn(server.url));
    const attempt = connectAgent(
      server.url,
      { cookie, origin: server.url },
      { auth: { protocol: 2 } },
    );
    expect(await refusalOf(attempt)).toBe('protocol_unsupported');
  });

  it('[AUTH-1] an agent’s cookie opens no visitor’s socket', async () => {
    const cookie = cookieOf(await signIn(server.url));
    const headers = { cookie, origin: server.url };
    expect(await refusalOf(connectVisitor(server.url, { ticket: 'x' }, { headers }))).toBe(
      'ticket_invalid',
    );
  });
});

describe('[AUTH-4] signing out', () => {
  it('ends every socket of that session and no other', async () => {
    const leaving = await agentClient(server.url);
    const second = await connectAgent(server.url, { cookie: leaving.cookie, origin: server.url });
    const staying = await agentClient(server.url);
    expect((await signOut(leaving.cookie)).status).toBe(200);
    await expect.poll(() => [leaving.socket.connected, second.connected]).toEqual([false, false]);
    expect(staying.socket.connected).toBe(true);
    expect((await me(leaving.cookie)).status).toBe(401);
    staying.close();
  });
});

describe('[AUTH-5] tries', () => {
  it('are refused in the same words for an unknown e-mail and a wrong password', async () => {
    const [known, unknown] = [await wrong(), await wrong('nobody@chat.example')];
    expect([known.status, unknown.status]).toEqual([401, 401]);
    expect(await known.json()).toEqual(await unknown.json());
    await signIn(server.url);
    clock.advance(HOUR_MS);
  });

  it('are limited, the right password included, until the time that is named', async () => {
    for (let tries = 0; tries < 3; tries++) expect((await wrong()).status).toBe(401);
    const limited = await signIn(server.url);
    const { error } = (await limited.json()) as { error: Refusal };
    expect([limited.status, error.code]).toEqual([429, 'rate_limited']);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    clock.advance(error.retryAfterMs ?? 0);
    expect((await signIn(server.url)).status).toBe(200);
  });

  it.each([
    [{}],
    [{ email: 'a@b.c' }],
    [{ email: 7, password: 'x' }],
    [{ email: 'a@b.c', password: 'x'.repeat(201) }],
    [{ email: 'a@b.c', password: 'x', role: 'admin' }],
  ])('that do not parse are refused: %j', async (body) => {
    const response = await fetch(`${server.url}/api/agent/sign-in`, {
      method: 'POST',
      headers: { origin: server.url, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await codeIn(response)).toBe('bad_request');
  });
});

/** Where a server with a public URL of its own really listens. */
const localUrl = ({ logged }: TestServer) => /http:\/\/127\.0\.0\.1:\d+/.exec(logged())?.[0] ?? '';
