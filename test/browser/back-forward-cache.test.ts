/**
 * The back/forward cache keeps pages with the widget on them: closed, and after a conversation. It is
 * watched from inside the page, since Playwright does not expect pages to come back from it.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Shop } from '../../demo-site/shop/server.ts';
import { addShops } from '../support/shops.ts';
import { createVisitor, startVoyage, type Voyage } from '../support/voyage.ts';

interface WatchedWindow extends Window {
  /** `persisted` of each `pageshow`. */
  shows?: boolean[];
}
interface RestorableEntry extends PerformanceEntry {
  notRestoredReasons?: { toJSON(): unknown } | null;
}

let voyage: Voyage;
let tagged: Shop;
let plain: Shop;
/** Without it the browser, as it is installed here, proves nothing about the widget. */
let isCacheWorking = false;
beforeAll(async () => {
  // Playwright switches the cache off by default.
  voyage = await startVoyage({ launch: { ignoreDefaultArgs: ['--disable-back-forward-cache'] } });
  [tagged, plain] = (await addShops(voyage.demo, [{ tag: voyage.demo.tag }, { tag: '' }])) as [
    Shop,
    Shop,
  ];
  const page = await openPage(plain.url);
  isCacheWorking = (await leaveAndReturn(page)).shows.at(-1) === true;
  await page.context().close();
});
afterAll(async () => {
  await tagged?.close();
  await plain?.close();
  await voyage?.close();
});

async function openPage(url: string): Promise<Page> {
  const page = await (await voyage.browser.newContext({ locale: 'en-GB' })).newPage();
  await page.addInitScript(() => {
    if (window !== top) return;
    const shows: boolean[] = [];
    (window as WatchedWindow).shows = shows;
    addEventListener('pageshow', ({ persisted }) => shows.push(persisted));
  });
  await page.goto(url);
  return page;
}

/** @param meanwhile happens while the visitor is on another page. */
async function leaveAndReturn(page: Page, meanwhile?: () => Promise<void>) {
  const home = page.url();
  await page.goto(`${new URL(home).origin}/delivery`);
  await meanwhile?.();
  // Not `goBack`, which waits for a load that a restored page does not have.
  await page.evaluate(() => void setTimeout(() => history.back()));
  await vi.waitFor(() => expect(page.url()).toBe(home), { timeout: 5_000 });
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const [navigation] = performance.getEntriesByType('navigation') as RestorableEntry[];
    return {
      shows: (window as WatchedWindow).shows ?? [],
      reasons: navigation?.notRestoredReasons ?? null,
    };
  });
}

const RESTORED = { shows: [false, true], reasons: null };
const unreadOf = (page: Page) =>
  page.evaluate(
    () => document.querySelector('#bulkhead')?.shadowRoot?.querySelector('.badge')?.textContent,
  );

describe('the back/forward cache', () => {
  it('would show what keeps a page out of it', async ({ skip }) => {
    skip(!isCacheWorking, 'this browser does not restore even a plain page');
    const page = await openPage(plain.url);
    // An unload listener does, in a desktop Chromium.
    await page.evaluate(() => addEventListener('unload', () => {}));
    const { shows, reasons } = await leaveAndReturn(page);
    expect(shows).toEqual([false]);
    expect(reasons).not.toBeNull();
    await page.context().close();
  });

  it('keeps a page on which the chat was never opened', async ({ skip }) => {
    skip(!isCacheWorking, 'this browser does not restore even a plain page');
    const page = await openPage(tagged.url);
    await page.getByRole('button', { name: 'Open chat' }).waitFor();
    expect(await leaveAndReturn(page)).toEqual(RESTORED);
    await page.getByRole('button', { name: 'Open chat' }).waitFor();
    await page.context().close();
  });

  it.each([
    ['closed again', true],
    ['still open', false],
  ])('keeps a page with a conversation that is %s, and brings what was answered meanwhile [LOG-5]', async (state, isClosed) => {
    if (!isCacheWorking) return;
    const agent = await voyage.answer();
    const page = await openPage(tagged.url);
    const visitor = createVisitor(page);
    const question = `I will be right back, ${state}`;
    await visitor.openChat();
    await visitor.send(question);
    await agent.conversations.getByText(question).click();
    await agent.log.getByText(question).waitFor();
    if (isClosed) await page.getByRole('button', { name: 'Close chat' }).click();

    const after = await leaveAndReturn(page, () => agent.send('Take your time'));
    expect(after).toEqual(RESTORED);
    if (isClosed) await expect.poll(() => unreadOf(page), { timeout: 10_000 }).toBe('1');
    // The agent sees the mark only once the answer has been on the visitor's screen [READ-1].
    else await agent.log.getByText('Seen').waitFor();
    await page.context().close();
    await agent.page.context().close();
  });
});
