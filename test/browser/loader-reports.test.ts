/**
 * What a loader tells of, and whom: the chat server, and the merchant at the address in the tag
 * [REPORT-2]. The lab's other host stands for the merchant's.
 */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import {
  LAB_SITE,
  type Lab,
  type LabOptions,
  STUB_CHAT,
  startLoaderLab,
} from '../support/loader-lab.ts';

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

const PATIENTLY = { timeout: 15_000 };
const REFUSED = 'could not be loaded safely';
const openChat = (page: Page) => page.getByRole('button', { name: 'Open chat' }).click();
const toMerchant = () => lab.stolen.filter(({ path }) => path === '/bulkhead-reports');
const merchantReports = () => toMerchant().map(({ body }) => JSON.parse(body));

function use(options: LabOptions = {}) {
  const attributes = `data-report="${lab.evil}/bulkhead-reports" ${options.attributes ?? ''}`;
  lab.options = { ...options, attributes };
}

describe('[REPORT-2] the address in the tag', () => {
  it('receives the same report as the server, without cookie, query or preflight', async () => {
    use({ served: { chat: 'globalThis.altered = 1' } });
    const page = await lab.visit('/checkout?card=4242#x', {}, async (fresh) => {
      await fresh.context().addCookies([{ name: 'session', value: 'secret', url: lab.evil }]);
    });
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    const expected = {
      site: LAB_SITE,
      kind: 'script_refused',
      subject: 'chat.lab.js',
      release: '9.9.9',
      page: `${lab.shop}/checkout`,
    };
    await expect.poll(() => lab.reports(), PATIENTLY).toEqual([expected]);
    await expect.poll(merchantReports, PATIENTLY).toEqual([expected]);
    expect(toMerchant()).toMatchObject([{ method: 'POST', origin: lab.shop, cookie: undefined }]);
  });

  it('hears although the server does not', async () => {
    use({ served: { chat: 'globalThis.altered = 1' } });
    const page = await lab.visit('/', {}, async (fresh) => {
      await fresh.route(`${lab.chat}/api/reports`, (route) => route.abort());
    });
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    await expect.poll(merchantReports, PATIENTLY).toMatchObject([{ kind: 'script_refused' }]);
    expect(lab.reports()).toEqual([]);
  });

  it('may be a path of the page, and may be out of reach without harm', async () => {
    use({ served: { chat: 'globalThis.altered = 1' } });
    lab.options.attributes = 'data-report="/bulkhead-reports"';
    const faults: string[] = [];
    const asked: string[] = [];
    const page = await lab.visit('/', {}, async (fresh) => {
      fresh.on('pageerror', (error) => faults.push(`${error}`));
      await fresh.route('**/bulkhead-reports', (route) => {
        asked.push(route.request().url());
        return route.abort();
      });
    });
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    await expect.poll(() => asked, PATIENTLY).toEqual([`${lab.shop}/bulkhead-reports`]);
    await expect.poll(() => lab.reports(), PATIENTLY).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it('hears nothing where nothing is wrong', async () => {
    use();
    const page = await lab.visit();
    await openChat(page);
    await lab.chatFrame(page).getByRole('textbox', { name: 'Message' }).waitFor();
    expect(merchantReports()).toEqual([]);
    expect(lab.reports()).toEqual([]);
  });

  it('hears of a frame that loads a second time', async () => {
    const leaves = "location.href = 'about:blank#' + Math.random(); location.reload()";
    use({ chat: `${STUB_CHAT};setTimeout(() => { ${leaves}; }, 300)` });
    await openChat(await lab.visit());
    await expect.poll(merchantReports, PATIENTLY).toMatchObject([{ kind: 'frame_navigated' }]);
    await expect.poll(() => lab.reports(), PATIENTLY).toMatchObject([{ kind: 'frame_navigated' }]);
  });

  it('hears of a frame that never speaks', async () => {
    use({ chat: '0' });
    await openChat(await lab.visit());
    const longer = { timeout: 30_000 };
    await expect.poll(merchantReports, longer).toMatchObject([{ kind: 'frame_silent' }]);
    await expect.poll(() => lab.reports(), PATIENTLY).toMatchObject([{ kind: 'frame_silent' }]);
  }, 60_000);

  it('hears the same thing once from one page, however often it is tried', async () => {
    use({ served: { chat: 'globalThis.altered = 1' } });
    const page = await lab.visit();
    await openChat(page);
    for (let tries = 0; tries < 4; tries++) {
      await page.getByText(REFUSED).waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
    }
    await page.getByText(REFUSED).waitFor();
    await expect.poll(merchantReports, PATIENTLY).toHaveLength(1);
    expect(lab.reports()).toHaveLength(1);
  });
});

describe('a policy of the page that stands in the way', () => {
  const policyFor = (more: string) => `script-src {chat}/embed/; ${more}`;

  it('is reported by its directive, once, to whoever can still be reached', async () => {
    use({ csp: policyFor(`connect-src ${lab.evil}`) });
    const page = await lab.visit();
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    await expect.poll(merchantReports, PATIENTLY).toEqual([
      {
        site: LAB_SITE,
        kind: 'csp_violation',
        subject: 'connect-src',
        release: '9.9.9',
        page: `${lab.shop}/`,
      },
    ]);
    expect(lab.reports()).toEqual([]);
  });

  it('of Trusted Types is reported too, since the chat cannot start', async () => {
    use({ csp: "require-trusted-types-for 'script'; trusted-types shop" });
    await lab.visit();
    await expect
      .poll(() => lab.reports(), PATIENTLY)
      .toMatchObject([{ kind: 'csp_violation', subject: 'trusted-types' }]);
  });

  it('is not reported for what is the page’s own', async () => {
    use({
      csp: policyFor("connect-src {chat}; img-src 'none'"),
      body: `<img src="${lab.evil}/shop.png" alt=""><script>1</script>`,
    });
    const page = await lab.visit();
    const blocked = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener('securitypolicyviolation', ({ blockedURI }) => resolve(blockedURI));
          const image = new Image();
          image.src = 'https://other.example/pixel.png';
        }),
    );
    expect(await blocked).toContain('other.example');
    await openChat(page);
    await lab.chatFrame(page).getByRole('textbox', { name: 'Message' }).waitFor();
    expect(lab.reports()).toEqual([]);
  });
});

it('[LEDGER-1] the session says which release asks for it', async () => {
  use();
  const page = await lab.visit('/cart?x=1');
  await openChat(page);
  const sessions = () => lab.heard.filter(({ path }) => path === '/api/session');
  await expect.poll(() => sessions().length, PATIENTLY).toBe(1);
  expect(JSON.parse(sessions()[0]?.body ?? '')).toMatchObject({
    release: '9.9.9',
    page: `${lab.shop}/cart`,
  });
});
