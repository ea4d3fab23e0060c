/** What comes after a payment: receipt, money given back, dispute, fraud warning. On the demo. */
import { mkdir } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ASK_SECURE_PAYMENT } from '../../protocol/phrases.ts';
import {
  agentPayment,
  askedToPay,
  CARDS,
  cardOf,
  opensSheet,
  payNow,
  pays,
  toInbox,
} from '../support/paying.ts';
import { type Agent, startVoyage, type Visitor, type Voyage } from '../support/voyage.ts';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const { SHOTS } = process.env;
let voyage: Voyage;
let agent: Agent;
beforeAll(async () => {
  voyage = await startVoyage();
  agent = await voyage.answer({ viewport: { width: 1440, height: 900 } });
  if (SHOTS) await mkdir(SHOTS, { recursive: true });
});
afterAll(() => voyage?.close());

const close = ({ page }: Visitor) => page.context().close();

describe('[PAY-6] opening the sheet', () => {
  it('is one round trip to the server, then Stripe’s own', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Rope' });
    const { chat, stripe } = voyage.demo.urls;
    const asked: string[] = [];
    visitor.page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url());
      if (origin === chat) asked.push(`${request.method()} ${pathname}`);
      else if (origin === stripe) asked.push('Stripe');
    });
    await opensSheet(visitor);
    // Its own script, by its hash, once; and no socket, since there is no chat frame.
    expect(asked.filter((one) => !one.startsWith('GET /embed/') && one !== 'Stripe')).toEqual([
      'POST /api/payments/open',
    ]);
    expect(asked.indexOf('Stripe')).toBeGreaterThan(-1);
    await visitor.sheet.getByRole('button', { name: 'Cancel' }).click();
    await visitor.payButton.waitFor();
    asked.length = 0;
    await opensSheet(visitor);
    expect(asked.filter((one) => one.includes('/api/payments/open'))).toHaveLength(1);
    await close(visitor);
  });
});

describe('[CARD-2] a card number in the chat', () => {
  it('leads to a secure payment in three presses', async () => {
    const visitor = await voyage.visit();
    await visitor.openChat();
    await visitor.chat.getByRole('textbox', { name: 'Message' }).fill(`Take ${CARDS.success}`);
    await visitor.chat.getByRole('button', { name: 'Ask for a secure payment' }).click();
    await visitor.log.getByText(ASK_SECURE_PAYMENT).waitFor();
    if (SHOTS) await visitor.page.screenshot({ path: `${SHOTS}/asked-securely.png` });
    await agent.conversations.getByText(ASK_SECURE_PAYMENT).click();
    await agent.page.getByRole('button', { name: 'Request a payment' }).click();
    const dialog = agent.page.getByRole('dialog', { name: 'Request payment' });
    await dialog.getByLabel('Amount').fill('49.00');
    await dialog.getByLabel('Description').fill('Lantern');
    if (SHOTS) await agent.page.screenshot({ path: `${SHOTS}/request-dialog.png` });
    await dialog.getByRole('button', { name: 'Send request' }).click();
    await visitor.payButton.waitFor();
    await agent.log.getByRole('group', { name: 'Payment request' }).waitFor();
    expect(await agent.page.getByRole('button', { name: 'Request a payment' }).count()).toBe(0);
    expect(await agent.log.getByText('4242').count()).toBe(0);
    await close(visitor);
  });
});

