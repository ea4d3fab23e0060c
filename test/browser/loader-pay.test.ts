/** The payment sheet on an ordinary page, with the stand-in for Stripe at Stripe's own addresses. */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import { launchBrowser } from '../support/browser.ts';
import {
  LAB_SITE,
  LAB_TOKEN,
  type Lab,
  type LabOptions,
  payingChat,
  startLoaderLab,
} from '../support/loader-lab.ts';
import { serveAsStripe } from '../support/serve-as-stripe.ts';

let browser: Browser;
let lab: Lab;
let stripe: StripeStandIn;

beforeAll(async () => {
  browser = await launchBrowser();
  lab = await startLoaderLab(browser);
  stripe = await createStripeStandIn({ port: 0 });
});
afterEach(() => lab.leave());
afterAll(async () => {
  await lab.close();
  await stripe.close();
  await browser.close();
});

const SHOWN = {
  paymentId: `pr_${'a'.repeat(20)}`,
  amountMinor: 4900,
  currency: 'EUR',
  description: 'Brass lantern',
};
const CHAT = payingChat(SHOWN);

async function createIntent(amount = SHOWN.amountMinor, description = SHOWN.description) {
  const response = await fetch(`${stripe.url}/v1/payment_intents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stripe.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      amount: String(amount),
      currency: 'eur',
      description,
      'automatic_payment_methods[enabled]': 'true',
    }),
  });
  const { client_secret } = (await response.json()) as { client_secret: string };
  return client_secret;
}

const STRIPE = 'https://js.stripe.com/**';
const sheetOf = (page: Page) => page.getByRole('dialog', { name: 'Payment' });
const card = (page: Page) => page.frameLocator('iframe[title="Secure payment input frame"]');

async function openSheet(options: LabOptions, hasStripe = true): Promise<Page> {
  const clientSecret = await createIntent();
  lab.options = {
    chat: CHAT,
    attributes: `data-stripe-key="${stripe.publishableKey}"`,
    ...options,
    api: { 'payments/open': () => ({ clientSecret, revision: 1 }), ...options.api },
  };
  const page = await lab.visit(
    '/cart',
    { viewport: { width: 1280, height: 800 } },
    async (fresh) => {
      if (hasStripe) await serveAsStripe(fresh.context(), stripe);
      else await fresh.context().route(STRIPE, (route) => route.abort());
    },
  );
  await page.getByRole('button', { name: 'Open chat' }).click();
  await lab.chatFrame(page).getByRole('button', { name: 'Pay in chat' }).click();
  await sheetOf(page).waitFor();
  return page;
}

async function fillCard(page: Page, number: string) {
  await card(page).getByLabel('Card number').fill(number);
  await card(page).getByLabel('Expiration date').fill('12 / 34');
  await card(page).getByLabel('CVC').fill('123');
}
const result = (page: Page) => lab.chatFrame(page).getByRole('button', { name: /^Result/ });
const payButton = (page: Page) => sheetOf(page).getByRole('button', { name: 'Pay €49.00' });

describe('[PAY-6] the sheet', () => {
  it("shows what Stripe says, takes the card in Stripe's frame, and says that it is paid", async () => {
    const page = await openSheet({});
    await page.evaluate(() =>
      window.Bulkhead?.('on', 'payment:succeeded', ({ detail }) =>
        Object.assign(window, { detail }),
      ),
    );
    // [PORT-4] No chat frame beside the card fields.
    expect(await page.locator('iframe[title="Chat"]').count()).toBe(0);
    await sheetOf(page).getByText('Brass lantern').waitFor();
    await fillCard(page, '4242424242424242');
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/sheet.png` });
    await payButton(page).click();
    await sheetOf(page).getByText('Paid €49.00').waitFor();
    await result(page).waitFor();
    expect(await result(page).textContent()).toBe('Result: succeeded');
    expect(await page.evaluate('detail')).toEqual(SHOWN);
    const asked = lab.heard.filter(({ path }) => path.startsWith('/api/payments/'));
    expect(asked.map(({ path }) => path)).toEqual(['/api/payments/open', '/api/payments/refresh']);
    expect(JSON.parse(asked[0]?.body ?? '{}')).toEqual({
      protocol: 1,
      site: LAB_SITE,
      token: LAB_TOKEN,
      paymentId: SHOWN.paymentId,
    });
    expect(JSON.stringify(lab.heard)).not.toContain('4242424242424242');
  });

  it("shows a decline in Stripe's words and takes another card", async () => {
    const page = await openSheet({});
    await fillCard(page, '4000000000000002');
    await payButton(page).click();
    await sheetOf(page)
      .getByRole('alert')
      .filter({ hasText: /declined/i })
      .waitFor();
    await fillCard(page, '4242424242424242');
    await payButton(page).click();
    await result(page).waitFor();
    expect(await result(page).textContent()).toBe('Result: succeeded');
  });

  it('goes through 3-D Secure above everything else', async () => {
    const page = await openSheet({});
    await fillCard(page, '4000002760003184');
    await payButton(page).click();
    const challenge = page.frameLocator('iframe[title*="3D Secure"]');
    await challenge.getByRole('button', { name: 'Complete authentication' }).click();
    await result(page).waitFor();
    expect(await result(page).textContent()).toBe('Result: succeeded');
  });

  it.each([
    ['amount', 9900, SHOWN.description],
    ['description', SHOWN.amountMinor, 'Something else'],
  ])('refuses another %s than the chat showed, and reports it', async (_what, amount, words) => {
    const clientSecret = await createIntent(amount, words);
    const page = await openSheet({ api: { 'payments/open': () => ({ clientSecret }) } });
    await sheetOf(page).getByText('differs from what the chat showed').waitFor();
    expect(await sheetOf(page).getByRole('button', { name: /^Pay/ }).count()).toBe(0);
    await expect.poll(() => lab.reports()).toMatchObject([{ kind: 'payment_mismatch' }]);
    await sheetOf(page).getByRole('button', { name: 'Cancel' }).click();
    await result(page).waitFor();
    expect(await result(page).textContent()).toBe('Result: failed');
  });

  it('refuses a secret of another account, which the pinned key does not open', async () => {
    const page = await openSheet({
      api: { 'payments/open': () => ({ clientSecret: 'pi_other_secret_other' }) },
    });
    await sheetOf(page).getByText('differs from what the chat showed').waitFor();
    await expect.poll(() => lab.reports()).toMatchObject([{ kind: 'payment_mismatch' }]);
  });

  it('says so when Stripe.js cannot be had, loses nothing, and tries again', async () => {
    const page = await openSheet({}, false);
    await sheetOf(page).getByText('could not be loaded').waitFor();
    await page.context().unroute(STRIPE);
    await serveAsStripe(page.context(), stripe);
    await sheetOf(page).getByRole('button', { name: 'Try again' }).click();
    await payButton(page).waitFor();
    await sheetOf(page).getByRole('button', { name: 'Cancel' }).press('Escape');
    await result(page).waitFor();
    expect(await result(page).textContent()).toBe('Result: canceled');
  });

  it("shows the server's words when the payment can no longer be made", async () => {
    const page = await openSheet({
      api: {
        'payments/open': () => ({
          code: 'payment_not_payable',
          message: 'This payment can no longer be made.',
        }),
        'payments/refresh': () => ({ status: 'refunded' }),
      },
    });
    await sheetOf(page).getByText('This payment can no longer be made.').waitFor();
  });

  it('opens the panel again when the page is reloaded in the middle', async () => {
    const page = await openSheet({});
    await card(page).getByLabel('Card number').fill('4242');
    await page.reload();
    await lab.chatFrame(page).getByRole('textbox', { name: 'Message' }).waitFor();
    expect(await sheetOf(page).count()).toBe(0);
    const record = await page.evaluate((key) => localStorage.getItem(key), `bulkhead:${LAB_SITE}`);
    expect(JSON.parse(record ?? '{}')).toMatchObject({ token: LAB_TOKEN });
  });

  it('works on a page of nonces and Trusted Types', async () => {
    const page = await openSheet({
      csp: "require-trusted-types-for 'script'; trusted-types bulkhead; script-src 'nonce-lab'; frame-src https://js.stripe.com; connect-src {chat} ws: https://api.stripe.com",
      attributes: `nonce="lab" data-stripe-key="${stripe.publishableKey}"`,
    });
    await card(page).getByLabel('Card number').waitFor();
  });
});
