/** Payments in the console, on the real server with the stand-in for Stripe behind it. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import type { Entry, PaymentEntry } from '../../protocol/entries.ts';
import type { Outcome } from '../../protocol/errors.ts';
import type { PaymentOpenGrant } from '../../protocol/http.ts';
import { createAgent } from '../../server/people/agents.ts';
import { systemRandom } from '../../server/world.ts';
import { createStripeSide } from '../integration/payments-stripe-side.ts';
import { launchBrowser } from '../support/browser.ts';
import {
  agentClient,
  collect,
  granted,
  newClientId,
  postFromShop,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { type ConsolePage, openConsole } from '../support/console-page.ts';
import { AGENT, SITE_KEY, startServer, type TestServer } from '../support/server.ts';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const WEBHOOK_SECRET = 'whsec_of_the_console';
let built: BuiltConsole;
let browser: Browser;
let standIn: StripeStandIn;
let server: TestServer;
let visitor: VisitorClient;
let agent: ConsolePage;
let received: Entry[];

beforeAll(async () => {
  [built, browser, standIn] = await Promise.all([
    buildConsole(),
    launchBrowser(),
    createStripeStandIn({ port: 0 }),
  ]);
  server = await startServer({
    stripePublishableKey: standIn.publishableKey,
    config: {
      consoleDir: built.dir,
      stripe: {
        secretKey: standIn.secretKey,
        webhookSecret: WEBHOOK_SECRET,
        apiBase: standIn.url,
      },
    },
  });
  standIn.control.webhooks.setEndpoint({
    url: `${server.url}/api/stripe/webhook`,
    secret: WEBHOOK_SECRET,
  });
  visitor = await visitorClient(server.url, { session: { identity: { name: 'Jonas' } } });
  received = collect<Entry>(visitor.socket, 'entry:appended');
  const hello = { conversationId: null, clientId: newClientId(), text: 'May I pay here?' };
  granted(await visitor.socket.emitWithAck('message:send', hello));
  agent = await openConsole(browser, `${server.url}/console/`);
  await agent.signIn(AGENT.email, AGENT.password);
  await agent.open('Jonas');
});
afterAll(async () => {
  await browser?.close();
  visitor?.close();
  await server?.close();
  await standIn?.close();
  await built?.remove();
});

const requests = () => received.filter((entry): entry is PaymentEntry => entry.type === 'payment');
const cards = () => agent.log.getByRole('group', { name: 'Payment request' });

async function fill(amount: string, description: string) {
  await agent.page.getByRole('button', { name: 'Request payment' }).click();
  const dialog = agent.page.getByRole('dialog', { name: 'Request payment' });
  await dialog.getByLabel('Amount').fill(amount);
  await dialog.getByLabel('Description').fill(description);
  return { dialog, send: dialog.getByRole('button', { name: 'Send request' }) };
}

async function pay(paymentId: string, card: string) {
  const body = { protocol: 1, site: SITE_KEY, token: visitor.token, paymentId };
  const response = await postFromShop(`${server.url}/api/payments/open`, body);
  const { clientSecret } = granted((await response.json()) as Outcome<PaymentOpenGrant>);
  await createStripeSide(standIn, WEBHOOK_SECRET).confirm(clientSecret, card);
}

describe('[PAY-1] a payment asked for in the console', () => {
  it('is declined, then paid, and says so in words', async () => {
    const { dialog, send } = await fill('49.00', 'Brass lantern');
    await send.click();
    await dialog.waitFor({ state: 'hidden' });
    await cards().last().getByText('Waiting for payment').waitFor();
    const { payment } = requests().at(-1) as PaymentEntry;
    expect(payment).toMatchObject({ amountMinor: 4900, currency: 'EUR', status: 'created' });

    await pay(payment.paymentId, 'pm_card_visa_chargeDeclined');
    await cards().last().getByText('Declined', { exact: true }).waitFor();
    await pay(payment.paymentId, 'pm_card_visa');
    await cards().last().getByText('Paid', { exact: true }).waitFor();
    await cards().last().getByText('4242').waitFor();
    const details = agent.page.getByRole('complementary', { name: 'Details' });
    await details.getByText('Paid', { exact: true }).waitFor();
    expect(agent.faults).toEqual([]);
  });

  it('[PAY-3] is asked for once, however often the agent tries while Stripe is away', async () => {
    const before = await cards().count();
    standIn.control.setAvailability('unreachable');
    const { dialog, send } = await fill('12.50', 'Postage');
    await send.click();
    await dialog.getByRole('alert').getByText('Nothing was charged').waitFor();
    expect(await dialog.getByLabel('Amount').getAttribute('readonly')).not.toBe(null);
    standIn.control.setAvailability('available');
    await send.click();
    await dialog.waitFor({ state: 'hidden' });
    await cards().last().getByText('€12.50').waitFor();
    expect(await cards().count()).toBe(before + 1);
  });
});

const panel = () => agent.page.getByRole('complementary', { name: 'Payment', exact: true });
const button = (name: string) => agent.page.getByRole('button', { name, exact: true });

/** A request of the agent's, opened in the panel beside the conversation. @returns its id */
async function requested(amount: string, description: string): Promise<string> {
  const { dialog, send } = await fill(amount, description);
  await send.click();
  await dialog.waitFor({ state: 'hidden' });
  const card = cards().filter({ hasText: description });
  await card.getByRole('link', { name: 'View details' }).click();
  await panel().getByText(description).waitFor();
  return lastPaymentId();
}
const lastPaymentId = () => (requests().at(-1) as PaymentEntry).payment.paymentId;

