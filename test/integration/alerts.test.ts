/** Who is told of an incident, how soon, how often, and what becomes of it when nobody listens. */
import { createHmac } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incidentWords } from '../../console/format/incident-words.ts';
import { REPORT_KINDS } from '../../protocol/http.ts';
import { INCIDENT_TITLES } from '../../server/incidents/alert-message.ts';
import { RETRY_MS } from '../../server/incidents/alert-queue.ts';
import { setAlertWays } from '../../server/sites/alert-ways.ts';
import { updateSite } from '../../server/sites/sites.ts';
import { postFromShop } from '../support/clients.ts';
import {
  makeDataDir,
  SHOP_ORIGIN,
  startServer,
  type TestClock,
  type TestServer,
  testClock,
} from '../support/server.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const PATIENTLY = { timeout: 15_000 };
const SECRET = 'a-secret-of-at-least-32-characters';
const HOUR_MS = 3_600_000;

let dataDir: string;
let clock: TestClock;
let hook: WebhookReceiver;
let smtp: SmtpSink;
let server: TestServer;

const start = () =>
  startServer({
    clock,
    dataDir,
    env: {
      LIMIT_REPORTS_PER_MINUTE: '100000',
      BULKHEAD_ALERT_URL: hook.url,
      BULKHEAD_ALERT_SECRET: SECRET,
      SMTP_URL: smtp.url,
      ALERT_EMAIL_FROM: 'bulkhead@vendor.example',
      ALERT_EMAIL_TO: 'oncall@vendor.example, security@vendor.example',
    },
  });

beforeEach(async () => {
  dataDir = await makeDataDir();
  clock = testClock();
  [hook, smtp] = await Promise.all([startWebhookReceiver(), startSmtpSink()]);
  server = await start();
});
afterEach(async () => {
  await server?.close();
  await Promise.all([hook?.close(), smtp?.close()]);
  await rm(dataDir, { recursive: true, force: true });
});

async function report(fields: object = {}): Promise<void> {
  const body = {
    site: server.site.publicKey,
    kind: 'script_refused',
    release: '1.4.0',
    subject: 'chat.4be1.js',
    page: `${SHOP_ORIGIN}/cart`,
    ...fields,
  };
  const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux) Chrome/156.0.0.0 Safari/537.36' };
  const response = await postFromShop(`${server.url}/api/reports`, body, headers);
  expect(response.status).toBe(200);
}
const bodies = () => hook.hooks.map(({ raw }) => JSON.parse(raw));
const hooks = (count: number) => expect.poll(() => hook.hooks.length, PATIENTLY).toBe(count);
const mails = (count: number) => expect.poll(() => smtp.mails.length, PATIENTLY).toBe(count);
const waiting = () => server.app.store.db.selectFrom('alerts').selectAll().execute();
const settled = () => expect.poll(waiting, PATIENTLY).toEqual([]);
const headOf = (raw: string) => raw.slice(0, raw.indexOf('\n\n'));

