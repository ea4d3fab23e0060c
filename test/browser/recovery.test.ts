/**
 * Nothing that was written is lost or doubled: reloads, crashes and the back/forward cache in the middle
 * of a send, a server that is away, and two screens of one person of which one was offline. Whole demo,
 * real server; a proxy stands before it that can swallow what comes back.
 */
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryRow } from '../../server/store/schema.ts';
import { type Peek, peek } from '../support/devtools.ts';
import { freePort } from '../support/free-port.ts';
import { type HalfOpenProxy, startHalfOpenProxy } from '../support/half-open-proxy.ts';
import { createVisitor, startVoyage, type Visitor, type Voyage } from '../support/voyage.ts';

const SLOW = { timeout: 60_000 };
const DRAFT = 'Half a thought';

let voyage: Voyage;
let proxy: HalfOpenProxy;
let devtoolsPort: number;
beforeAll(async () => {
  const port = await freePort();
  devtoolsPort = await freePort();
  proxy = await startHalfOpenProxy(port);
  voyage = await startVoyage({
    env: { PORT: String(port), PUBLIC_URL: proxy.url },
    launch: {
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: [`--remote-debugging-port=${devtoolsPort}`],
    },
  });
}, 90_000);
afterAll(async () => {
  await voyage?.close();
  await proxy?.close();
});
beforeEach(() => {
  proxy.refuses = false;
});

/** What the server has, in its own order, of everything whose text ends so. */
async function stored(ending: string): Promise<string[]> {
  const { db } = voyage.demo.app.store;
  const journal = await db.selectFrom('journal').select('entries').orderBy('id').execute();
  const folded = await db.selectFrom('entries').selectAll().orderBy('seq').execute();
  const rows: EntryRow[] = [...folded, ...journal.flatMap(({ entries }) => JSON.parse(entries))];
  // What is folded may stand in the journal for a moment longer.
  const once = new Map(rows.map((row) => [`${row.conversation_id} ${row.seq}`, row]));
  const texts = [...once.values()].map(({ body }) => String(JSON.parse(body).text ?? ''));
  return texts.filter((text) => text.endsWith(ending));
}
const boxOf = ({ chat }: Visitor) => chat.getByRole('textbox', { name: 'Message' });
const settled = ({ log }: Visitor) =>
  expect.poll(() => log.getByText(/^(Sending|Waiting|Not sent)$/).count(), SLOW).toBe(0);
const kept = (page: Page) =>
  expect.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage })), SLOW);

/** What stands in the chat, and in its composer; by the page's own means, see `peek`. */
const CHAT = `[...document.querySelectorAll('.text, .meta .sending')].map((one) => one.textContent)
  .concat(document.querySelector('textarea')?.value ?? []).join(' | ')`;

/** Whatever way a page goes and comes back that Playwright does not follow. */
const WAYS: Record<string, (page: Page, tab: Peek) => Promise<unknown>> = {
  'a crash of the tab': (_page, tab) => tab.crashAndReload(),
  async 'the back/forward cache'(page) {
    const home = page.url();
    await page.goto(`${new URL(home).origin}/delivery`);
    await page.evaluate(() => void setTimeout(() => history.back()));
    await expect.poll(() => page.url(), SLOW).toBe(home);
  },
};

describe('a visitor', { timeout: 150_000 }, () => {
  /** The message is stored, and its ack never comes; something else is half written. */
  async function inTheMiddleOfASend(name: string): Promise<Visitor> {
    const visitor = await voyage.visit();
    await visitor.openChat();
    await visitor.send(`one, ${name}`);
    await expect.poll(() => stored(name), SLOW).toHaveLength(1);
    await settled(visitor);
    proxy.mute('down');
    await visitor.send(`two, ${name}`);
    await expect.poll(() => stored(name), SLOW).toHaveLength(2);
    await boxOf(visitor).fill(DRAFT);
    await kept(visitor.page).toContain(DRAFT);
    await kept(visitor.page).toContain(`two, ${name}`);
    return visitor;
  }

  it('[SEND-1] loses and doubles nothing by a reload in the middle of a send', async () => {
    const name = 'a reload';
    const visitor = await inTheMiddleOfASend(name);
    await visitor.page.reload();
    await visitor.log.getByText(`two, ${name}`).waitFor(SLOW);
    await settled(visitor);
    expect(await boxOf(visitor).inputValue()).toBe(DRAFT);
    await visitor.send(`three, ${name}`);
    await settled(visitor);
    const texts = [`one, ${name}`, `two, ${name}`, `three, ${name}`];
    expect(await stored(name)).toEqual(texts);
    expect(await visitor.log.locator('.text').allInnerTexts()).toEqual(texts);
    await visitor.page.context().close();
  });

  it.each(
    Object.keys(WAYS),
  )('[PORT-6] loses and doubles nothing by %s in the middle of a send', async (name) => {
    const { page } = await inTheMiddleOfASend(name);
    const tab = await peek(page, devtoolsPort);
    await WAYS[name]?.(page, tab);
    const shown = `one, ${name} | two, ${name} | ${DRAFT}`;
    await expect.poll(() => tab.evaluate(CHAT), SLOW).toBe(shown);
    expect(await stored(name)).toHaveLength(2);
    await tab.close();
  });

  it('[SEND-6] sends what was written while the server was away, in order, also after a reload', async () => {
    const name = 'away';
    // Where the pinned tag stands: its files come from the browser's own cache.
    const visitor = await voyage.visit('/checkout');
    await visitor.openChat();
    await visitor.send(`one, ${name}`);
    await settled(visitor);
    proxy.refuses = true;
    proxy.cut();
    await visitor.send(`two, ${name}`);
    await visitor.send(`three, ${name}`);
    await boxOf(visitor).fill(DRAFT);
    await visitor.chat.getByText('Reconnecting').waitFor(SLOW);
    await kept(visitor.page).toContain(DRAFT);
    await visitor.page.reload();
    await visitor.page.getByText('Not available').waitFor(SLOW);
    proxy.refuses = false;
    await visitor.log.getByText(`three, ${name}`).waitFor(SLOW);
    await settled(visitor);
    expect(await boxOf(visitor).inputValue()).toBe(DRAFT);
    expect(await stored(name)).toEqual([`one, ${name}`, `two, ${name}`, `three, ${name}`]);
    await visitor.page.context().close();
  });
});

