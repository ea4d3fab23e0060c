/** What the chat's payment card says, in words, of every way in which a payment may stand. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import { launchBrowser } from '../support/browser.ts';
import { type ChatLab, openChatLab } from '../support/chat-lab.ts';

const PAID_AT = new Date(2026, 10, 21, 14, 5).getTime();
const REQUEST: PaymentState = {
  paymentId: 'pr_paymentpayment01',
  revision: 1,
  amountMinor: 4900,
  currency: 'EUR',
  description: 'Brass lantern and wicks',
  status: 'created',
};
const LINES = [
  { description: 'Brass lantern, hand-made in Galway', quantity: 1, unitAmountMinor: 3900 },
  { description: 'Wick', quantity: 4, unitAmountMinor: 250 },
];
const PAID: PaymentState = {
  ...REQUEST,
  status: 'succeeded',
  lineItems: LINES,
  card: { brand: 'visa', last4: '4242' },
  paidAt: PAID_AT,
  reference: 'BH-7K2M-9QX4',
};
const refund = (amountMinor: number, status: 'waiting' | 'pending' | 'succeeded' | 'failed') => ({
  refundId: `rf_${status.padEnd(16, '0')}`,
  amountMinor,
  status,
});

let browser: Browser;
let lab: ChatLab;

async function show(
  payments: readonly PaymentState[],
  init: Parameters<typeof openChatLab>[1] = {},
  options: BrowserContextOptions = {},
) {
  lab = await openChatLab(
    async (contextOptions) => (await browser.newContext(contextOptions)).newPage(),
    init,
    options,
    (server) => {
      for (const payment of payments) server.append({ type: 'payment', payment });
    },
  );
  const card = lab.chat.getByRole('group', { name: 'Payment request' });
  await card.last().waitFor();
  return card;
}

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());
afterEach(() => lab.close());

describe('[PAY-1] the card', { timeout: 30_000 }, () => {
  it('is the receipt once it is paid: lines, card, date and reference', async () => {
    const card = await show([{ ...REQUEST, lineItems: LINES }, PAID]);
    expect(await card.getByRole('listitem').allInnerTexts()).toEqual([
      '1 × Brass lantern, hand-made in Galway\n€39.00',
      '4 × Wick\n€10.00',
    ]);
    for (const words of ['€49.00', 'Paid', 'Visa •••• 4242', '21 Nov 2026, 14:05'])
      await card.getByText(words, { exact: true }).waitFor();
    await card.getByText('Reference BH-7K2M-9QX4').waitFor();
    expect(await card.getByRole('button').allInnerTexts()).toEqual(['Print receipt']);
  });

  it('says until when it can be paid, and nothing of it afterwards', async () => {
    const card = await show([{ ...REQUEST, expiresAt: PAID_AT }]);
    await card.getByText('Payable until 21 Nov 2026, 14:05').waitFor();
    lab.server.append({ type: 'payment', payment: { ...REQUEST, status: 'expired' } });
    await card.getByText('Expired').waitFor();
    expect(await card.getByText('Payable until').count()).toBe(0);
    expect(await card.getByRole('button').count()).toBe(0);
  });

  it('[PAY-8] cannot be paid while it waits for a second agent', async () => {
    const waiting = { ...REQUEST, approval: 'waiting', expiresAt: PAID_AT } as const;
    const card = await show([waiting]);
    await card.getByText('Waiting for the shop to approve it').waitFor();
    expect(await card.getByRole('button').count()).toBe(0);
    lab.server.append({ type: 'payment', payment: REQUEST });
    await card.getByRole('button', { name: 'Pay €49.00' }).waitFor();
  });

  it('[PAY-9] tells in words what came back, what is on its way and what could not', async () => {
    const refunds = [
      refund(1000, 'succeeded'),
      refund(500, 'pending'),
      refund(300, 'failed'),
      refund(700, 'waiting'),
    ];
    const card = await show([
      { ...PAID, status: 'partially_refunded', refundedMinor: 1500, refunds },
    ]);
    await card.getByText('€10.00 was returned to you').waitFor();
    await card.getByText('€5.00 is on its way back to you').waitFor();
    await card.getByText('€3.00 could not be returned').waitFor();
    expect(await card.getByText('€7.00').count()).toBe(0);
  });

  it('[PAY-9] tells of a dispute', async () => {
    const dispute = { amountMinor: 4900, reason: 'fraudulent', status: 'needs_response' };
    const card = await show([{ ...PAID, status: 'disputed', dispute }]);
    await card.getByText('Your bank has asked the shop about €49.00').waitFor();
  });

  it('[PAY-9] a line in the log says how much was given back', async () => {
    await show([PAID, { ...PAID, status: 'partially_refunded', refundedMinor: 1000 }]);
    await lab.chat.getByText('Part of the payment was returned · €10.00').waitFor();
  });

  it.each([
    ['light', { theme: 'light' }, {}],
    ['dark', { theme: 'dark' }, {}],
    ['phone', {}, { viewport: { width: 390, height: 844 }, hasTouch: true }],
    ['rtl', { dir: 'rtl' }, {}],
  ] as const)('has no violation that axe can find: %s', async (name, init, options) => {
    const states: PaymentState[] = [
      { ...REQUEST, expiresAt: PAID_AT, lineItems: LINES },
      { ...REQUEST, approval: 'waiting' },
      { ...REQUEST, status: 'canceled' },
      {
        ...PAID,
        status: 'partially_refunded',
        refundedMinor: 1500,
        refunds: [refund(1000, 'succeeded'), refund(500, 'pending')],
      },
    ];
    const tall = { viewport: { width: 380, height: 1150 }, ...options };
    await show(
      states.map((state, index) => ({ ...state, paymentId: `${state.paymentId}${index}` })),
      init,
      tall,
    );
    await lab.page.waitForTimeout(400);
    if (process.env.SHOTS)
      await lab.page.screenshot({ path: `${process.env.SHOTS}/card-${name}.png` });
    const { violations } = await new AxeBuilder({ page: lab.page }).include('iframe').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