async function giveBack(amount: string | null) {
  await button('Refund').click();
  const dialog = agent.page.getByRole('dialog', { name: 'Refund' });
  const prefilled = await dialog.getByLabel('Amount').inputValue();
  if (amount !== null) await dialog.getByLabel('Amount').fill(amount);
  await dialog.getByRole('button', { name: 'Send refund' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return prefilled;
}

describe('[PAY-9] what was paid', () => {
  it('is given back in part, then whole, and the page, the panel and the export tell it', async () => {
    const paymentId = await requested('60.00', 'Tide clock');
    await pay(paymentId, 'pm_card_visa');
    await panel().getByText('Paid', { exact: true }).first().waitFor();
    expect(await giveBack('20.00')).toBe('60.00');
    await panel().getByText('Partly refunded').first().waitFor();
    await panel().getByText('€20.00 of €60.00').waitFor();
    expect(await giveBack(null)).toBe('40.00');
    await panel().getByText('Refunded', { exact: true }).first().waitFor();
    expect(await button('Refund').count()).toBe(0);
    await panel().getByText('Asked to give back €40.00').waitFor();
    const card = cards().filter({ hasText: 'Tide clock' });
    await card.getByText('€60.00 given back').waitFor();

    await agent.page.getByRole('link', { name: 'Payments', exact: true }).click();
    const table = agent.page.getByRole('table', { name: 'Payments' });
    const row = table.getByRole('row').filter({ hasText: 'Tide clock' });
    await row.getByText('Refunded', { exact: true }).waitFor();
    await agent.page.getByLabel('State', { exact: true }).selectOption('Refunded');
    await expect.poll(() => table.locator('tbody').getByRole('row').count()).toBe(1);
    const download = agent.page.waitForEvent('download');
    await button('Export CSV').click();
    const file = await readFile(await (await download).path(), 'utf8');
    expect(file.trim().split('\r\n')).toHaveLength(2);
    expect(file).toContain('Tide clock');
    await row.getByRole('link', { name: /^Conversation with/ }).click();
    await agent.reply.waitFor();
    expect(agent.faults).toEqual([]);
  });
});

describe('[PAY-7] what was asked for', () => {
  it('is changed, with items, and then canceled', async () => {
    await requested('12.00', 'Chart of the sound');
    await button('Edit').click();
    const dialog = agent.page.getByRole('dialog', { name: 'Edit request' });
    await dialog.getByRole('button', { name: 'Add items' }).click();
    await dialog.getByLabel('Item 1', { exact: true }).fill('Chart');
    await dialog.getByLabel('Quantity 1').fill('3');
    await dialog.getByLabel('Price 1').fill('5.00');
    await button('Save changes').click();
    await dialog.waitFor({ state: 'hidden' });
    const card = cards().filter({ hasText: 'Chart of the sound' });
    await card.getByText('€15.00').waitFor();
    await panel().getByText('Changed to €15.00').waitFor();
    await expect
      .poll(() => requests().at(-1)?.payment)
      .toMatchObject({ revision: 2, amountMinor: 1500, lineItems: [{ quantity: 3 }] });

    await button('Cancel request').click();
    const cancel = agent.page.getByRole('dialog', { name: 'Cancel request' });
    await cancel.getByRole('button', { name: 'Cancel request' }).click();
    await cancel.waitFor({ state: 'hidden' });
    await card.getByText('Canceled', { exact: true }).waitFor();
    expect(await button('Edit').count()).toBe(0);
  });

  it('[PAY-8] waits for a second agent above the threshold, who approves it', async () => {
    const { db } = server.app.store;
    const policy = { currencies: { EUR: { approvalAboveMinor: 10_000 } } };
    await db
      .updateTable('sites')
      .set({ payment_policy: JSON.stringify(policy) })
      .execute();
    const omar = { email: 'omar@chat.example', name: 'Omar', password: 'correct horse battery' };
    const maker = { db, random: systemRandom, now: Date.now() };
    await createAgent(maker, {
      ...omar,
      role: 'agent',
      passwordCost: { N: 2 ** 10, r: 8, p: 1 },
    });
    const colleague = await agentClient(server.url, omar);
    const order = { amountMinor: 25_000, currency: 'EUR', description: 'Four deck chairs' };
    const conversationId = requests()[0]?.conversationId ?? '';
    granted(
      await colleague.socket.emitWithAck('payment:request', {
        conversationId,
        clientId: newClientId(),
        ...order,
      }),
    );
    colleague.close();
    const card = cards().filter({ hasText: 'Four deck chairs' });
    await card.getByText('Waiting for approval').waitFor();
    await card.getByRole('button', { name: 'Approve' }).click();
    await card.getByText('Waiting for payment').waitFor();

    await requested('250.00', 'My own chairs');
    await panel().getByText('somebody else has to approve it').waitFor();
    expect(await button('Approve').count()).toBe(0);
    expect(agent.faults).toEqual([]);
  });
});