describe('[REPORT-3] the first report of an incident', () => {
  it('goes to the webhook at once, signed, with what was seen', async () => {
    await report();
    await hooks(1);
    const [{ headers, raw } = { headers: {}, raw: '' }] = hook.hooks;
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(`${headers['bulkhead-signature']}`) ?? [];
    expect(createHmac('sha256', SECRET).update(`${t}.${raw}`).digest('hex')).toBe(v1);
    expect(Math.abs(Date.now() / 1000 - Number(t))).toBeLessThan(60);
    expect(JSON.parse(raw)).toEqual({
      version: 1,
      type: 'incident',
      id: expect.stringMatching(/^al_/),
      reason: 'new',
      incident: {
        id: expect.stringMatching(/^ic_/),
        site: 'Lantern shop',
        kind: 'script_refused',
        title: 'An altered script was refused',
        subject: 'chat.4be1.js',
        release: '1.4.0',
        status: 'open',
        count: 1,
        firstAt: expect.stringMatching(/^\d{4}-.*Z$/),
        lastAt: expect.stringMatching(/^\d{4}-.*Z$/),
        pages: [{ page: `${SHOP_ORIGIN}/cart`, count: 1 }],
        browsers: [{ browser: 'Chrome 156', count: 1 }],
      },
      console: `${server.url}/console/#/incidents`,
    });
  });

  it('is believed by a receiver that was written as the guide says, and an altered one is not', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../docs/incidents.md'), 'utf8');
    const [, code = ''] = /```js\n(.*?)```/s.exec(guide) ?? [];
    const file = join(dataDir, 'receiver.mjs');
    await writeFile(file, code);
    const { isFromBulkhead } = await import(file);
    await report();
    await hooks(1);
    const [{ headers, raw } = { headers: {}, raw: '' }] = hook.hooks;
    const header = headers['bulkhead-signature'];
    expect(isFromBulkhead(SECRET, header, Buffer.from(raw))).toBe(true);
    expect(isFromBulkhead(SECRET, header, Buffer.from(raw.replace('1.4.0', '1.4.1')))).toBe(false);
    expect(isFromBulkhead(`${SECRET}x`, header, Buffer.from(raw))).toBe(false);
    expect(isFromBulkhead(SECRET, undefined, Buffer.from(raw))).toBe(false);
  });

  it('goes out by mail, to everybody who is to have it', async () => {
    await report();
    await mails(1);
    const [mail] = smtp.mails;
    expect(mail).toMatchObject({
      from: 'bulkhead@vendor.example',
      to: ['oncall@vendor.example', 'security@vendor.example'],
    });
    const head = headOf(mail?.raw ?? '');
    expect(head).toContain('Subject: [Bulkhead] Lantern shop: An altered script was refused');
    expect(head).toMatch(/Auto-Submitted: auto-generated/i);
    expect(mail?.raw).toContain(`${SHOP_ORIGIN}/cart`);
    expect(mail?.raw).toContain('chat.4be1.js');
    expect(mail?.raw).toContain(`${server.url}/console/#/incidents`);
  });

  it('goes to the site’s own addresses too, signed with the site’s own secret', async () => {
    const own = await startWebhookReceiver();
    const { db } = server.app.store;
    const { random } = server.app.deps;
    const settings = { url: own.url, email: 'it@shop.example' };
    const secret = await setAlertWays({ db, random }, server.site, settings);
    expect(secret).toMatch(/^bhas_/);
    expect(await setAlertWays({ db, random }, server.site, settings)).toBeNull();
    await report();
    await expect.poll(() => own.hooks.length, PATIENTLY).toBe(1);
    const [{ headers, raw } = { headers: {}, raw: '' }] = own.hooks;
    const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(`${headers['bulkhead-signature']}`) ?? [];
    expect(
      createHmac('sha256', secret ?? '')
        .update(`${t}.${raw}`)
        .digest('hex'),
    ).toBe(v1);
    await mails(2);
    expect(smtp.mails.map(({ to }) => to)).toContainEqual(['it@shop.example']);
    await own.close();
  });
});

describe('[REPORT-3] an incident that grows', () => {
  it('is told of again at most once an hour, with its counts', async () => {
    for (let times = 0; times < 5; times++) await report();
    await settled();
    await hooks(1);
    clock.advance(HOUR_MS - 60_000);
    await report();
    await settled();
    expect(hook.hooks).toHaveLength(1);
    clock.advance(120_000);
    await report();
    await hooks(2);
    expect(bodies()[1]).toMatchObject({ reason: 'grown', incident: { count: 7 } });
    expect(bodies()[1].id).not.toBe(bodies()[0].id);
    await mails(2);
    expect(headOf(smtp.mails[1]?.raw ?? '')).toContain('(7 times)');
  });

  it('is not told of when it has not grown, or is closed', async () => {
    await report();
    await settled();
    clock.advance(2 * HOUR_MS);
    await report({ kind: 'frame_silent', subject: '' });
    await hooks(2);
    await server.app.store.db
      .updateTable('incidents')
      .set({ status: 'closed', count: 9 })
      .execute();
    clock.advance(2 * HOUR_MS);
    await report({ kind: 'focus_theft', subject: '' });
    await hooks(3);
    await settled();
    expect(bodies().map(({ incident }) => incident.kind)).toEqual([
      'script_refused',
      'frame_silent',
      'focus_theft',
    ]);
  });

  it('with many others, as a forger makes them, fills nobody’s mailbox, and none is forgotten', async () => {
    for (let other = 0; other < 50; other++) await report({ subject: `forged-${other}` });
    await hooks(20);
    await settled();
    expect(hook.hooks).toHaveLength(20);
    clock.advance(HOUR_MS + 1);
    await report({ subject: 'forged-0' });
    await hooks(40);
    clock.advance(HOUR_MS + 1);
    await report({ subject: 'forged-0' });
    await expect
      .poll(() => new Set(bodies().map(({ incident }) => incident.subject)).size, PATIENTLY)
      .toBe(50);
  });
});

