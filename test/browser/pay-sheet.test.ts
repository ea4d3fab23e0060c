/**
 * The payment sheet on an ordinary page, with the stand-in for Stripe at Stripe's own addresses: what
 * is bought, wallets, and what it says of a payment that is over or under way. Together because they
 * share one browser and one stand-in, which take longer to start than the tests take.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Lab, type LabOptions, payingChat, startLoaderLab } from '../support/loader-lab.ts';
import { serveAsStripe } from '../support/serve-as-stripe.ts';

let browser: Browser;
let lab: Lab;
let standIn: StripeStandIn;
let stripe: Stripe;

beforeAll(async () => {
  browser = await launchBrowser();
  lab = await startLoaderLab(browser);
  standIn = await createStripeStandIn({ port: 0 });
  const { secretKey, host, port } = standIn;
  stripe = new Stripe(secretKey, { host, port, protocol: 'http', telemetry: false });
});
afterEach(() => lab.leave());
afterAll(async () => {
  await lab.close();
  await standIn.close();
  await browser.close();
});

const SHOWN = {
  paymentId: `pr_${'a'.repeat(20)}`,
  amountMinor: 4900,
  currency: 'EUR',
  description: 'Brass lantern and wicks',
};
const LINES = [
  { description: 'Brass lantern, hand-made in Galway', quantity: 1, unitAmountMinor: 3900 },
  { description: 'Wick', quantity: 4, unitAmountMinor: 250 },
];
const CHAT = payingChat(SHOWN);
/** The stand-in has no wallet: this gives it one, a button that confirms with the card in the form. */
const WALLET = `<script src="https://js.stripe.com/endive/stripe.js"></script><script>{
  const real = Stripe;
  window.Stripe = Object.assign((...args) => {
    const stripe = real(...args);
    const { elements } = stripe;
    stripe.elements = (options) => {
      const group = elements(options);
      const { create } = group;
      group.create = (type, settings) => {
        const element = create(type, settings);
        if (type !== 'expressCheckout') return element;
        const hear = {};
        element.on = (name, handler) => { hear[name] = handler; return element; };
        element.mount = (place) => {
          const button = document.createElement('button');
          button.textContent = 'Wallet';
          button.style.cssText = 'width:100%;height:44px;border:0;border-radius:10px;background:#000;color:#fff';
          button.onclick = () => hear.confirm({ paymentFailed: () => { window.walletFailed = true; } });
          place.append(button);
          hear.ready({ availablePaymentMethods: { applePay: true } });
        };
        return element;
      };
      return group;
    };
    return stripe;
  }, { version: real.version });
}</script>`;

const sheetOf = (page: Page) => page.getByRole('dialog', { name: 'Payment' });
const cardOf = (page: Page) => page.frameLocator('iframe[title="Secure payment input frame"]');
const payButton = (page: Page) => sheetOf(page).getByRole('button', { name: 'Pay €49.00' });
const linesOf = (page: Page) => sheetOf(page).getByRole('list', { name: 'From the shop' });
const resultIn = (page: Page) => lab.chatFrame(page).getByRole('button', { name: /^Result/ });

const makeIntent = () =>
  stripe.paymentIntents.create({
    amount: SHOWN.amountMinor,
    currency: 'eur',
    description: SHOWN.description,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });

/** @returns a page on which the visitor has just pressed the card's Pay. */
async function openSheet(
  intent: Stripe.PaymentIntent,
  { api, ...options }: LabOptions = {},
  context?: BrowserContextOptions,
): Promise<Page> {
  lab.options = {
    chat: CHAT,
    attributes: `data-stripe-key="${standIn.publishableKey}"`,
    ...options,
    api: {
      'payments/open': () => ({
        clientSecret: intent.client_secret,
        revision: 1,
        lineItems: LINES,
      }),
      ...api,
    },
  };
  const page = await lab.visit('/cart?from=mail', context, (fresh) =>
    serveAsStripe(fresh.context(), standIn),
  );
  await page.getByRole('button', { name: 'Open chat' }).click();
  await lab.chatFrame(page).getByRole('button', { name: 'Pay in chat' }).click();
  await sheetOf(page).waitFor();
  return page;
}

