/**
 * The stand-in in a real browser, through the real loader of Stripe.js: a shop on one
 * origin, `https://js.stripe.com` and `https://api.stripe.com` answered by the stand-in. One file,
 * since every test goes through the same shop page and its helpers.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import { launchBrowser } from '../support/browser.ts';
import { serveAsStripe } from '../support/serve-as-stripe.ts';

const LOADER = new URL('../../node_modules/@stripe/stripe-js/dist/pure.mjs', import.meta.url);
const SHOP_PAGE = `<!doctype html><meta charset="utf-8"><title>Shop</title>
<script type="module" src="/shop.mjs"></script><main id="sheet"></main>`;
const SHOP_SCRIPT = `import { loadStripe } from '/stripe-loader.mjs'; Object.assign(window, { loadStripe });`;

let standIn: StripeStandIn;
let stripe: Stripe;
let shop: Server;
let shopUrl: string;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  standIn = await createStripeStandIn({ port: 0 });
  const { host, port, secretKey } = standIn;
  stripe = new Stripe(secretKey, { host, port, protocol: 'http', maxNetworkRetries: 0 });
  const loader = await readFile(LOADER);
  shop = createServer((request, response) => {
    const isScript = request.url?.endsWith('.mjs');
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    // What Stripe documents as the policy that a shop needs.
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'self'; script-src 'self' https://js.stripe.com; " +
        'frame-src https://js.stripe.com https://hooks.stripe.com; connect-src https://api.stripe.com',
    );
    if (!isScript) response.end(SHOP_PAGE);
    else response.end(request.url === '/shop.mjs' ? SHOP_SCRIPT : loader);
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://localhost:${(shop.address() as AddressInfo).port}/`;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  shop?.close();
  await standIn?.close();
});

beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 420, height: 520 } });
  await serveAsStripe(context, standIn);
  page = await context.newPage();
  return () => context.close();
});

describe('the payment element', () => {
  it('takes a payment, and the number reaches nobody but the frame and the API', async () => {
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    const carriers = new Set<string>();
    page.on('request', (request) => {
      const sent = `${request.url()} ${request.postData() ?? ''}`;
      if (sent.includes('4242424242424242')) {
        carriers.add(`${new URL(request.frame().url()).origin} -> ${request.url()}`);
      }
    });
    const intent = await mount();
    const events = await page.evaluate(() => Reflect.get(window, 'events'));
    expect(events).toContain('ready');
    await typeCard('4242424242424242');
    await expect.poll(() => lastChange()).toEqual({ complete: true, empty: false });
    const result = await pay();
    expect(result).toMatchObject({ paymentIntent: { id: intent.id, status: 'succeeded' } });
    expect(standIn.control.sawCardNumber('4242424242424242')).toBe(true);
    expect(warnings).toEqual([]);
    expect([...carriers]).toEqual([
      `https://js.stripe.com -> https://api.stripe.com/v1/payment_intents/${intent.id}/confirm`,
    ]);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  it('shows a decline and lets the visitor try another card', async () => {
    await mount();
    await typeCard('4000000000009995');
    expect(await pay()).toMatchObject({
      error: { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' },
    });
    await typeCard('5555555555554444');
    expect(await pay()).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  });

  it('points out what is wrong with a card before it sends anything', async () => {
    await mount();
    await typeCard('4242424242424241', '12 / 20', '12');
    const requestsBefore = standIn.control.requests().length;
    expect(await pay()).toMatchObject({
      error: { type: 'validation_error', code: 'invalid_number' },
    });
    expect(standIn.control.requests().length).toBe(requestsBefore);
    const frame = cardFrame();
    expect(await frame.getByText('Your card number is invalid.').isVisible()).toBe(true);
    expect(await frame.getByText("Your card's expiration year is in the past.").isVisible()).toBe(
      true,
    );
    expect(await frame.getByText("Your card's security code is incomplete.").isVisible()).toBe(
      true,
    );
  });

  it('formats the number and the date as they are typed, with four digits for Amex', async () => {
    await mount();
    await typeCard('378282246310005', '1234', '12345');
    const frame = cardFrame();
    expect(await frame.getByLabel('Card number').inputValue()).toBe('3782 822463 10005');
    expect(await frame.getByLabel('Expiration date').inputValue()).toBe('12 / 34');
    expect(await frame.getByLabel('CVC').inputValue()).toBe('1234');
  });

  it('takes a card that is typed through without touching Tab', async () => {
    await mount();
    await cardFrame().getByLabel('Card number').click();
    await page.keyboard.type('42424242424242421234123');
    expect(await cardFrame().getByLabel('CVC').inputValue()).toBe('123');
    expect(await pay()).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  });

  it('says so when the API cannot be reached', async () => {
    standIn.control.setAvailability('unreachable');
    await mount({ clientSecret: 'pi_1_secret_1' });
    standIn.control.setAvailability('available');
    expect(await loadError()).toMatchObject({ type: 'api_connection_error' });
  });

  it('goes to the return address when the page asks for a redirect', async () => {
    const { id } = await mount();
    await typeCard('4242424242424242');
    pay('always').catch(() => {});
    await page.waitForURL(/\/paid\?/);
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('payment_intent')).toBe(id);
    expect(searchParams.get('redirect_status')).toBe('succeeded');
  });

  it.each(['stripe', 'night'])('has no accessibility fault in the theme %s', async (theme) => {
    await mount();
    await page.evaluate((theme) => {
      Reflect.get(window, 'elements').update({ appearance: { theme } });
    }, theme);
    // The frame is transparent, and axe does not see the page behind it.
    const behind = theme === 'night' ? '#1b1c24' : '#ffffff';
    await cardFrame()
      .locator(':root')
      .evaluate((root, colour) => {
        root.style.backgroundColor = colour;
      }, behind);
    await typeCard('4242424242424241', '12 / 20', '1');
    await cardFrame().getByText("Your card's expiration year is in the past.").waitFor();
    const { violations } = await new AxeBuilder({ page })
      .disableRules(['region', 'page-has-heading-one', 'html-has-lang'])
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  it('cannot be mounted inside a shadow root', async () => {
    await mount();
    const message = await page.evaluate(() => {
      const host = document.body.appendChild(document.createElement('div'));
      const inside = document.createElement('div');
      host.attachShadow({ mode: 'open' }).append(inside);
      try {
        Reflect.get(window, 'element').mount(inside);
      } catch (error) {
        return String(error);
      }
      return 'mounted';
    });
    expect(message).toContain('IntegrationError');
  });

  it('fails to load with the key of another account', async () => {
    await mount({ publishableKey: 'pk_test_of_somebody_else' });
    expect(await loadError()).toMatchObject({ code: 'resource_missing' });
  });

  it('takes no second port from the page once it has one', async () => {
    await mount();
    const answered = await page.evaluate(async () => {
      const frame = document.querySelector('iframe');
      const channel = new MessageChannel();
      const message = { type: 'stripe-frame:init', options: {} };
      frame?.contentWindow?.postMessage(message, '*', [channel.port2]);
      return Promise.race([
        new Promise((resolve) => {
          channel.port1.onmessage = () => resolve('answered');
        }),
        new Promise((resolve) => setTimeout(resolve, 300, 'silent')),
      ]);
    });
    expect(answered).toBe('silent');
  });
});

describe('3-D Secure', () => {
  it('succeeds when the visitor authenticates', async () => {
    await mount();
    await typeCard('4000002760003184');
    const paid = pay();
    await challenge().getByRole('button', { name: 'Complete authentication' }).click();
    expect(await paid).toMatchObject({ paymentIntent: { status: 'succeeded' } });
    expect(await page.locator('iframe[title="3D Secure challenge"]').count()).toBe(0);
  });

  it('asks for another card when authentication fails', async () => {
    const intent = await mount();
    await typeCard('4000000000003220');
    const paid = pay();
    await challenge().getByRole('button', { name: 'Fail authentication' }).click();
    expect(await paid).toMatchObject({
      error: {
        code: 'payment_intent_authentication_failure',
        payment_intent: { id: intent.id, status: 'requires_payment_method' },
      },
    });
  });

  it('reports a decline that follows authentication', async () => {
    await mount();
    await typeCard('4000008400001629');
    const paid = pay();
    await challenge().getByRole('button', { name: 'Complete authentication' }).click();
    expect(await paid).toMatchObject({ error: { type: 'card_error', code: 'card_declined' } });
  });
});

interface MountOptions {
  publishableKey?: string;
  /** Of a payment intent that exists already, or that does not. */
  clientSecret?: string;
}

