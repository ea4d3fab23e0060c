/** The payments page, where the server does as the test wants. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, PASSWORD } from '../support/console-lab.ts';
import { paymentId } from '../support/payment-samples.ts';
import { openPaymentsDesk, type PaymentsDesk } from '../support/payments-desk.ts';

const OMAR = { id: 'ag_omaromaromaromar1', name: 'Omar Haddad' };
const DAY_MS = 86_400_000;

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let built: BuiltConsole;
let browser: Browser;
let desk: PaymentsDesk;

beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  desk = await openPaymentsDesk(browser, built);
});
afterEach(() => desk.close());

describe('the payments page', () => {
  it('says that there is nothing yet, then lives', async () => {
    await desk.atPayments();
    await desk.agent.page.getByText('Nothing asked for yet').waitFor();
    expect(await desk.agent.violations()).toEqual([]);
    desk.put('a');
    await desk.rows().getByText('Waiting for payment').waitFor();
    desk.lab.payments.change(paymentId('a'), { status: 'succeeded', reference: 'BH-7K2M-9QX4' });
    await desk.rows().getByText('Paid', { exact: true }).waitFor();
    await desk.rows().getByText('BH-7K2M-9QX4').waitFor();
    const sums = desk.agent.page.getByRole('region', { name: 'Sums by currency' });
    await sums.getByText('1 request', { exact: true }).waitFor();
    await expect.poll(() => sums.getByText('€49.00').count()).toBe(2);
  });

  it('says why it could not be loaded, and loads again', async () => {
    desk.put('a');
    await desk.agent.signIn(AGENT.email, PASSWORD);
    await desk.agent.conversations.getByText('Jonas').waitFor();
    // Asked already after the connect: what somebody has to see to.
    const hasAsked = () => desk.lab.payments.asked.some(({ name }) => name === 'payments:list');
    await expect.poll(hasAsked).toBe(true);
    desk.lab.fail('payments:list', 'internal');
    await desk.agent.page.getByRole('link', { name: 'Payments' }).click();
    await desk.agent.page.getByText('could not be loaded').waitFor();
    await desk.button('Load again').click();
    await desk.rows().getByText('€49.00').waitFor();
  });

  it('is filtered by state, agent, currency and day, and exports the same', async () => {
    desk.put('a', { status: 'succeeded', amountMinor: 1000 });
    desk.put('b', { amountMinor: 2000 }, { requestedBy: OMAR });
    desk.put('c', { currency: 'SEK', amountMinor: 3000 });
    desk.put('d', { amountMinor: 4000 }, { createdAt: Date.now() - 9 * DAY_MS });
    await desk.atPayments();
    await expect.poll(() => desk.rows().count()).toBe(4);
    const field = (name: string) => desk.agent.page.getByLabel(name, { exact: true });
    await field('State').selectOption('Paid');
    await expect.poll(() => desk.rows().count()).toBe(1);
    const download = desk.agent.page.waitForEvent('download');
    await desk.button('Export CSV').click();
    expect((await download).url()).toContain('/api/agent/payments.csv?status=succeeded');
    await desk.button('Clear').click();
    await field('Agent').selectOption('Omar Haddad');
    await desk.rows().getByText('€20.00').waitFor();
    await expect.poll(() => desk.rows().count()).toBe(1);
    await field('Currency').selectOption('SEK');
    await desk.agent.page.getByText('Nothing matches').waitFor();
    await desk.button('Show all payments').click();
    const day = new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10);
    await field('To').fill(day);
    await desk.rows().getByText('€40.00').waitFor();
    await expect.poll(() => desk.rows().count()).toBe(1);
    await field('From').fill(day);
    await desk.agent.page.getByText('Nothing matches').waitFor();
  });

  it('comes page by page', async () => {
    desk.lab.payments.pageSize = 2;
    for (const name of ['a', 'b', 'c']) desk.put(name);
    await desk.atPayments();
    await expect.poll(() => desk.rows().count()).toBe(2);
    await desk.button('Show more').click();
    await expect.poll(() => desk.rows().count()).toBe(3);
    expect(await desk.button('Show more').count()).toBe(0);
  });

  it('marks what needs eyes, and leads to the conversation and to Stripe', async () => {
    const dispute = {
      amountMinor: 4900,
      reason: 'fraudulent',
      status: 'needs_response',
      dueAt: Date.now() + 9 * DAY_MS,
    };
    const stripe = { providerUrl: 'https://dashboard.stripe.com/test/payments/pi_1' };
    desk.put('a', { status: 'disputed', dispute }, { fraudWarning: true, ...stripe });
    desk.put('b', {}, { providerUrl: 'javascript:alert(1)' });
    await desk.atPayments();
    await desk.rows().first().getByText('Fraud warning').waitFor();
    await desk
      .rows()
      .first()
      .getByText(/Answer the bank by/)
      .waitFor();
    const links = desk.agent.page.getByRole('link', { name: 'Open in Stripe' });
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute('href')).toBe(stripe.providerUrl);
    await desk.openPanel('a');
    await desk.panel().getByText('contests €49.00').waitFor();
    expect(await desk.panel().getByRole('button').count()).toBe(0);
    expect(await desk.agent.violations()).toEqual([]);
    await desk.panel().getByRole('link', { name: 'Conversation with Jonas' }).click();
    await desk.agent.log.getByText('Hello').waitFor();
  });

  it('keeps the panel over a reload and a lost connection', async () => {
    desk.put('a');
    await desk.atPayments();
    await desk.openPanel('a');
    await desk.agent.page.reload();
    await desk.panel().getByText('Waiting for payment').waitFor();
    desk.lab.setDown(true);
    await desk.agent.page.getByText('Connection lost').waitFor();
    desk.lab.payments.change(paymentId('a'), { status: 'succeeded' });
    desk.lab.setDown(false);
    await desk.panel().getByText('Paid', { exact: true }).waitFor();
    await desk.rows().getByText('Paid', { exact: true }).waitFor();
    await desk.agent.page.keyboard.press('Escape');
    await desk.panel().waitFor({ state: 'detached' });
  });
});

describe('a viewer', () => {
  it('sees where the money is and touches nothing', async () => {
    desk.lab.setAgent({ role: 'viewer' });
    desk.put('a', { status: 'succeeded' }, { refundableMinor: 4900 });
    desk.put('b', { approval: 'waiting' }, { requestedBy: OMAR });
    await desk.atPayments();
    for (const name of ['a', 'b']) {
      await desk.openPanel(name);
      expect(await desk.panel().getByRole('button').count()).toBe(0);
    }
    await desk.agent.page.getByRole('link', { name: 'Inbox' }).click();
    await desk.agent.open('Jonas');
    expect(await desk.button('Request payment').count()).toBe(0);
    expect(await desk.button('Approve').count()).toBe(0);
  });
});

describe.each(['light', 'dark'] as const)('on a phone, %s', (colorScheme) => {
  it('shows cards, then the panel alone, with a way back', async () => {
    await desk.agent.page.emulateMedia({ colorScheme });
    await desk.agent.page.setViewportSize({ width: 390, height: 844 });
    desk.put('a', { status: 'succeeded', refundedMinor: 100 }, { refundableMinor: 4800 });
    await desk.atPayments();
    await desk.rows().getByText('€49.00').waitFor();
    await desk.button('Filters').click();
    await desk.agent.page.getByLabel('State', { exact: true }).waitFor();
    expect(await desk.agent.violations()).toEqual([]);
    const line = desk.agent.page.locator(`[data-payment="${paymentId('a')}"]`);
    await line.click();
    const whole = desk.agent.page.getByRole('main', { name: 'Payment' });
    await whole.getByText('History').waitFor();
    expect(await desk.table().isVisible()).toBe(false);
    expect(await desk.agent.violations()).toEqual([]);
    await whole.getByRole('link', { name: 'Close payment' }).click();
    await desk.rows().first().waitFor();
    expect(await line.evaluate((link) => link === document.activeElement)).toBe(true);
    const sideways = () =>
      document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await desk.agent.page.evaluate(sideways)).toBe(false);
  });
});