/** What the chat server says of a payment that gives no secret any more. */
const ended = (status: string): NonNullable<LabOptions['api']> => ({
  'payments/open': () => ({
    code: 'payment_not_payable',
    message: 'This payment can no longer be made.',
  }),
  'payments/refresh': () => ({ status }),
});

async function fillCard(page: Page, number = '4242424242424242') {
  await cardOf(page).getByLabel('Card number').fill(number);
  await cardOf(page).getByLabel('Expiration date').fill('12 / 34');
  await cardOf(page).getByLabel('CVC').fill('123');
}
const chargesOf = async ({ id }: Stripe.PaymentIntent) =>
  (await stripe.charges.list({ payment_intent: id })).data.length;

async function leaves(page: Page, result: string): Promise<void> {
  await sheetOf(page)
    .getByRole('button', { name: /Back to chat|Cancel/ })
    .click();
  await resultIn(page).waitFor();
  expect(await resultIn(page).textContent()).toBe(`Result: ${result}`);
}

describe('[PAY-6] what is bought', { timeout: 60_000 }, () => {
  it('is listed as from the shop, with the total that Stripe says', async () => {
    const page = await openSheet(await makeIntent());
    await payButton(page).waitFor();
    expect(await linesOf(page).getByRole('listitem').allInnerTexts()).toEqual(
      ['1 × Brass lantern, hand-made in Galway €39.00', '4 × Wick €10.00', 'Total €49.00'].map(
        (line) => line.replace(/ (€)/, '\n$1'),
      ),
    );
  });

  it.each([
    ['do not add up to it', [{ ...LINES[0], quantity: 2 }]],
    ['are of another form', [{ description: 'Lantern', amount: 4900 }]],
    ['are none', undefined],
  ])('is not listed when the lines %s, and can be paid all the same', async (_what, lineItems) => {
    const intent = await makeIntent();
    const clientSecret = intent.client_secret;
    const page = await openSheet(intent, {
      api: { 'payments/open': () => ({ clientSecret, revision: 1, lineItems }) },
    });
    await payButton(page).waitFor();
    expect(await linesOf(page).count()).toBe(0);
  });
});

describe('a wallet', { timeout: 60_000 }, () => {
  it('is offered above the form, and pays through the same checks as the button', async () => {
    const intent = await makeIntent();
    const page = await openSheet(intent, { head: WALLET });
    await sheetOf(page).getByText('or pay another way').waitFor();
    await fillCard(page, '4000000000000002');
    await page.getByRole('button', { name: 'Wallet' }).click();
    await sheetOf(page)
      .getByText(/declined/)
      .waitFor();
    expect(await page.evaluate('walletFailed')).toBe(true);
    await fillCard(page);
    await page.getByRole('button', { name: 'Wallet' }).click();
    await sheetOf(page).getByText('Paid €49.00').waitFor();
    await leaves(page, 'succeeded');
    expect(await chargesOf(intent)).toBe(2);
  });

  it('[PAY-6] charges nothing when the intent was changed behind the sheet', async () => {
    const intent = await makeIntent();
    const page = await openSheet(intent, { head: WALLET });
    await fillCard(page);
    await stripe.paymentIntents.update(intent.id, { amount: 499_900 });
    await page.getByRole('button', { name: 'Wallet' }).click();
    await sheetOf(page).getByText('differs from what the chat showed').waitFor();
    expect(await chargesOf(intent)).toBe(0);
    await leaves(page, 'failed');
  });

  it('is not spoken of where there is none', async () => {
    const page = await openSheet(await makeIntent());
    await payButton(page).waitFor();
    await cardOf(page).getByLabel('Card number').waitFor();
    expect(await sheetOf(page).getByText('or pay another way').isVisible()).toBe(false);
  });
});

