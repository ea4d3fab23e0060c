/**
 * The signed tag as it is meant to be, and where it cannot be [REL-3] [REL-4]: what it loads, under
 * which policies, without what it takes, and what a visitor sees then. Attacks stand beside this, in
 * signed-tag-attacks.test.ts.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { LAB_SITE, loaderSaying, type SignedLab, startSignedLab } from '../support/signed-lab.ts';
import {
  expectRan,
  expectRefused,
  fallback,
  kept,
  PATIENTLY,
  ran,
  seenKey,
} from '../support/signed-page.ts';

const INSECURE_SHOP = 'shop.test';

let browser: Browser;
let lab: SignedLab;
beforeAll(async () => {
  browser = await launchBrowser({
    args: [`--host-resolver-rules=MAP ${INSECURE_SHOP} 127.0.0.1`],
  });
  lab = await startSignedLab(browser);
});
afterEach(() => lab.reset());
afterAll(async () => {
  await lab?.close();
  await browser?.close();
});

describe('the signed tag', () => {
  beforeEach(() => {
    lab.served.current = { release: lab.signed(lab.release('true')), kills: null };
  });

  it('loads the release that two of three keys have signed, with the tag’s own attributes', async () => {
    lab.embedding = { attributes: 'data-theme="dark"' };
    const page = await lab.visit();
    await expectRan(page, 'true');
    expect(await page.evaluate(() => Reflect.get(window, 'handedOn'))).toMatchObject({
      site: LAB_SITE,
      stripeKey: 'pk_lab',
      theme: 'dark',
      report: expect.stringContaining('/reports'),
    });
    expect(await kept(lab, page)).toBe('1 0');
    expect(lab.told).toEqual({ server: [], merchant: [] });
    expect(await fallback(page).count()).toBe(0);
  });

  it('asks once, without cookie and referrer', async () => {
    const context = await lab.newContext();
    await context.addCookies([{ name: 'chat', value: '1', url: lab.chat }]);
    await expectRan(await lab.visit(context), 'true');
    expect(lab.asked).toEqual([{ origin: lab.shop, referer: undefined, cookie: undefined }]);
  });

  it('is not led astray by an image that bears its name', async () => {
    lab.embedding = {
      head: '<p><img name="currentScript" src="http://127.0.0.1:9/x.js" data-keys="" data-threshold="0"></p>',
    };
    await expectRan(await lab.visit(), 'true');
  });

  it('[REL-4] goes up with each release, and again on every page', async () => {
    const context = await lab.newContext();
    await expectRan(await lab.visit(context), 'true');
    const next = lab.release('next', { version: '1.1.0', sequence: 2 });
    lab.served.current = { release: lab.signed(next), kills: null };
    const page = await lab.visit(context);
    await expectRan(page, 'next');
    expect(await kept(lab, page)).toBe('2 0');
    await expectRan(await lab.visit(context), 'next');
  });

  it('takes a fresh answer where a cache on the way is behind', async () => {
    const context = await lab.newContext();
    const { current } = lab.served;
    const next = lab.release('next', { version: '1.1.0', sequence: 2 });
    lab.served.current = { release: lab.signed(next), kills: null };
    await expectRan(await lab.visit(context), 'next');
    const page = await context.newPage();
    let answers = 0;
    await page.route('**/embed/current.json', (route) =>
      answers++
        ? route.continue()
        : route.fulfill({ json: current, headers: { 'access-control-allow-origin': '*' } }),
    );
    await page.goto(lab.shop);
    await expectRan(page, 'next');
    expect(answers).toBe(2);
    expect(lab.told.server).toEqual([]);
  });

  it('is not held up by what another script wrote into its record', async () => {
    const context = await lab.newContext();
    await context.addInitScript((key) => localStorage.setItem(key, 'NaN <script>'), seenKey(lab));
    const page = await lab.visit(context);
    await expectRan(page, 'true');
    expect(await kept(lab, page)).toBe('1 0');
  });

  it('[REL-4] in two tabs never lowers what the other has seen', async () => {
    const context = await lab.newContext();
    const answers = [9, 4, 8, 3, 7, 2].map((sequence) => ({
      release: lab.signed(lab.release('true', { sequence })),
      kills: null,
    }));
    let asked = 0;
    await context.route('**/embed/current.json', (route) =>
      route.fulfill({
        json: answers[asked++ % answers.length],
        headers: { 'access-control-allow-origin': '*' },
      }),
    );
    const pages = await Promise.all(answers.map(() => lab.visit(context)));
    for (const page of pages)
      await expect
        .poll(async () => (await ran(page)) ?? (await fallback(page).count()), PATIENTLY)
        .toBeTruthy();
    expect(await kept(lab, pages[0] as Page)).toBe('9 0');
  });
});

describe('a browser without what it takes', () => {
  beforeEach(() => {
    lab.served.current = { release: lab.signed(lab.release('true')), kills: null };
  });

  it('[REL-4] loads nothing on an insecure page, which has no WebCrypto', async () => {
    const shop = lab.shop.replace('localhost', INSECURE_SHOP);
    lab.embedding = { tag: 'naive' };
    await expectRan(await lab.visit(undefined, shop), 'true');
    lab.embedding = {};
    await expectRefused(lab, await lab.visit(undefined, shop), 'no_crypto');
    expect(lab.asked).toHaveLength(1);
  });

  it.each<[string, () => void]>([
    [
      'storage is forbidden',
      () =>
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('The operation is insecure.', 'SecurityError');
          },
        }),
    ],
    [
      'storage takes no more',
      () => {
        Storage.prototype.setItem = () => {
          throw new DOMException('Full.', 'QuotaExceededError');
        };
      },
    ],
    ['there are no locks', () => Object.defineProperty(navigator, 'locks', { value: undefined })],
  ])('[REL-4] loads nothing where %s', async (_what, prepare) => {
    const context = await lab.newContext();
    await context.addInitScript(prepare);
    await expectRefused(lab, await lab.visit(context), 'no_storage');
  });
});

