/**
 * After a breach, as people live it: an owner goes from the question to a published notice, and each
 * visitor learns in the own browser whether it concerns them, and nothing of anybody else.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { atRest } from '../support/at-rest.ts';
import { type Agent, startVoyage, type Visitor, type Voyage } from '../support/voyage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let voyage: Voyage;
let owner: Agent;
let concerned: Visitor;
let other: Visitor;
let noticeUrl: string;
const ARTICLE = 'About your chats with Halyard & Co';

beforeAll(async () => {
  voyage = await startVoyage();
  owner = await voyage.answer();
  concerned = await voyage.visit();
  await concerned.openChat();
  await concerned.send('My order is late');
  await concerned.log.getByText('My order is late').waitFor();
  await owner.conversations.getByText('My order is late').click();
  await owner.log.getByText('My order is late').waitFor();
});
afterAll(() => voyage?.close());

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function violations(page: Page): Promise<string[]> {
  await atRest(page);
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
  );
}

/** Presses the chat's button. @returns the page of the notice that it opens */
async function pressCheck(visitor: Visitor): Promise<Page> {
  const opened = visitor.page.context().waitForEvent('page');
  await visitor.chat.getByRole('button', { name: 'Was I affected?' }).click();
  const page = await opened;
  await page.waitForLoadState();
  return page;
}

