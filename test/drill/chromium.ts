/** Chromium, or Chrome, by Playwright. */
import type { Page } from 'playwright';
import { launchBrowser } from '../support/browser.ts';
import { typeKeys } from '../support/typing.ts';
import type { DrillBrowser, Seen, Tab } from './tab.ts';

const VIEWPORT = { width: 1100, height: 760 };
/** What Chromium says when it stands in somebody's way, and not what a page says. */
const COMPLAINT = /refused|blocked|violates|sandbox|integrity|denied|not allowed/i;

export async function openChromium(): Promise<DrillBrowser> {
  const browser = await launchBrowser({
    // No page of the drill may hold up another's clock.
    args: ['--disable-background-timer-throttling', '--disable-renderer-backgrounding'],
  });
  return {
    name: `Chromium ${browser.version().split('.')[0]}`,
    kind: 'chromium',
    async open() {
      const context = await browser.newContext({ locale: 'en-GB', viewport: VIEWPORT });
      const seen: Seen = { windows: 0, dialogs: 0, downloads: 0, complaints: [] };
      const page = await context.newPage();
      context.on('page', (other) => {
        seen.windows++;
        other.on('dialog', (dialog) => void dialog.dismiss().catch(() => {}));
      });
      context.on('console', (message) => {
        const text = message.text();
        if (message.type() !== 'log' && COMPLAINT.test(text)) seen.complaints.push(text);
      });
      page.on('dialog', (dialog) => {
        // Asked by the page whether to leave it: of the shop's own making, there is none.
        seen.dialogs++;
        void dialog.dismiss().catch(() => {});
      });
      page.on('download', (download) => {
        seen.downloads++;
        void download.cancel().catch(() => {});
      });
      return tabOf(page, seen, () => context.close());
    },
    close: () => browser.close(),
  };
}

function tabOf(page: Page, seen: Seen, close: () => Promise<void>): Tab {
  return {
    seen,
    async go(url) {
      // So that a probe of the drill's own can look; a frame of an opaque origin has no part in it.
      await page.context().grantPermissions(['clipboard-read'], { origin: new URL(url).origin });
      await page.goto(url, { waitUntil: 'domcontentloaded' });
    },
    evaluate: <Value>(expression: string) =>
      page.evaluate<Value>(expression).catch(() => undefined),
    async everywhere<Value>(expression: string) {
      const answers = await Promise.all(
        page.frames().map((frame) => frame.evaluate<Value>(expression).catch(() => undefined)),
      );
      return answers.filter((answer) => answer !== undefined) as Value[];
    },
    async click(x, y) {
      // As a hand does: over the page, not out of nowhere.
      await page.mouse.move(x - 8, y - 8);
      await page.mouse.move(x, y, { steps: 3 });
      await page.mouse.down();
      await page.mouse.up();
    },
    async type(text, delayMs = 0) {
      // What no key of the keyboard gives is put in as an input method would.
      for (const part of text.match(/[ -~\t\n]+|[^ -~\t\n]+/g) ?? [])
        if (/[ -~\t\n]/.test(part)) await typeKeys(page, part, delayMs);
        else await page.keyboard.insertText(part);
    },
    screenshot: () =>
      page.screenshot({ type: 'jpeg', quality: 60, timeout: 5_000 }).catch(() => undefined),
    close,
  };
}