/** Opens the shop and mounts the element as a pay sheet would. Waits until it has loaded. */
async function mount(options: MountOptions = {}) {
  const intent = options.clientSecret
    ? { id: '', client_secret: options.clientSecret }
    : await stripe.paymentIntents.create({
        amount: 4_200,
        currency: 'eur',
        automatic_payment_methods: { enabled: true },
      });
  await page.goto(shopUrl);
  await page.evaluate(
    async ({ clientSecret, publishableKey }) => {
      const stripe = await Reflect.get(window, 'loadStripe')(publishableKey);
      const elements = stripe.elements({ clientSecret, locale: 'en' });
      const element = elements.create('payment');
      const events: string[] = [];
      Object.assign(window, { stripe, elements, element, events });
      element.on('change', (event: object) => Object.assign(window, { lastChange: event }));
      await new Promise<void>((resolve) => {
        element.on('ready', () => {
          events.push('ready');
          resolve();
        });
        element.on('loaderror', (event: { error: object }) => {
          Object.assign(window, { loadError: event.error });
          resolve();
        });
        element.mount('#sheet');
      });
    },
    {
      clientSecret: intent.client_secret,
      publishableKey: options.publishableKey ?? standIn.publishableKey,
    },
  );
  return intent;
}

function cardFrame() {
  return page.frameLocator('iframe[title="Secure payment input frame"]');
}

function challenge() {
  return page.frameLocator('iframe[title="3D Secure challenge"]');
}

async function typeCard(number: string, expiry = '12 / 34', cvc = '123') {
  const frame = cardFrame();
  for (const [label, value] of [
    ['Card number', number],
    ['Expiration date', expiry],
    ['CVC', cvc],
  ] as const) {
    await frame.getByLabel(label).fill('');
    await frame.getByLabel(label).pressSequentially(value);
  }
}

function pay(redirect: 'always' | 'if_required' = 'if_required'): Promise<unknown> {
  return page.evaluate(async (redirect) => {
    const { stripe, elements } = window as unknown as {
      stripe: { confirmPayment(options: object): Promise<unknown> };
      elements: object;
    };
    return stripe.confirmPayment({
      elements,
      confirmParams: { return_url: `${location.origin}/paid` },
      redirect,
    });
  }, redirect);
}

function loadError(): Promise<unknown> {
  return page.evaluate(() => Reflect.get(window, 'loadError'));
}

function lastChange(): Promise<unknown> {
  return page.evaluate(() => {
    const { complete, empty } = Reflect.get(window, 'lastChange') ?? {};
    return { complete, empty };
  });
}
