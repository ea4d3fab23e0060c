/** The panel of one payment and its dialogs, where the server does as the test wants. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, PASSWORD } from '../support/console-lab.ts';
import { paymentId } from '../support/payment-samples.ts';
import { ANNA, openPaymentsDesk, type PaymentsDesk } from '../support/payments-desk.ts';

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

describe('[PAY-9] a refund', () => {
  it('starts with what remains, is refused in words, and is the same one after a lost answer', async () => {
    desk.put('a', { status: 'succeeded', amountMinor: 5000 }, { refundableMinor: 5000 });
    await desk.atPayments();
    await desk.openPanel('a');
    await desk.button('Refund').click();
    const form = desk.dialog('Refund');
    const amount = form.getByLabel('Amount');
    const send = form.getByRole('button', { name: 'Send refund' });
    expect(await amount.inputValue()).toBe('50.00');
    await amount.fill('50.01');
    await form.getByText('No more than €50.00').waitFor();
    await amount.fill('20,00');
    await form.getByText('Write it like 24.50').waitFor();
    await amount.fill('20.00');
    await form.getByText('leaves €30.00').waitFor();
    expect(await desk.agent.violations()).toEqual([]);
    desk.lab.fail('refund:request', 'amount_above_limit');
    await send.click();
    await form.getByRole('alert').getByText('above what your role may').waitFor();
    desk.lab.fail('refund:request', 'provider_unreachable');
    await send.click();
    await form.getByRole('alert').getByText('Trying again is safe').waitFor();
    expect(await amount.getAttribute('readonly')).not.toBe(null);
    await send.click();
    await form.waitFor({ state: 'hidden' });
    const ids = desk.lab.payments.asked
      .filter(({ name }) => name === 'refund:request')
      .map(({ body }) => (body as { clientId: string }).clientId);
    expect(ids[1]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
    await desk.panel().getByText('€20.00 of €50.00').waitFor();
    await desk.rows().getByText('Partly refunded').waitFor();
  });

  it('shows each state, and lets another agent decide on one that waits', async () => {
    const refunds = [
      { refundId: 'rf_1111111111111111', amountMinor: 500, status: 'failed' },
      { refundId: 'rf_2222222222222222', amountMinor: 700, status: 'waiting' },
    ] as const;
    desk.put('a', { status: 'succeeded', refunds: [...refunds] }, { refundableMinor: 4200 });
    await desk.atPayments();
    await desk.rows().getByText('Refund waits for approval').waitFor();
    await desk.openPanel('a');
    await desk.panel().getByText('Failed').waitFor();
    await desk.panel().getByText('Waiting for approval').waitFor();
    await desk.button('Approve').click();
    await desk.panel().getByText('On its way', { exact: true }).waitFor();
    expect(await desk.button('Approve').count()).toBe(0);
  });

  it('that waits is called off by who asked for it', async () => {
    const refunds = [{ refundId: 'rf_2222222222222222', amountMinor: 700, status: 'waiting' }];
    desk.put('a', { status: 'succeeded', refunds } as Partial<PaymentState>, {
      refundableMinor: 4200,
    });
    const waiting = { at: 1, kind: 'refund_requested', by: ANNA, amountMinor: 700 } as const;
    desk.lab.payments.all
      .get(paymentId('a'))
      ?.lines.push({ ...waiting, detail: 'duplicate, waiting' });
    desk.lab.setAgent({ role: 'agent' });
    await desk.atPayments();
    await desk.openPanel('a');
    await desk.panel().getByText('Paid twice; waits for approval').waitFor();
    expect(await desk.button('Approve').count()).toBe(0);
    await desk.button('Call off').click();
    await desk.panel().getByText('Canceled', { exact: true }).waitFor();
    await desk.panel().getByText('Called off giving back').waitFor();
    expect(await desk.button('Call off').count()).toBe(0);
    const { name, body } =
      desk.lab.payments.asked.find((one) => one.name === 'refund:cancel') ?? {};
    expect({ name, body }).toEqual({
      name: 'refund:cancel',
      body: { refundId: 'rf_2222222222222222' },
    });
  });
});

describe('[PAY-7] a request', () => {
  it('has items, a receipt and an expiry, and is saved as a template', async () => {
    await desk.agent.signIn(AGENT.email, PASSWORD);
    await desk.agent.open('Jonas');
    await desk.button('Request payment').click();
    const form = desk.dialog('Request payment');
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
    expect(await desk.agent.violations()).toEqual([]);
    await form.getByRole('button', { name: 'Send request' }).click();
    await form.waitFor({ state: 'hidden' });
    const { body } = desk.lab.payments.asked.find(({ name }) => name === 'payment:request') ?? {};
    expect(body).toMatchObject({
      amountMinor: 4900,
      lineItems: [{ description: 'Brass lantern', quantity: 2, unitAmountMinor: 2450 }],
      receiptEmail: 'jonas@example.com',
      expiresInMs: 3 * DAY_MS,
    });

    await desk.button('Request payment').click();
    await form.getByLabel('Template', { exact: true }).selectOption('Lanterns');
    expect(await form.getByLabel('Description').inputValue()).toBe('Two lanterns');
    expect(await item('Item 1').inputValue()).toBe('Brass lantern');
    await form.getByRole('button', { name: 'Delete template' }).click();
    await form.getByRole('button', { name: 'Delete', exact: true }).click();
    await form.getByLabel('Template', { exact: true }).waitFor({ state: 'detached' });
    expect(desk.lab.payments.templates.size).toBe(0);
  });

  it('is edited and canceled from the conversation', async () => {
    desk.put('a', { expiresAt: Date.now() + DAY_MS });
    await desk.agent.signIn(AGENT.email, PASSWORD);
    await desk.agent.open('Jonas');
    const card = desk.agent.log.getByRole('group', { name: 'Payment request' });
    await card.getByRole('link', { name: 'View details' }).click();
    await desk.button('Edit').click();
    await desk.dialog('Edit request').getByLabel('Amount').fill('55.00');
    desk.lab.fail('payment:edit', 'payment_not_editable');
    await desk.button('Save changes').click();
    await desk
      .dialog('Edit request')
      .getByRole('alert')
      .getByText('no longer be changed')
      .waitFor();
    await desk.button('Save changes').click();
    await card.getByText('€55.00').waitFor();
    await desk.panel().getByText('Changed to €55.00').waitFor();
    await desk.button('Cancel request').click();
    await desk.dialog('Cancel request').getByRole('button', { name: 'Cancel request' }).click();
    await card.getByText('Canceled', { exact: true }).waitFor();
    expect(await desk.panel().getByRole('button').count()).toBe(0);
  });

  it('[PAY-8] waits for another agent, in list and conversation', async () => {
    desk.put('mine', { approval: 'waiting', description: 'Mine' });
    desk.put('theirs', { approval: 'waiting', description: 'Theirs' }, { requestedBy: OMAR });
    desk.put('paid', { status: 'succeeded' });
    await desk.atPayments();
    await desk.agent.page.getByLabel('State', { exact: true }).selectOption('Waiting for approval');
    await expect.poll(() => desk.rows().count()).toBe(2);
    const download = desk.agent.page.waitForEvent('download');
    await desk.button('Export CSV').click();
    expect((await download).url()).toContain('/api/agent/payments.csv?approval=waiting');
    await expect.poll(() => desk.rows().getByText('Waiting for approval').count()).toBe(2);
    await desk.openPanel('mine');
    await desk.panel().getByText('somebody else has to approve it').waitFor();
    expect(await desk.button('Approve').count()).toBe(0);
    await desk.openPanel('theirs');
    await desk.button('Approve').click();
    await desk.panel().getByText('Waiting for payment').waitFor();
    await desk.panel().getByText('Approved').waitFor();
  });
});
