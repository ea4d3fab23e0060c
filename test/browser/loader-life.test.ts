/**
 * What outlives what in the loader: an answer and the visitor who asked, a script and the patience
 * for it, the sheet and a shutdown; and that only its own tag says whose loader it is.
 */
import type { Browser, Page, Route } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import {
  LAB_SITE,
  LAB_TOKEN,
  type Lab,
  type LabOptions,
  payingChat,
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

const REFUSED = 'could not be loaded safely';
const SHOWN = {
  paymentId: `pr_${'a'.repeat(20)}`,
  amountMinor: 4900,
  currency: 'EUR',
  description: 'Lantern',
};
const PAYING: LabOptions = {
  chat: payingChat(SHOWN),
  attributes: 'data-stripe-key="pk_test_lab"',
};

const openChat = (page: Page) => page.getByRole('button', { name: 'Open chat' }).click();
const message = (page: Page) => lab.chatFrame(page).getByRole('textbox', { name: 'Message' });
const sheet = (page: Page) => page.getByRole('dialog', { name: 'Payment' });
const command = (page: Page, name: 'shutdown' | 'boot' | 'open') =>
  page.evaluate((it) => window.Bulkhead?.(it as 'open'), name);
const heardByChat = (page: Page) =>
  lab.inFrame(page, () => (globalThis as unknown as { heard: Record<string, unknown>[] }).heard);
const pay = async (page: Page) => {
  await openChat(page);
  await lab.chatFrame(page).getByRole('button', { name: 'Pay in chat' }).click();
};

/** Session requests of a page, each answered when the test says so. */
async function holdSessions(page: Page): Promise<Route[]> {
  const held: Route[] = [];
  await page.route('**/api/session', (route) => {
    held.push(route);
  });
  return held;
}
const answer = (route: Route | undefined, ticket: string) =>
  route?.fulfill({
    headers: { 'access-control-allow-origin': '*' },
    json: { ok: true, data: { token: LAB_TOKEN, ticket } },
  });

describe('an image that bears the name of the tag', () => {
  it('chooses neither server nor Stripe key, and keeps neither chat nor sheet away', async () => {
    lab.options = {
      ...PAYING,
      body: `<p>Five stars! <img name="currentScript" src="${lab.evil}/embed/9.9.9/loader.js" data-site="site_evil" data-stripe-key="pk_evil"></p>`,
    };
    const page = await lab.visit('/', {}, async (fresh) => {
      await fresh.route('https://js.stripe.com/**', (route) => route.abort());
    });
    await openChat(page);
    await message(page).waitFor();
    expect(await heardByChat(page)).toMatchObject([{ verb: 'init', api: lab.chat }]);
    await lab.chatFrame(page).getByRole('button', { name: 'Pay in chat' }).click();
    await sheet(page).waitFor();
    expect(lab.stolen.map(({ path }) => path)).toEqual(['/embed/9.9.9/loader.js']);
    expect(lab.heard.map(({ path }) => path)).toContain(`/api/sites/${LAB_SITE}`);
  });
});

describe('[AUTH-1] an answer that comes late', () => {
  it('after shutdown is nobody’s: no token is kept, and the next visitor asks anew', async () => {
    lab.options = {};
    let held: Route[] = [];
    const page = await lab.visit('/', {}, async (fresh) => {
      held = await holdSessions(fresh);
    });
    await openChat(page);
    await expect.poll(() => held.length).toBe(1);
    await command(page, 'shutdown');
    await command(page, 'boot');
    await command(page, 'open');
    await expect.poll(() => held.length).toBe(2);
    await answer(held[0], 'ticket-of-the-last');
    await page.waitForTimeout(300);
    const kept = await page.evaluate(
      (key) => localStorage.getItem(key) ?? '',
      `bulkhead:${LAB_SITE}`,
    );
    expect(kept).not.toContain(LAB_TOKEN);
    await answer(held[1], 'ticket-of-the-next');
    await message(page).waitFor();
    expect(await heardByChat(page)).toMatchObject([{ verb: 'init', ticket: 'ticket-of-the-next' }]);
    expect(held[1]?.request().postDataJSON()).not.toHaveProperty('token');
  });

  it('for a frame that is gone is not told to the one after it', async () => {
    lab.options = {};
    let held: Route[] = [];
    const page = await lab.visit('/', {}, async (fresh) => {
      held = await holdSessions(fresh);
    });
    await openChat(page);
    await expect.poll(() => held.length).toBe(1);
    await lab.inFrame(page, () => {
      const { port } = globalThis as unknown as { port: MessagePort };
      setTimeout(() => {
        for (let count = 0; count < 3; count++) port.postMessage('nonsense');
      }, 100);
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => held.length).toBe(2);
    await answer(held[1], 'ticket-2');
    await message(page).waitFor();
    await answer(held[0], 'ticket-1');
    await page.waitForTimeout(300);
    expect(await heardByChat(page)).toMatchObject([{ verb: 'init', ticket: 'ticket-2' }]);
  });
});

describe('[PORT-1] a script that never comes', () => {
  const stall = (options: LabOptions, file: string) => {
    lab.options = options;
    return lab.visit('/', {}, async (fresh) => {
      await fresh.clock.install();
      await fresh.route(`**/${file}`, () => {});
    });
  };

  it('of the chat: the panel says so after ten seconds, reports it, and tries again', async () => {
    const page = await stall({}, 'chat.lab.js');
    await openChat(page);
    await page.locator('#bulkhead iframe').waitFor({ state: 'attached' });
    await page.clock.runFor(10_000);
    await page.getByText(REFUSED).waitFor();
    await expect.poll(() => lab.reports()).toMatchObject([{ kind: 'frame_silent' }]);
    expect(await page.locator('#bulkhead iframe').count()).toBe(0);
    await page.unroute('**/chat.lab.js');
    await page.getByRole('button', { name: 'Try again' }).click();
    await message(page).waitFor();
  });

  it('of the sheet: the panel says so after ten seconds, and the chat comes back', async () => {
    const page = await stall(PAYING, 'pay.lab.js');
    await pay(page);
    await page.locator('script[src$="pay.lab.js"]').waitFor({ state: 'attached' });
    await page.clock.runFor(10_000);
    await page.getByText(REFUSED).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await message(page).waitFor();
    expect(await sheet(page).count()).toBe(0);
  });
});

describe('shutdown', () => {
  it('takes the sheet along, and the next visitor has a chat of their own', async () => {
    lab.options = PAYING;
    const page = await lab.visit('/', {}, async (fresh) => {
      await fresh.route('https://js.stripe.com/**', (route) => route.abort());
    });
    await pay(page);
    await sheet(page).waitFor();
    await command(page, 'shutdown');
    await command(page, 'boot');
    await command(page, 'open');
    await message(page).waitFor();
    expect(await sheet(page).count()).toBe(0);
    expect((await heardByChat(page))[0]?.paid).toBeUndefined();
  });
});
