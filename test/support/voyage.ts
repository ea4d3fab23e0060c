/**
 * The demo on free ports with a browser in front: a visitor on the shop, an agent in the console.
 * Finds things by the names that people and assistive technology find them by.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  FrameLocator,
  LaunchOptions,
  Locator,
  Page,
} from 'playwright';
import { type Demo, startDemo } from '../../demo-site/demo.ts';
import type { Clock, Logger } from '../../server/world.ts';
import { launchBrowser } from './browser.ts';

export interface Voyage {
  demo: Demo;
  browser: Browser;
  dataDir: string;
  /** A visitor of their own, on the given page of the shop. */
  visit(route?: string, options?: BrowserContextOptions): Promise<Visitor>;
  /** An agent, signed in. */
  answer(options?: BrowserContextOptions): Promise<Agent>;
  close(): Promise<void>;
}

export interface StartVoyageOptions {
  env?: Record<string, string>;
  launch?: LaunchOptions;
  /** In place of silence. */
  logger?: Logger;
  /** The chat server's. */
  clock?: Clock;
  /** Sees each person's context before its first page. */
  onContext?(context: BrowserContext): void | Promise<void>;
}

export async function startVoyage(options: StartVoyageOptions = {}): Promise<Voyage> {
  const { env, launch, logger, clock, onContext } = options;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bulkhead-voyage-'));
  const demo = await startDemo(
    {
      PORT: '0',
      SHOP_PORT: '0',
      STRIPE_PORT: '0',
      BULKHEAD_DATA: dataDir,
      LOG_LEVEL: 'silent',
      ...env,
    },
    { ...(logger && { logger }), ...(clock && { clock }) },
  );
  const browser = await launchBrowser(launch);
  const open = async (url: string, options?: BrowserContextOptions) => {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    await onContext?.(context);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  return {
    demo,
    browser,
    dataDir,
    visit: async (route = '/', options) =>
      createVisitor(await open(new URL(route, demo.urls.shop).href, options)),
    async answer(options) {
      const page = await open(demo.urls.console, options);
      await page.getByLabel('Email').fill(demo.agent.email);
      await page.getByLabel('Password').fill(demo.agent.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('list', { name: 'Conversations' }).waitFor();
      return createAgent(page);
    },
    async close() {
      await browser.close();
      await demo.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Visitor {
  page: Page;
  chat: FrameLocator;
  /** `role=log` in the frame. */
  log: Locator;
  sheet: Locator;
  /** Stripe's card frame. */
  card: FrameLocator;
  openChat(): Promise<void>;
  send(text: string): Promise<void>;
  payButton: Locator;
  fillCard(number: string): Promise<void>;
}

export function createVisitor(page: Page): Visitor {
  // The guard frame, then the chat frame in it: both carry the title.
  const chat = page.frameLocator('iframe[title="Chat"]').frameLocator('iframe[title="Chat"]');
  const sheet = page.getByRole('dialog', { name: 'Payment' });
  const card = page.frameLocator('iframe[title="Secure payment input frame"]');
  const payment = chat.getByRole('group', { name: 'Payment request' }).last();
  return {
    page,
    chat,
    log: chat.getByRole('log', { name: 'Conversation' }),
    sheet,
    card,
    payButton: payment.getByRole('button', { name: /^Pay/ }),
    async openChat() {
      await page.getByRole('button', { name: 'Open chat' }).click();
      await chat.getByRole('textbox', { name: 'Message' }).waitFor();
    },
    async send(text) {
      await chat.getByRole('textbox', { name: 'Message' }).fill(text);
      await chat.getByRole('button', { name: 'Send', exact: true }).click();
    },
    async fillCard(number) {
      await card.getByLabel('Card number').fill(number);
      await card.getByLabel('Expiration date').fill('12 / 34');
      await card.getByLabel('CVC').fill('123');
    },
  };
}

export interface Agent {
  page: Page;
  conversations: Locator;
  log: Locator;
  openFirst(): Promise<void>;
  send(text: string): Promise<void>;
  requestPayment(amount: string, description: string, currency?: string): Promise<void>;
}

function createAgent(page: Page): Agent {
  const conversations = page.getByRole('list', { name: 'Conversations' });
  return {
    page,
    conversations,
    log: page.getByRole('log', { name: 'Conversation' }),
    async openFirst() {
      await conversations.getByRole('listitem').first().click();
      await page.getByRole('textbox', { name: 'Reply' }).waitFor();
    },
    async send(text) {
      await page.getByRole('textbox', { name: 'Reply' }).fill(text);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
    },
    async requestPayment(amount, description, currency = 'EUR') {
      await page.getByRole('button', { name: 'Request payment' }).click();
      const dialog = page.getByRole('dialog', { name: 'Request payment' });
      await dialog.getByLabel('Amount').fill(amount);
      await dialog.getByLabel('Currency').selectOption(currency);
      await dialog.getByLabel('Description').fill(description);
      await dialog.getByRole('button', { name: 'Send request' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
  };
}
