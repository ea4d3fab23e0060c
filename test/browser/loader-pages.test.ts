/** The loader on pages that are strict, or that the browser keeps for going back. */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Lab, STUB_CHAT, sha384, startLoaderLab } from '../support/loader-lab.ts';

let browser: Browser;
let lab: Lab;

beforeAll(async () => {
  browser = await launchBrowser();
  lab = await startLoaderLab(browser);
});
afterEach(() => lab.leave());
afterAll(async () => {
  await lab.close();
  await browser.close();
});

const CONNECT = "connect-src {chat} ws:; style-src 'none'; img-src 'none'; object-src 'none'";

async function openChat(page: Page) {
  await page.getByRole('button', { name: 'Open chat' }).click();
  await lab.chatFrame(page).getByRole('textbox', { name: 'Message' }).waitFor();
}

describe('a page with a Content-Security-Policy', () => {
  it.each([
    ['hosts', "script-src {chat}/embed/; default-src 'none'"],
    ['hashes', `script-src '{loader}' '${sha384(STUB_CHAT)}'; default-src 'none'`],
    [
      'hashes and strict-dynamic',
      `script-src 'strict-dynamic' '{loader}' '${sha384(STUB_CHAT)}'; default-src 'none'`,
    ],
    ['nonces and strict-dynamic', "script-src 'strict-dynamic' 'nonce-lab'; default-src 'none'"],
    ['nonces', "script-src 'nonce-lab'; default-src 'none'; frame-src 'none'"],
    [
      'Trusted Types',
      "require-trusted-types-for 'script'; trusted-types bulkhead; script-src {chat} 'unsafe-inline'",
    ],
  ])('of %s carries the chat', async (_kind, policy) => {
    lab.options = { csp: `${policy}; ${CONNECT}`, attributes: 'nonce="lab"' };
    const page = await lab.visit();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML/.test(message.text()))
        violations.push(message.text());
    });
    await openChat(page);
    // Only a list of hosts makes the loader try twice, and so be told off once.
    if (_kind !== 'hosts') expect(violations).toEqual([]);
    expect(lab.reports()).toEqual([]);
  });

  it('of Trusted Types that does not name the policy shows the fallback, and stays whole', async () => {
    lab.options = {
      csp: "require-trusted-types-for 'script'; trusted-types other; script-src {chat} 'unsafe-inline'",
    };
    const page = await lab.visit();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.getByRole('button', { name: 'Open chat' }).click();
    await page.getByText('could not be loaded safely').waitFor();
    expect(errors).toEqual([]);
  });
});

describe('a page that the browser keeps', () => {
  it('comes back from the back/forward cache with its chat', async () => {
    lab.options = {
      chat: `${STUB_CHAT};addEventListener('pageshow', (event) => event.persisted && port.postMessage({ verb: 'ticket' }));`,
      head: `<script>addEventListener('pageshow', (event) => fetch('${lab.chat}/api/persisted-' + event.persisted))</script>`,
    };
    const count = (name: string) => lab.heard.filter(({ path }) => path === `/api/${name}`).length;
    // The cache is off in Playwright's Chromium unless asked for.
    const keeping = await launchBrowser({
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: ['--enable-features=BackForwardCache'],
    });
    try {
      const page = await keeping.newPage();
      await page.goto(lab.shop);
      await openChat(page);
      expect([count('persisted-false'), count('session')]).toEqual([1, 1]);
      await page.goto(`${lab.evil}/elsewhere`);
      // Playwright does not follow a page out of the cache: what happens is seen at the server.
      page.evaluate(() => history.back()).catch(() => {});
      await expect.poll(() => count('persisted-true')).toBe(1);
      // The frame is alive, and has its new ticket.
      await expect.poll(() => count('session')).toBe(2);
      expect(lab.reports()).toEqual([]);
    } finally {
      await keeping.close();
    }
  });
});
