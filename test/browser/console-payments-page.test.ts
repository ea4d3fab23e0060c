/** The payments page, its panel and its dialogs, where the server does as the test wants. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, type ConsoleLab, PASSWORD, startConsoleLab } from '../support/console-lab.ts';
import { type ConsolePage, openConsole } from '../support/console-page.ts';
import { paymentId, paymentSummary } from '../support/payment-samples.ts';

const JONAS = 'cv_oneoneoneoneone1';
const OMAR = { id: 'ag_omaromaromaromar1', name: 'Omar Haddad' };
const ANNA = { id: AGENT.id, name: AGENT.name };
const DAY_MS = 86_400_000;

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let built: BuiltConsole;
let browser: Browser;
let lab: ConsoleLab;
let agent: ConsolePage;

beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  lab = await startConsoleLab(built);
  lab.add({
    id: JONAS,
    visitor: { id: 'vi_oneoneoneoneone1', name: 'Jonas', firstSeenAt: Date.now(), online: true },
  });
  lab.visitorSays(JONAS, 'Hello');
  agent = await openConsole(browser, lab.url);
});
afterEach(async () => {
  expect(agent.faults).toEqual([]);
  await agent.close();
  await lab.close();
});

function put(name: string, state: Partial<PaymentState> = {}, more: object = {}) {
  const at = Date.now() - lab.payments.all.size * 1000;
  const common = { conversationId: JONAS, visitorName: 'Jonas', requestedBy: ANNA };
  const summary = paymentSummary(name, state, { ...common, createdAt: at, updatedAt: at, ...more });
  const { amountMinor } = summary.payment;
  const line = { at, kind: 'requested', by: summary.requestedBy, detail: 'created' } as const;
  lab.payments.put(summary, [{ ...line, amountMinor }]);
}
const table = () => agent.page.getByRole('table', { name: 'Payments' });
const rows = () => table().locator('tbody').getByRole('row');
const panel = () => agent.page.getByRole('complementary', { name: 'Payment', exact: true });
const button = (name: string) => agent.page.getByRole('button', { name, exact: true });
const dialog = (name: string) => agent.page.getByRole('dialog', { name });

async function atPayments() {
  await agent.signIn(AGENT.email, PASSWORD);
  await agent.page.getByRole('link', { name: 'Payments' }).click();
  await agent.page.getByRole('heading', { name: 'Payments' }).waitFor();
}
async function openPanel(name: string) {
  await agent.page.locator(`[data-payment="${paymentId(name)}"]`).click();
  await panel().getByText('History').waitFor();
}

describe('the payments page', () => {
  it('says that there is nothing yet, then lives', async () => {
    await atPayments();
    await agent.page.getByText('Nothing asked for yet').waitFor();
    expect(await agent.violations()).toEqual([]);
    put('a');
    await rows().getByText('Waiting for payment').waitFor();
    lab.payments.change(paymentId('a'), { status: 'succeeded', reference: 'BH-7K2M-9QX4' });
    await rows().getByText('Paid', { exact: true }).waitFor();
    await rows().getByText('BH-7K2M-9QX4').waitFor();
    const sums = agent.page.getByRole('region', { name: 'Sums by currency' });
    await sums.getByText('1 request', { exact: true }).waitFor();
    await expect.poll(() => sums.getByText('€49.00').count()).toBe(2);
  });

  it('says why it could not be loaded, and loads again', async () => {
    put('a');
    await agent.signIn(AGENT.email, PASSWORD);
    await agent.conversations.getByText('Jonas').waitFor();
    // Asked already after the connect: what somebody has to see to.
    const hasAsked = () => lab.payments.asked.some(({ name }) => name === 'payments:list');
    await expect.poll(hasAsked).toBe(true);
    lab.fail('payments:list', 'internal');
    await agent.page.getByRole('link', { name: 'Payments' }).click();
    await agent.page.getByText('could not be loaded').waitFor();
    await button('Load again').click();
    await rows().getByText('€49.00').waitFor();
  });

  it('is filtered by state, agent, currency and day, and exports the same', async () => {
    put('a', { status: 'succeeded', amountMinor: 1000 });
    put('b', { amountMinor: 2000 }, { requestedBy: OMAR });
    put('c', { currency: 'SEK', amountMinor: 3000 });
    put('d', { amountMinor: 4000 }, { createdAt: Date.now() - 9 * DAY_MS });
    await atPayments();
    await expect.poll(() => rows().count()).toBe(4);
    const field = (name: string) => agent.page.getByLabel(name, { exact: true });
    await field('State').selectOption('Paid');
    await expect.poll(() => rows().count()).toBe(1);
    const download = agent.page.waitForEvent('download');
    await button('Export CSV').click();
    expect((await download).url()).toContain('/api/agent/payments.csv?status=succeeded');
    await button('Clear').click();
    await field('Agent').selectOption('Omar Haddad');
    await rows().getByText('€20.00').waitFor();
    await expect.poll(() => rows().count()).toBe(1);
    await field('Currency').selectOption('SEK');
    await agent.page.getByText('Nothing matches').waitFor();
    await button('Show all payments').click();
    const day = new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10);
    await field('To').fill(day);
    await rows().getByText('€40.00').waitFor();
    await expect.poll(() => rows().count()).toBe(1);
    await field('From').fill(day);
    await agent.page.getByText('Nothing matches').waitFor();
  });

  it('comes page by page', async () => {
    lab.payments.pageSize = 2;
    for (const name of ['a', 'b', 'c']) put(name);
    await atPayments();
    await expect.poll(() => rows().count()).toBe(2);
    await button('Show more').click();
    await expect.poll(() => rows().count()).toBe(3);
    expect(await button('Show more').count()).toBe(0);
  });

  it('marks what needs eyes, and leads to the conversation and to Stripe', async () => {
    const dispute = {
      amountMinor: 4900,
      reason: 'fraudulent',
      status: 'needs_response',
      dueAt: Date.now() + 9 * DAY_MS,
    };
    const stripe = { providerUrl: 'https://dashboard.stripe.com/test/payments/pi_1' };
    put('a', { status: 'disputed', dispute }, { fraudWarning: true, ...stripe });
    put('b', {}, { providerUrl: 'javascript:alert(1)' });
    await atPayments();
    await rows().first().getByText('Fraud warning').waitFor();
    await rows()
      .first()
      .getByText(/Answer the bank by/)
      .waitFor();
    const links = agent.page.getByRole('link', { name: 'Open in Stripe' });
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute('href')).toBe(stripe.providerUrl);
    await openPanel('a');
    await panel().getByText('contests €49.00').waitFor();
    expect(await panel().getByRole('button').count()).toBe(0);
    expect(await agent.violations()).toEqual([]);
    await panel().getByRole('link', { name: 'Conversation with Jonas' }).click();
    await agent.log.getByText('Hello').waitFor();
  });

  it('keeps the panel over a reload and a lost connection', async () => {
    put('a');
    await atPayments();
    await openPanel('a');
    await agent.page.reload();
    await panel().getByText('Waiting for payment').waitFor();
    lab.setDown(true);
    await agent.page.getByText('Connection lost').waitFor();
    lab.payments.change(paymentId('a'), { status: 'succeeded' });
    lab.setDown(false);
    await panel().getByText('Paid', { exact: true }).waitFor();
    await rows().getByText('Paid', { exact: true }).waitFor();
    await agent.page.keyboard.press('Escape');
    await panel().waitFor({ state: 'detached' });
  });
});

describe('[PAY-9] a refund', () => {
  it('starts with what remains, is refused in words, and is the same one after a lost answer', async () => {
    put('a', { status: 'succeeded', amountMinor: 5000 }, { refundableMinor: 5000 });
    await atPayments();
    await openPanel('a');
    await button('Refund').click();
    const form = dialog('Refund');
    const amount = form.getByLabel('Amount');
    const send = form.getByRole('button', { name: 'Send refund' });
    expect(await amount.inputValue()).toBe('50.00');
    await amount.fill('50.01');
    await form.getByText('No more than €50.00').waitFor();
    await amount.fill('20,00');
    await form.getByText('Write it like 24.50').waitFor();
    await amount.fill('20.00');
    await form.getByText('leaves €30.00').waitFor();
    expect(await agent.violations()).toEqual([]);
    lab.fail('refund:request', 'amount_above_limit');
    await send.click();
    await form.getByRole('alert').getByText('above what your role may').waitFor();
    lab.fail('refund:request', 'provider_unreachable');
    await send.click();
    await form.getByRole('alert').getByText('Trying again is safe').waitFor();
    expect(await amount.getAttribute('readonly')).not.toBe(null);
    await send.click();
    await form.waitFor({ state: 'hidden' });
    const ids = lab.payments.asked
      .filter(({ name }) => name === 'refund:request')
      .map(({ body }) => (body as { clientId: string }).clientId);
    expect(ids[1]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
    await panel().getByText('€20.00 of €50.00').waitFor();
    await rows().getByText('Partly refunded').waitFor();
  });

  it('shows each state, and lets another agent decide on one that waits', async () => {
    const refunds = [
      { refundId: 'rf_1111111111111111', amountMinor: 500, status: 'failed' },
      { refundId: 'rf_2222222222222222', amountMinor: 700, status: 'waiting' },
    ] as const;
    put('a', { status: 'succeeded', refunds: [...refunds] }, { refundableMinor: 4200 });
    await atPayments();
    await rows().getByText('Refund waits for approval').waitFor();
    await openPanel('a');
    await panel().getByText('Failed').waitFor();
    await panel().getByText('Waiting for approval').waitFor();
    await button('Approve').click();
    await panel().getByText('On its way', { exact: true }).waitFor();
    expect(await button('Approve').count()).toBe(0);
  });

  it('that waits is called off by who asked for it', async () => {
    const refunds = [{ refundId: 'rf_2222222222222222', amountMinor: 700, status: 'waiting' }];
    put('a', { status: 'succeeded', refunds } as Partial<PaymentState>, { refundableMinor: 4200 });
    const waiting = { at: 1, kind: 'refund_requested', by: ANNA, amountMinor: 700 } as const;
    lab.payments.all.get(paymentId('a'))?.lines.push({ ...waiting, detail: 'duplicate, waiting' });
    lab.setAgent({ role: 'agent' });
    await atPayments();
    await openPanel('a');
    await panel().getByText('Paid twice; waits for approval').waitFor();
    expect(await button('Approve').count()).toBe(0);
    await button('Call off').click();
    await panel().getByText('Canceled', { exact: true }).waitFor();
    await panel().getByText('Called off giving back').waitFor();
    expect(await button('Call off').count()).toBe(0);
    const { name, body } = lab.payments.asked.find((one) => one.name === 'refund:cancel') ?? {};
    expect({ name, body }).toEqual({
      name: 'refund:cancel',
      body: { refundId: 'rf_2222222222222222' },
    });
  });
});

describe('[PAY-7] a request', () => {
  it('has items, a receipt and an expiry, and is saved as a template', async () => {
    await agent.signIn(AGENT.email, PASSWORD);
    await agent.open('Jonas');
    await button('Request payment').click();
    const form = dialog('Request payment');
    const item = (name: string) => form.getByLabel(name, { exact: true });
    await form.getByRole('button', { name: 'Add items' }).click();
    await item('Item 1').fill('Brass lantern');
    await item('Quantity 1').fill('2');
    await item('Price 1').fill('24.50');
    await form.getByRole('button', { name: 'Add another item' }).click();
    await item('Item 2').fill('Wick');
    await item('Price 2').fill('1,5');
    await form.getByLabel('Description').fill('Two lanterns');
    await form.getByText('Write it like 24.50').waitFor();
    await form.getByRole('button', { name: 'Remove line 2' }).click();
    expect(await form.getByLabel('Amount').inputValue()).toBe('49.00');
    await form.getByText('Asks for €49.00').waitFor();
    await form.getByLabel('Receipt e-mail').fill('jonas@example.com');
    await form.getByLabel('Can be paid for').selectOption('3 days');
    await form.getByRole('button', { name: 'Save as template' }).click();
    await form.getByLabel('Name of the template').fill('Lanterns');
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await form.getByLabel('Template', { exact: true }).waitFor();
    expect(await agent.violations()).toEqual([]);
    await form.getByRole('button', { name: 'Send request' }).click();
    await form.waitFor({ state: 'hidden' });
    const { body } = lab.payments.asked.find(({ name }) => name === 'payment:request') ?? {};
    expect(body).toMatchObject({
      amountMinor: 4900,
      lineItems: [{ description: 'Brass lantern', quantity: 2, unitAmountMinor: 2450 }],
      receiptEmail: 'jonas@example.com',
      expiresInMs: 3 * DAY_MS,
    });

    await button('Request payment').click();
    await form.getByLabel('Template', { exact: true }).selectOption('Lanterns');
    expect(await form.getByLabel('Description').inputValue()).toBe('Two lanterns');
    expect(await item('Item 1').inputValue()).toBe('Brass lantern');
    await form.getByRole('button', { name: 'Delete template' }).click();
    await form.getByRole('button', { name: 'Delete', exact: true }).click();
    await form.getByLabel('Template', { exact: true }).waitFor({ state: 'detached' });
    expect(lab.payments.templates.size).toBe(0);
  });

  it('is edited and canceled from the conversation', async () => {
    put('a', { expiresAt: Date.now() + DAY_MS });
    await agent.signIn(AGENT.email, PASSWORD);
    await agent.open('Jonas');
    const card = agent.log.getByRole('group', { name: 'Payment request' });
    await card.getByRole('link', { name: 'View details' }).click();
    await button('Edit').click();
    await dialog('Edit request').getByLabel('Amount').fill('55.00');
    lab.fail('payment:edit', 'payment_not_editable');
    await button('Save changes').click();
    await dialog('Edit request').getByRole('alert').getByText('no longer be changed').waitFor();
    await button('Save changes').click();
    await card.getByText('€55.00').waitFor();
    await panel().getByText('Changed to €55.00').waitFor();
    await button('Cancel request').click();
    await dialog('Cancel request').getByRole('button', { name: 'Cancel request' }).click();
    await card.getByText('Canceled', { exact: true }).waitFor();
    expect(await panel().getByRole('button').count()).toBe(0);
  });

  it('[PAY-8] waits for another agent, in list and conversation', async () => {
    put('mine', { approval: 'waiting', description: 'Mine' });
    put('theirs', { approval: 'waiting', description: 'Theirs' }, { requestedBy: OMAR });
    put('paid', { status: 'succeeded' });
    await atPayments();
    await agent.page.getByLabel('State', { exact: true }).selectOption('Waiting for approval');
    await expect.poll(() => rows().count()).toBe(2);
    const download = agent.page.waitForEvent('download');
    await button('Export CSV').click();
    expect((await download).url()).toContain('/api/agent/payments.csv?approval=waiting');
    await expect.poll(() => rows().getByText('Waiting for approval').count()).toBe(2);
    await openPanel('mine');
    await panel().getByText('somebody else has to approve it').waitFor();
    expect(await button('Approve').count()).toBe(0);
    await openPanel('theirs');
    await button('Approve').click();
    await panel().getByText('Waiting for payment').waitFor();
    await panel().getByText('Approved').waitFor();
  });
});

describe('a viewer', () => {
  it('sees where the money is and touches nothing', async () => {
    lab.setAgent({ role: 'viewer' });
    put('a', { status: 'succeeded' }, { refundableMinor: 4900 });
    put('b', { approval: 'waiting' }, { requestedBy: OMAR });
    await atPayments();
    for (const name of ['a', 'b']) {
      await openPanel(name);
      expect(await panel().getByRole('button').count()).toBe(0);
    }
    await agent.page.getByRole('link', { name: 'Inbox' }).click();
    await agent.open('Jonas');
    expect(await button('Request payment').count()).toBe(0);
    expect(await button('Approve').count()).toBe(0);
  });
});

describe.each(['light', 'dark'] as const)('on a phone, %s', (colorScheme) => {
  it('shows cards, then the panel alone, with a way back', async () => {
    await agent.page.emulateMedia({ colorScheme });
    await agent.page.setViewportSize({ width: 390, height: 844 });
    put('a', { status: 'succeeded', refundedMinor: 100 }, { refundableMinor: 4800 });
    await atPayments();
    await rows().getByText('€49.00').waitFor();
    await button('Filters').click();
    await agent.page.getByLabel('State', { exact: true }).waitFor();
    expect(await agent.violations()).toEqual([]);
    const line = agent.page.locator(`[data-payment="${paymentId('a')}"]`);
    await line.click();
    const whole = agent.page.getByRole('main', { name: 'Payment' });
    await whole.getByText('History').waitFor();
    expect(await table().isVisible()).toBe(false);
    expect(await agent.violations()).toEqual([]);
    await whole.getByRole('link', { name: 'Close payment' }).click();
    await rows().first().waitFor();
    expect(await line.evaluate((link) => link === document.activeElement)).toBe(true);
    const sideways = () =>
      document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await agent.page.evaluate(sideways)).toBe(false);
  });
});