describe('an agent', { timeout: 150_000 }, () => {
  it('loses and doubles nothing by a reload or a crash in the middle of a send', async () => {
    const name = 'by an agent';
    const visitor = await voyage.visit();
    await visitor.openChat();
    await visitor.send(`one, ${name}`);
    await settled(visitor);
    const agent = await voyage.answer();
    const reply = agent.page.getByRole('textbox', { name: 'Reply' });
    await agent.conversations.getByText(`one, ${name}`).click();
    await agent.log.getByText(`one, ${name}`).waitFor();

    proxy.mute('down');
    await agent.send(`two, ${name}`);
    await expect.poll(() => stored(name), SLOW).toHaveLength(2);
    await reply.fill(DRAFT);
    await agent.page.reload();
    await agent.log.getByText(`two, ${name}`).waitFor(SLOW);
    await expect.poll(() => agent.log.getByText(/^(Sending|Not sent)$/).count(), SLOW).toBe(0);
    expect(await reply.inputValue()).toBe(DRAFT);

    proxy.mute('down');
    await agent.send(`three, ${name}`);
    await expect.poll(() => stored(name), SLOW).toHaveLength(3);
    await reply.fill(DRAFT);
    const tab = await peek(agent.page, devtoolsPort);
    await tab.crashAndReload();
    const read = () =>
      tab.evaluate(
        `document.querySelector('textarea') && document.querySelectorAll('.bubble').length + ' '
          + document.querySelectorAll('.bubble-unsent').length + ' '
          + document.querySelector('textarea').value`,
      );
    await expect.poll(read, SLOW).toBe(`3 0 ${DRAFT}`);
    expect(await stored(name)).toEqual([`one, ${name}`, `two, ${name}`, `three, ${name}`]);
    await tab.close();
    await visitor.page.context().close();
  });
});

describe('two screens of one person', { timeout: 200_000 }, () => {
  it('[SYNC-1] show the same, after one of them was offline for a while', async () => {
    const name = 'twice';
    const here = await voyage.visit();
    await here.openChat();
    await here.send(`one, ${name}`);
    await settled(here);
    const state = await here.page.context().storageState();
    const there = createVisitor(
      await (await voyage.browser.newContext({ locale: 'en-GB', storageState: state })).newPage(),
    );
    await there.page.goto(here.page.url());
    await there.log.getByText(`one, ${name}`).waitFor(SLOW);
    const [anna, alsoAnna] = await Promise.all([voyage.answer(), voyage.answer()]);
    for (const { conversations, log } of [anna, alsoAnna]) {
      await conversations.getByText(`one, ${name}`).click();
      await log.getByText(`one, ${name}`).waitFor();
    }

    const away: BrowserContext[] = [there.page.context(), alsoAnna.page.context()];
    for (const context of away) await context.setOffline(true);
    await there.chat.getByText('You are offline').waitFor(SLOW);
    await alsoAnna.page.getByText('You are offline').waitFor(SLOW);
    await here.send(`two, ${name}`);
    await anna.log.getByText(`two, ${name}`).waitFor();
    await anna.send(`three, ${name}`);
    await here.log.getByText(`three, ${name}`).waitFor();
    await anna.requestPayment('49.00', 'Brass lantern');
    await here.payButton.waitFor();
    await anna.page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await here.log.getByText('Conversation resolved').waitFor();
    await alsoAnna.send(`four, ${name}`);
    for (const context of away) await context.setOffline(false);

    const texts = ['one', 'two', 'three', 'four'].map((word) => `${word}, ${name}`);
    await expect.poll(() => stored(name), SLOW).toEqual(texts);
    for (const visitor of [here, there]) {
      await expect.poll(() => visitor.log.locator('.text').allInnerTexts(), SLOW).toEqual(texts);
      await visitor.payButton.waitFor();
      await visitor.log.getByText('Conversation resolved').waitFor();
    }
    for (const { log, page } of [anna, alsoAnna]) {
      for (const text of texts) await expect.poll(() => log.getByText(text).count(), SLOW).toBe(1);
      await page.getByRole('button', { name: 'Reopen', exact: true }).waitFor();
      await log.getByText('Seen').waitFor(SLOW);
    }
    for (const { page } of [here, there, anna, alsoAnna]) await page.context().close();
  });
});
