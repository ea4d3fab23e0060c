/** The console in a browser, found by the names that people and assistive technology find it by. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright';
import { atRest } from './at-rest.ts';

export interface ConsolePage {
  page: Page;
  conversations: Locator;
  log: Locator;
  reply: Locator;
  /** What the policy stopped or a script threw since the page was opened; should be empty. */
  faults: string[];
  signIn(email: string, password: string): Promise<void>;
  open(name: string): Promise<void>;
  send(text: string): Promise<void>;
  /** Violations of WCAG 2.2 AA that axe finds, each in one line. */
  violations(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openConsole(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // A refused sign-in and a lost connection are no faults, and the browser logs both.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket/.test(message.text()))
      faults.push(message.text());
  });
  await page.goto(url);
  const conversations = page.getByRole('list', { name: 'Conversations' });
  const reply = page.getByRole('textbox', { name: 'Reply' });
  return {
    page,
    conversations,
    reply,
    log: page.getByRole('log', { name: 'Conversation' }),
    faults,
    async signIn(email, password) {
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
    async open(name) {
      await conversations.getByRole('listitem').filter({ hasText: name }).click();
      await reply.waitFor();
    },
    async send(text) {
      await reply.fill(text);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
    },
    async violations() {
      await atRest(page);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
      );
    },
    close: () => context.close(),
  };
}
