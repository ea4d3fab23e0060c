/** How a request ends while somebody has its sheet up: on the demo, as people see it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import {
  agentPayment,
  askedToPay,
  CARDS,
  cardOf,
  inAnotherTab,
  opensSheet,
  payNow,
} from '../support/paying.ts';
import { type Agent, startVoyage, type Visitor, type Voyage } from '../support/voyage.ts';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const HOUR_MS = 3_600_000;
let later = 0;
let voyage: Voyage;
let agent: Agent;
let stripe: StripeStandIn;
beforeAll(async () => {
  voyage = await startVoyage({ clock: { now: () => Date.now() + later } });
  agent = await voyage.answer();
  if (!voyage.demo.stripe) throw new Error('the demo runs without its stand-in');
  stripe = voyage.demo.stripe;
});
afterAll(() => voyage?.close());

const charges = (description: string) =>
  stripe.control.all('charge').filter((charge) => charge.description === description);
const close = ({ page }: Visitor) => page.context().close();

describe('[PAY-7] a request that ends while the visitor pays', () => {
  it('is canceled by the agent: nothing is charged, and both sides are told', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Storm lamp' });
    const payment = agentPayment(agent, 'Storm lamp');
    await opensSheet(visitor);
    await visitor.fillCard(CARDS.success);
    await payment.open();
    await payment.cancel();
    await payment.card.getByText('Canceled', { exact: true }).waitFor();
    await payNow(visitor).click();
    await visitor.sheet.getByText('This payment request was canceled').waitFor();
    expect(charges('Storm lamp')).toEqual([]);
    await visitor.sheet.getByRole('button', { name: 'Cancel' }).click();
    await cardOf(visitor).getByText('Canceled', { exact: true }).waitFor();
    expect(await visitor.payButton.count()).toBe(0);
    await close(visitor);
  });

  it('is paid before the cancellation arrives: it stays paid, and the agent is told so', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Signal flags' });
    const payment = agentPayment(agent, 'Signal flags');
    await payment.open();
    await payment.panel.getByRole('button', { name: 'Cancel request' }).click();
    const dialog = agent.page.getByRole('dialog', { name: 'Cancel request' });
    // The news does not reach the server: only Stripe knows that it is paid.
    stripe.control.webhooks.hold();
    await opensSheet(visitor);
    await visitor.fillCard(CARDS.success);
    await payNow(visitor).click();
    await visitor.sheet.getByText('Paid €49.00').waitFor();
    await dialog.getByRole('button', { name: 'Cancel request' }).click();
    await payment.card.getByText('Paid', { exact: true }).waitFor();
    stripe.control.webhooks.release();
    await cardOf(visitor).getByText('Paid', { exact: true }).waitFor();
    expect(charges('Signal flags')).toHaveLength(1);
    await agent.page.keyboard.press('Escape');
    await close(visitor);
  });

  it('runs out of time on an open sheet: nothing is charged, and both sides are told', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Sea chart' });
    const payment = agentPayment(agent, 'Sea chart');
    await opensSheet(visitor);
    await visitor.fillCard(CARDS.success);
    later = 25 * HOUR_MS;
    await payment.card.getByText('Expired', { exact: true }).waitFor();
    await payNow(visitor).click();
    await visitor.sheet.getByText('This payment request has expired').waitFor();
    later = 0;
    expect(charges('Sea chart')).toEqual([]);
    await visitor.sheet.getByRole('button', { name: 'Cancel' }).click();
    await cardOf(visitor).getByText('Expired', { exact: true }).waitFor();
    expect(await visitor.payButton.count()).toBe(0);
    await close(visitor);
  });
});

describe('[PAY-1] one visitor, two tabs', () => {
  it('pays once, whichever sheet is used, and both tabs say paid', async () => {
    const first = await askedToPay(voyage, agent, { description: 'Anchor' });
    const second = await inAnotherTab(voyage, first);
    await opensSheet(first);
    await first.fillCard(CARDS.success);
    await opensSheet(second);
    await second.fillCard(CARDS.success);
    await payNow(second).click();
    await cardOf(second).getByText('Paid', { exact: true }).waitFor();
    await payNow(first).click();
    await first.sheet.getByText('Paid €49.00').waitFor();
    await cardOf(first).getByText('Paid', { exact: true }).waitFor();
    expect(charges('Anchor')).toHaveLength(1);
    await close(first);
  });
});

describe('[PAY-1] what Stripe has not decided', () => {
  it('is pending, never paid, over a reload and until it is', async () => {
    const visitor = await askedToPay(voyage, agent, { description: 'Sextant' });
    const payment = agentPayment(agent, 'Sextant');
    await opensSheet(visitor);
    await visitor.fillCard(CARDS.success);
    stripe.control.processNext();
    await payNow(visitor).click();
    await visitor.sheet.getByText('It is not paid yet').waitFor();
    await visitor.sheet.getByRole('button', { name: 'Back to chat' }).click();
    await cardOf(visitor).getByText('Processing').waitFor();
    await payment.card.getByText('Processing').waitFor();
    await visitor.page.reload();
    await cardOf(visitor).getByText('Processing').waitFor();
    expect(await visitor.payButton.count()).toBe(0);
    const intent = stripe.control
      .all('payment_intent')
      .find(({ description }) => description === 'Sextant');
    stripe.control.finishProcessing(intent?.id ?? '', 'succeeded');
    await cardOf(visitor).getByText('Paid', { exact: true }).waitFor();
    await payment.card.getByText('Paid', { exact: true }).waitFor();
    await close(visitor);
  });
});