describe('a server out of reach is no refusal:', () => {
  const online = (page: Page) => page.evaluate(() => dispatchEvent(new Event('online')));

  it.each([
    ['current.json', 503],
    ['current.json', 404],
    ['1.0.0/loader.js', 503],
  ])('without %s (%d) the page is quiet, and the chat comes when it can', async (file, status) => {
    const current = { release: lab.signed(lab.release('true')), kills: null };
    lab.served.current = file === 'current.json' ? status : current;
    if (file !== 'current.json') lab.served.scripts[file] = status;
    const page = await lab.visit();
    await expect.poll(() => lab.asked.length, PATIENTLY).toBeGreaterThan(0);
    await page.waitForLoadState('networkidle');
    expect(await fallback(page).count()).toBe(0);
    expect(lab.told).toEqual({ server: [], merchant: [] });

    lab.served.current = current;
    lab.served.scripts['1.0.0/loader.js'] = loaderSaying('true');
    await online(page);
    await expectRan(page, 'true');
    expect(lab.told).toEqual({ server: [], merchant: [] });
  });

  it('is asked again by itself after a while', async () => {
    lab.served.current = 503;
    const page = await lab.visit();
    await expect.poll(() => lab.asked.length, PATIENTLY).toBe(1);
    lab.served.current = { release: lab.signed(lab.release('true')), kills: null };
    await expectRan(page, 'true');
  });
});

describe('under a merchant’s policy', () => {
  const CONNECT = "connect-src {chat} {merchant}; default-src 'none'";
  beforeEach(() => {
    lab.served.current = { release: lab.signed(lab.release('true')), kills: null };
  });

  it.each([
    ['hosts', `script-src {chat}/embed/; ${CONNECT}`],
    ['a nonce with strict-dynamic', `script-src 'nonce-lab' 'strict-dynamic'; ${CONNECT}`],
    ['a nonce alone', `script-src 'nonce-lab'; ${CONNECT}`],
    ['its hash with strict-dynamic', `script-src '{bootstrap}' 'strict-dynamic'; ${CONNECT}`],
    [
      'Trusted Types',
      `script-src 'nonce-lab' 'strict-dynamic'; require-trusted-types-for 'script'; trusted-types bulkhead-boot; ${CONNECT}`,
    ],
  ])('of %s it loads, and violates nothing', async (_kind, csp) => {
    lab.embedding = { csp, attributes: 'nonce="lab"' };
    const page = await (await lab.newContext()).newPage();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') violations.push(message.text());
    });
    await page.goto(lab.shop);
    await expectRan(page, 'true');
    // The browser asks for the icon of its own accord.
    expect(violations.filter((line) => !line.includes('favicon'))).toEqual([]);
  });

  it('that does not name its Trusted Types policy it says so and stays whole', async () => {
    lab.embedding = {
      csp: `script-src 'nonce-lab' 'strict-dynamic'; require-trusted-types-for 'script'; trusted-types bulkhead; ${CONNECT}`,
      attributes: 'nonce="lab"',
    };
    const page = await (await lab.newContext()).newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(lab.shop);
    await fallback(page).waitFor();
    expect(errors).toEqual([]);
    await expect.poll(() => lab.told.server, PATIENTLY).toMatchObject([{ kind: 'script_refused' }]);
  });
});

describe('the fallback', () => {
  beforeEach(() => {
    lab.served.current = 'no release';
  });

  it('says what happened when it is pressed, and no more when it is pressed again', async () => {
    const page = await lab.visit();
    const button = fallback(page);
    await button.click();
    await page.getByRole('status').getByText('could not be loaded safely').waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('status').count()).toBe(0);
    expect(await button.getAttribute('aria-expanded')).toBe('false');
  });

  it.each(['light', 'dark'] as const)('has no violation that axe can find, %s', async (theme) => {
    lab.embedding = { attributes: `data-theme="${theme}"` };
    const page = await lab.visit();
    await fallback(page).click();
    const { violations } = await new AxeBuilder({ page }).include('#bulkhead').analyze();
    expect(violations).toEqual([]);
  });

  it('stays on the page’s own side, right to left', async () => {
    lab.embedding = { head: "<script>document.documentElement.dir = 'rtl'</script>" };
    const page = await lab.visit();
    await fallback(page).click();
    const [button, note] = [fallback(page), page.getByRole('status')];
    expect((await button.boundingBox())?.x).toBe(20);
    expect((await note.boundingBox())?.x).toBe(20);
    expect(await note.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
  });

  it('is absent where the tag has no launcher', async () => {
    lab.embedding = { attributes: 'data-hide-launcher' };
    const page = await lab.visit();
    await expect.poll(() => lab.told.server.length, PATIENTLY).toBe(1);
    expect(await fallback(page).count()).toBe(0);
  });
});