describe('an alert that is not taken', () => {
  it.each([500, 404, 302])('with %i never affects the report, and goes again', async (status) => {
    hook.answers.push(status, status);
    await report();
    await hooks(1);
    await expect.poll(async () => (await waiting())[0]?.tries, PATIENTLY).toBe(1);
    clock.advance(RETRY_MS[0] ?? 0);
    await report();
    await hooks(2);
    await expect.poll(async () => (await waiting())[0]?.tries, PATIENTLY).toBe(2);
    clock.advance(RETRY_MS[1] ?? 0);
    await report();
    await hooks(3);
    await settled();
    expect(new Set(bodies().map(({ id }) => id)).size).toBe(1);
    // Built when it is sent: the newest counts.
    expect(bodies()[2].incident.count).toBe(3);
  });

  it('goes again by itself', async () => {
    hook.answers.push(503);
    await report();
    await hooks(2);
    await settled();
  });

  it('by a mail server that is full goes again too', async () => {
    smtp.refuse(1);
    await report();
    await mails(1);
    await settled();
    expect(server.logged()).toContain('an alert was not taken');
  });

  it('is given up at last, and said so in the log, without an address', async () => {
    const { length } = RETRY_MS;
    hook.answers.push(...Array<number>(length + 1).fill(500));
    await report();
    for (let tries = 1; tries <= length; tries++) {
      await hooks(tries);
      await expect.poll(async () => (await waiting())[0]?.tries, PATIENTLY).toBe(tries);
      clock.advance(RETRY_MS[tries - 1] ?? 0);
      // Of another kind each time, so that only this one is looked at again.
      await server.app.store.db.updateTable('incidents').set({ alerted_at: clock.now() }).execute();
      await report();
    }
    await hooks(length + 1);
    await settled();
    expect(server.logged()).toContain('an alert was given up');
    expect(server.logged()).not.toContain('oncall@vendor.example');
  });

  it('survives the end of the process', async () => {
    hook.answers.push(500);
    await report();
    await expect.poll(async () => (await waiting())[0]?.tries, PATIENTLY).toBe(1);
    await server.close();
    clock.advance(60_000);
    const heard = hook.hooks.length;
    server = await start();
    await expect
      .poll(() => hook.hooks.length, PATIENTLY)
      .toBeGreaterThanOrEqual(Math.max(2, heard));
    await settled();
    expect(new Set(bodies().map(({ id }) => id)).size).toBe(1);
  });
});

describe('what a forger writes', () => {
  it('becomes no header, no recipient and no link of a mail', async () => {
    const { db } = server.app.store;
    const { site } = server;
    await updateSite(db, site.publicKey, {
      ...site,
      name: 'Lantern\r\nBcc: x@evil.example\r\n\r\nshop',
    });
    await report({
      subject: 'https://evil.example/login\r\nBcc: y@evil.example',
      release: 'evil.example',
      page: 'https://evil.example/your-account',
    });
    await mails(1);
    const [{ raw, to } = { raw: '', to: [] }] = smtp.mails;
    expect(to).toEqual(['oncall@vendor.example', 'security@vendor.example']);
    expect(headOf(raw)).not.toMatch(/^bcc:/im);
    expect(headOf(raw)).toContain('Lantern Bcc: x@evil.example');
    expect(raw).not.toContain('evil.example/');
    expect(raw).not.toContain('y@evil.example');
    expect(bodies()[0]?.incident.pages).toEqual([{ page: '', count: 1 }]);
  });
});

it('the console and the alerts have the same words for each kind', () => {
  for (const kind of REPORT_KINDS)
    expect(INCIDENT_TITLES[kind]).toBe(incidentWords({ kind, subject: '' }).title);
});

it.each([
  'http://shop.example/x',
  'https://me:pw@shop.example/',
  'ftp://shop.example',
  'x',
])('an address for alerts cannot be %s', async (url) => {
  const { db } = server.app.store;
  const { random } = server.app.deps;
  await expect(setAlertWays({ db, random }, server.site, { url })).rejects.toThrow('https');
});