describe('[PAY-1] the sheet says what is true', { timeout: 60_000 }, () => {
  it('pays once when two tabs have it up, and both say paid', async () => {
    const intent = await makeIntent();
    const page = await openSheet(intent);
    await fillCard(page);
    const other = await openSheet(intent);
    await fillCard(other);
    await payButton(other).click();
    await sheetOf(other).getByText('Paid €49.00').waitFor();
    await payButton(page).click();
    await sheetOf(page).getByText('Paid €49.00').waitFor();
    await leaves(page, 'succeeded');
    expect(await chargesOf(intent)).toBe(1);
  });

  it('[PAY-4] keeps the secret out of the address, before and after', async () => {
    const page = await openSheet(await makeIntent());
    const addresses: string[] = [];
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    await fillCard(page, '4000002760003184');
    await payButton(page).click();
    const challenge = page.frameLocator('iframe[title*="3D Secure"]');
    await challenge.getByRole('button', { name: 'Complete authentication' }).click();
    await sheetOf(page).getByText('Paid €49.00').waitFor();
    expect(page.url()).toBe(`${lab.shop}/cart?from=mail`);
    expect(addresses.join(' ')).not.toContain('_secret_');
  });

  it.each([
    ['succeeded', 'This is paid already', 'succeeded'],
    ['processing', 'It is not paid yet', 'processing'],
    ['canceled', 'This payment request was canceled', 'failed'],
    ['expired', 'This payment request has expired', 'failed'],
    ['refunded', 'This payment can no longer be made', 'failed'],
  ])('of a payment that is %s', async (status, words, result) => {
    const page = await openSheet(await makeIntent(), { api: ended(status) });
    await sheetOf(page).getByText(words).waitFor();
    expect(await sheetOf(page).getByRole('button', { name: /^Pay/ }).count()).toBe(0);
    await leaves(page, result);
  });

  it('[PAY-13] of a payment that was made: with its receipt, and nothing to pay', async () => {
    const receipt = { paidAt: 1, card: { brand: 'visa', last4: '4242' }, reference: '7KQ2-M9XD' };
    const page = await openSheet(await makeIntent(), {
      api: {
        ...ended('succeeded'),
        'payments/refresh': () => ({ status: 'succeeded', receipt }),
      },
    });
    for (const words of ['Paid €49.00', SHOWN.description, 'Visa •••• 4242', '7KQ2-M9XD'])
      await sheetOf(page).getByText(words).waitFor();
    expect(await sheetOf(page).getByRole('button', { name: /^Pay/ }).count()).toBe(0);
    await sheetOf(page).getByRole('button', { name: 'Print receipt' }).waitFor();
    // Not "paid" once more: the page has heard of it before.
    await leaves(page, 'receipt');
  });

  it('of one that is under way: not paid, also when it is opened again', async () => {
    const intent = await makeIntent();
    const page = await openSheet(intent);
    await fillCard(page);
    standIn.control.processNext();
    await payButton(page).click();
    await sheetOf(page).getByText('It is not paid yet').waitFor();
    expect(await sheetOf(page).getByText(/^Paid/).count()).toBe(0);
    await leaves(page, 'processing');

    const again = await openSheet(intent);
    await sheetOf(again).getByText('Payment is being processed').waitFor();
    await leaves(again, 'processing');
    standIn.control.finishProcessing(intent.id, 'succeeded');
    const later = await openSheet(intent);
    await sheetOf(later).getByText('Paid €49.00').waitFor();
    await leaves(later, 'succeeded');
  });

  it.each([
    ['requested_by_customer', 'was canceled'],
    ['abandoned', 'has expired'],
  ] as const)('of one that ends while the visitor fills it in: %s', async (reason, words) => {
    const intent = await makeIntent();
    const page = await openSheet(intent);
    await fillCard(page);
    await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: reason });
    await payButton(page).click();
    await sheetOf(page).getByText(words).waitFor();
    expect(await chargesOf(intent)).toBe(0);
    await leaves(page, 'failed');
  });
});

describe('its look', { timeout: 60_000 }, () => {
  const desktop = { viewport: { width: 1280, height: 800 } };
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  it.each([
    ['light', '', desktop],
    ['dark', ' data-theme="dark"', desktop],
    ['phone', '', phone],
    ['rtl', '', desktop],
  ])('has no violation that axe can find: %s', async (name, theme, context) => {
    const page = await openSheet(
      await makeIntent(),
      {
        head: `<meta name="viewport" content="width=device-width">${WALLET}${name === 'rtl' ? '<script>document.documentElement.dir="rtl"</script>' : ''}`,
        attributes: `data-stripe-key="${standIn.publishableKey}"${theme}`,
      },
      context,
    );
    await fillCard(page);
    await page.waitForTimeout(400);
    if (process.env.SHOTS)
      await page.screenshot({ path: `${process.env.SHOTS}/sheet-${name}.png` });
    const { violations } = await new AxeBuilder({ page })
      .include('#bulkhead')
      .exclude('[slot]')
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
