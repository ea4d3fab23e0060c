/**
 * [SYNC-2] in a real browser: a network that falls silent without closing anything, in one direction or
 * in both, and a machine that slept. Chat and console must find out by themselves, say so, come back,
 * and send what they kept: once, in order. The servers are labs, whose heartbeat is quicker.
 */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { openChatLab } from '../support/chat-lab.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, PASSWORD, startConsoleLab } from '../support/console-lab.ts';
import { openConsole } from '../support/console-page.ts';
import { type Direction, startHalfOpenProxy } from '../support/half-open-proxy.ts';

const HEARTBEAT = { pingInterval: 1500, pingTimeout: 1500 };
const WAYS = ['down', 'up', 'both', 'asleep'] as const;
type Way = (typeof WAYS)[number];
const CONVERSATION = 'cv_oneoneoneoneone1';
const SLOW = { timeout: 60_000 };

let browser: Browser;
let built: BuiltConsole;
beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

const directionOf = (way: Way): Direction => (way === 'asleep' ? 'both' : way);
/** Stops the page's timers, as the sleep of the machine does. */
async function setAsleep(page: Page, isAsleep: boolean): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: isAsleep ? 'frozen' : 'active' });
  await devtools.detach();
}

async function silenceChat(way: Way): Promise<void> {
  const proxy = await startHalfOpenProxy();
  const lab = await openChatLab(
    async (options) => (await browser.newContext(options)).newPage(),
    {},
    {},
    (server) => {
      server.beat(HEARTBEAT.pingInterval, HEARTBEAT.pingTimeout);
      proxy.target = server.port;
      server.publicUrl = proxy.url;
      server.say('before');
    },
  );
  const { page, server, chat } = lab;
  const log = chat.getByRole('log', { name: 'Conversation' });
  const box = chat.getByRole('textbox', { name: 'Message' });
  const banner = chat.getByText('Reconnecting');
  await log.getByText('before').waitFor();
  await page.evaluate('lab.isOffline = true');
  if (way === 'asleep') await setAsleep(page, true);
  proxy.mute(directionOf(way));
  server.say('meanwhile');
  if (way === 'asleep') {
    await expect.poll(() => server.connections, SLOW).toBe(0);
    await setAsleep(page, false);
  }
  for (const text of ['first', 'second']) {
    await box.fill(text);
    await box.press('Enter');
  }
  await banner.waitFor(SLOW);
  await page.evaluate('lab.isOffline = false');
  await log.getByText('meanwhile').waitFor(SLOW);
  await expect.poll(() => log.getByText(/^(Sending|Not sent)$/).count(), SLOW).toBe(0);
  await expect.poll(() => banner.isVisible(), SLOW).toBe(false);
  const texts = server.log.map((entry) => ('text' in entry ? entry.text : ''));
  expect(texts).toEqual(['before', 'meanwhile', 'first', 'second']);
  expect(await log.locator('.text').allInnerTexts()).toEqual(texts);
  await lab.close();
  await proxy.close();
}

async function silenceConsole(way: Way): Promise<void> {
  const proxy = await startHalfOpenProxy();
  const lab = await startConsoleLab(built, {
    heartbeat: HEARTBEAT,
    through(port) {
      proxy.target = port;
      return proxy.url;
    },
  });
  const visitor = { id: 'vi_oneoneoneoneone1', name: 'Jonas', firstSeenAt: 1, online: true };
  lab.add({ id: CONVERSATION, visitor });
  lab.visitorSays(CONVERSATION, 'before');
  const agent = await openConsole(browser, lab.url);
  await agent.signIn(AGENT.email, PASSWORD);
  await agent.open('Jonas');
  await agent.log.getByText('before').waitFor();
  if (way === 'asleep') await setAsleep(agent.page, true);
  proxy.mute(directionOf(way));
  proxy.refuses = true;
  lab.visitorSays(CONVERSATION, 'meanwhile');
  if (way === 'asleep') {
    await agent.page.waitForTimeout(HEARTBEAT.pingInterval + HEARTBEAT.pingTimeout);
    await setAsleep(agent.page, false);
  }
  for (const text of ['first', 'second']) await agent.send(text);
  const banner = agent.page.getByText('Connection lost');
  await banner.waitFor(SLOW);
  proxy.refuses = false;
  await agent.log.getByText('meanwhile').waitFor(SLOW);
  await expect.poll(() => agent.log.getByText(/^(Sending|Not sent)$/).count(), SLOW).toBe(0);
  await expect.poll(() => banner.isVisible(), SLOW).toBe(false);
  const entries = lab.conversations.get(CONVERSATION)?.entries ?? [];
  const texts = entries.map((entry) => ('text' in entry ? entry.text : ''));
  expect(texts).toEqual(['before', 'meanwhile', 'first', 'second']);
  for (const text of texts) expect(await agent.log.getByText(text).count()).toBe(1);
  expect(agent.faults).toEqual([]);
  await agent.close();
  await lab.close();
  await proxy.close();
}

describe('[SYNC-2] a connection that only looks alive', { timeout: 150_000 }, () => {
  it('is found out by the chat, whichever way is silent', () => Promise.all(WAYS.map(silenceChat)));

  it('is found out by the console, whichever way is silent', () =>
    Promise.all(WAYS.map(silenceConsole)));
});