describe('from the question to an answer for each', () => {
  it('[EXP-3] the owner asks who was read by an account, and drafts a notice from it', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'Exposure' }).click();
    await heading(page, 'Exposure').waitFor();
    await page.getByLabel('Agent’s account').selectOption('Anna Lindqvist');
    await button(page, 'Ask').click();
    const table = page.getByRole('table', { name: 'Who was exposed' });
    await table.waitFor();
    expect(await table.locator('tbody').getByRole('row').count()).toBe(1);
    await table.getByText('Messages').waitFor();
    await table.getByText('Anna Lindqvist').waitFor();
    await page.getByText('No card numbers').waitFor();
    expect(await violations(page)).toEqual([]);

    const csv = page.waitForEvent('download');
    await button(page, 'CSV').click();
    expect((await csv).suggestedFilename()).toMatch(/^exposure-.*\.csv$/);
    const signed = page.waitForEvent('download');
    await button(page, 'Signed report').click();
    expect((await signed).suggestedFilename()).toMatch(/^exposure-.*\.json$/);

    // Came after the question: not in the report.
    other = await voyage.visit('/products/tide-clock');
    await other.openChat();
    await other.send('Is it waterproof?');
    await other.log.getByText('Is it waterproof?').waitFor();

    await button(page, 'Draft a notice').click();
    await expect.poll(() => page.getByLabel('Title').inputValue()).toBe(ARTICLE);
    expect(await page.getByLabel('What information').inputValue()).toContain('– Messages');
    await page.getByText('since we knew').first().waitFor();
    await page.getByLabel('What happened').fill('An account of ours was used by somebody else.');
    await page.getByLabel('What we are doing').fill('We have closed the account.');
    await page.getByLabel('What you can do').fill('Be careful with letters.');
    expect(await violations(page)).toEqual([]);
  });

  it('[NOTICE-1] publishes it, having read how many will be told', async () => {
    const { page } = owner;
    await button(page, 'Save draft').click();
    await page.getByText('names 1 visitor on this site, with 1 conversation').waitFor();
    const preview = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Preview' }).click();
    const shown = await preview;
    await shown.getByText('Nobody else sees this page yet').waitFor();
    await shown.close();

    await button(page, 'Publish').click();
    const dialog = page.getByRole('dialog', { name: 'Publish this notice?' });
    await dialog.getByText('1 visitor').waitFor();
    await dialog.getByText('Send a message into 1 conversation').waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('1 of 1 conversation told').waitFor();
    const link = page.getByRole('link', { name: /\/notices\/nt_/ });
    noticeUrl = (await link.getAttribute('href')) ?? '';
    expect(noticeUrl).toContain(voyage.demo.urls.chat);
    expect(await violations(page)).toEqual([]);
  });

  it('the affected conversation is told, and no other', async () => {
    await concerned.log.getByText(ARTICLE).waitFor();
    expect(await other.log.getByText(ARTICLE).count()).toBe(0);
  });

  it('[NOTICE-2] a visitor presses the strip and reads that it concerns them, and what', async () => {
    const strip = concerned.chat.getByRole('status').filter({ hasText: ARTICLE });
    await strip.waitFor();
    await strip.getByText(new URL(noticeUrl).host).waitFor();
    const page = await pressCheck(concerned);
    const seen: string[] = [];
    page.on('console', (message) => seen.push(message.text()));
    await page.getByText('Yes, this browser’s visitor was among the affected.').waitFor();
    await page.getByText('Your messages in the chat').waitFor();
    expect(await page.getByText('Your e-mail address').isVisible()).toBe(false);
    // Nothing that would answer again stays in the address or in the history.
    expect(page.url()).toBe(noticeUrl);
    expect(await page.evaluate(() => window.opener)).toBeNull();
    expect(await violations(page)).toEqual([]);
    expect(seen).toEqual([]);
    await page.reload();
    await page.getByText('Open the chat on the pages of').waitFor();
    await page.close();
  });

  it('[NOTICE-3] another visitor reads that it does not concern them, twice if they like', async () => {
    for (let press = 0; press < 2; press++) {
      const page = await pressCheck(other);
      await page.getByText('No. This browser’s visitor was not among the affected.').waitFor();
      expect(await page.getByText('Your messages in the chat').isVisible()).toBe(false);
      await page.close();
    }
  });

  it('says so when a proof was used, forged, or could not be brought', async () => {
    const context = await voyage.browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${noticeUrl}#forged.proof`);
    await page.getByText('This address was not made for this notice.').waitFor();
    await page.getByText('Open the chat on the pages of').waitFor();

    const proof = await proofOf(concerned);
    await page.goto(`${noticeUrl}#${proof}`);
    await page.getByText('Yes, this browser’s visitor').waitFor();
    await page.goto('about:blank');
    await page.goto(`${noticeUrl}#${proof}`);
    await page.getByText('This address was used already').waitFor();

    await page.goto('about:blank');
    await page.route('**/check', (route) => route.abort());
    await page.goto(`${noticeUrl}#${await proofOf(concerned)}`);
    await page.getByText('could not be fetched').waitFor();
    await page.unroute('**/check');
    await button(page, 'Try again').click();
    await page.getByText('Yes, this browser’s visitor').waitFor();
    await context.close();
  });

  it('reads without a script, and on paper', async () => {
    const context = await voyage.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(noticeUrl);
    await heading(page, ARTICLE).waitFor();
    for (const text of [
      'An account of ours was used by somebody else.',
      'How long it took us to tell you',
    ]) {
      await page.getByText(text).waitFor();
    }
    expect(await page.locator('noscript p').innerText()).toContain('needs JavaScript');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByText('We have closed the account.').isVisible()).toBe(true);
    await context.close();
  });

  it('is updated and closed, and the strip leaves the chat', async () => {
    const { page } = owner;
    await page.getByLabel('What is new').fill('We have found how it came about.');
    await button(page, 'Send update').click();
    await page.getByRole('listitem').filter({ hasText: 'We have found' }).waitFor();
    const reader = await voyage.browser.newPage();
    await reader.goto(noticeUrl);
    await reader.getByText('We have found how it came about.').waitFor();
    await reader.close();

    await button(page, 'Close notice…').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close notice' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const strip = other.chat.getByRole('button', { name: 'Was I affected?' });
    await strip.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Notices' }).first().click();
    const line = page.getByRole('list', { name: 'Notices' }).getByRole('listitem');
    await line.getByText('Closed').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

/** A proof that the visitor's own chat would have opened; the loader's opening of it is caught. */
async function proofOf({ page, chat }: Visitor): Promise<string> {
  await page.evaluate(() => {
    const real = window.open;
    window.open = (url) => {
      Object.assign(window, { caught: String(url) });
      window.open = real;
      return null;
    };
  });
  await chat.getByRole('button', { name: 'Was I affected?' }).click();
  const caught = await page.waitForFunction(() => (window as { caught?: string }).caught);
  const url = await caught.jsonValue();
  await page.evaluate(() => Object.assign(window, { caught: '' }));
  return new URL(url ?? '').hash.slice(1);
}