describe('[PAY-13] the receipt', () => {
  it('stands in the conversation, and is printed alone', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Ship’s bell' });
    await pays(visitor);
    const card = cardOf(visitor);
    await card.getByText('Visa •••• 4242').waitFor();
    const reference = (await card.getByText(/^Reference /).textContent()) ?? '';
    await card.getByRole('button', { name: 'Print receipt' }).click();
    const { page, sheet } = visitor;
    for (const words of ['Paid €49.00', 'Ship’s bell', 'Visa •••• 4242', 'Halyard & Co'])
      await sheet.getByText(words).first().waitFor();
    await sheet.getByText(reference.replace('Reference ', '')).waitFor();
    expect(await payNow(visitor).count()).toBe(0);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/receipt-sheet.png` });

    await page.evaluate(() => {
      window.print = () => Object.assign(window, { printed: true });
    });
    await sheet.getByRole('button', { name: 'Print receipt' }).click();
    expect(await page.evaluate('printed')).toBe(true);
    const heading = page.getByRole('heading', { level: 1 }).first();
    expect(await heading.isVisible()).toBe(true);
    await page.emulateMedia({ media: 'print' });
    expect(await heading.isVisible()).toBe(false);
    expect(await sheet.getByText('Visa •••• 4242').isVisible()).toBe(true);
    expect(await sheet.getByRole('button').count()).toBe(0);
    if (SHOTS) {
      await page.screenshot({ path: `${SHOTS}/receipt-print.png` });
      await page.pdf({ path: `${SHOTS}/receipt.pdf` });
    }
    await page.emulateMedia({ media: 'screen' });
    const { violations } = await new AxeBuilder({ page }).include('#bulkhead').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);

    await sheet.getByRole('button', { name: 'Back to chat' }).click();
    await card.getByText('Paid', { exact: true }).waitFor();
    // The page prints itself again.
    expect(await page.evaluate('document.adoptedStyleSheets.length')).toBe(0);
    await close(visitor);
  });
});

describe('[PAY-9] money given back', () => {
  it('is told to both sides, in part and then whole', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Deck chair', amount: '60.00' });
    const payment = agentPayment(agent, 'Deck chair');
    await pays(visitor);
    await payment.card.getByText('Paid', { exact: true }).waitFor();
    await payment.open();
    await payment.refund('20.00');
    await cardOf(visitor).getByText('Partially refunded').waitFor();
    await cardOf(visitor).getByText('€20.00 was returned to you').waitFor();
    await payment.card.getByText('Partly refunded').waitFor();
    await cardOf(visitor).getByRole('button', { name: 'Print receipt' }).click();
    await visitor.sheet.getByText('€20.00').waitFor();
    await visitor.sheet.getByRole('button', { name: 'Back to chat' }).click();
    await payment.refund();
    await cardOf(visitor).getByText('Refunded', { exact: true }).waitFor();
    await payment.card.getByText('€60.00 given back').waitFor();
    expect(await payment.panel.getByRole('button', { name: 'Refund' }).count()).toBe(0);
    await close(visitor);
  });
});

describe('[PAY-9] what a bank says', () => {
  it('a dispute stands in conversation and list with its due date', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Telescope' });
    const payment = agentPayment(agent, 'Telescope');
    await opensSheet(visitor);
    await visitor.fillCard(CARDS.dispute);
    await payNow(visitor).click();
    const due = /Answer the bank by \d/;
    await payment.card.getByText('Disputed', { exact: true }).waitFor();
    await payment.card.getByText(due).waitFor();
    await cardOf(visitor).getByText('Your bank has asked the shop about €49.00').waitFor();
    await payment.open();
    await payment.panel.getByText('contests €49.00').waitFor();
    await payment.panel.getByText('Answer by').waitFor();
    if (SHOTS) await agent.page.screenshot({ path: `${SHOTS}/dispute.png` });
    await payment.list();
    await payment.row.getByText(due).waitFor();
    await agent.page.getByLabel('State', { exact: true }).selectOption('Disputed');
    await payment.row.waitFor();
    await agent.page.getByRole('button', { name: 'Clear' }).click();
    await toInbox(agent);
    await close(visitor);
  });

  it('a fraud warning is told to the agents, and not to the payer', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Barometer' });
    const payment = agentPayment(agent, 'Barometer');
    await pays(visitor, CARDS.fraudWarning);
    await payment.open();
    await payment.panel.getByText('Fraud warning.').waitFor();
    await payment.list();
    await payment.row.getByText('Fraud warning').waitFor();
    expect(await visitor.log.getByText(/fraud/i).count()).toBe(0);
    await toInbox(agent);
    await close(visitor);
  });
});
