/** [PAY-11] as people see it: the merchant's own backend mints, and a connected account does. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import { agentPayment, askedToPay, CARDS, cardOf, opensSheet, payNow } from '../support/paying.ts';
import { type Agent, startVoyage, type Voyage } from '../support/voyage.ts';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

interface World {
  voyage: Voyage;
  agent: Agent;
  stripe: StripeStandIn;
}

async function sail(env: Record<string, string>): Promise<World> {
  const voyage = await startVoyage({ env });
  const { stripe } = voyage.demo;
  if (!stripe) throw new Error('the demo runs without its stand-in');
  return { voyage, agent: await voyage.answer(), stripe };
}

/** Declined, then paid, then given back in part: whoever mints. */
async function journey({ voyage, agent }: World, description: string): Promise<void> {
  const visitor = await askedToPay(voyage, agent, { description });
  const payment = agentPayment(agent, description);
  await opensSheet(visitor);
  await visitor.fillCard(CARDS.decline);
  await payNow(visitor).click();
  await visitor.sheet.getByText(/declined/i).waitFor();
  await payment.card.getByText('Declined', { exact: true }).waitFor();
  await visitor.fillCard(CARDS.success);
  await payNow(visitor).click();
  await cardOf(visitor).getByText('Paid', { exact: true }).waitFor();
  await payment.card.getByText('4242').waitFor();
  await payment.open();
  await payment.refund('9.00');
  await cardOf(visitor).getByText('€9.00 was returned to you').waitFor();
  await payment.card.getByText('€9.00 given back').waitFor();
  await visitor.page.context().close();
}

describe("the merchant's own backend", () => {
  let world: World;
  beforeAll(async () => {
    world = await sail({ DEMO_MINTING: 'merchant' });
  });
  afterAll(() => world?.voyage.close());

  it('takes a payment from request to refund, and the chat server holds no key', async () => {
    await journey(world, 'Oilskin coat');
    const { app } = world.voyage.demo;
    const rows = await app.store.db.selectFrom('payments').selectAll().execute();
    expect(rows.map((row) => row.minted_by)).toEqual(['merchant']);
    // Of what the chat server kept of this payment nothing opens anything at Stripe.
    expect(JSON.stringify(rows)).not.toMatch(/_secret_|[sr]k_test/);
    expect(await world.agent.page.getByRole('link', { name: /Stripe/ }).count()).toBe(0);
  });

  it('that is away is told in words, and nothing is asked for twice', async () => {
    const { agent, stripe } = world;
    await agent.page.getByRole('link', { name: 'Close payment' }).click();
    stripe.control.setAvailability('unreachable');
    await agent.page.getByRole('button', { name: 'Request payment' }).click();
    const dialog = agent.page.getByRole('dialog', { name: 'Request payment' });
    await dialog.getByLabel('Amount').fill('12.00');
    await dialog.getByLabel('Description').fill('Sou’wester');
    await dialog.getByRole('button', { name: 'Send request' }).click();
    await dialog.getByRole('alert').getByText('Nothing was charged').waitFor({ timeout: 40_000 });
    stripe.control.setAvailability('available');
    await dialog.getByRole('button', { name: 'Send request' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const intents = stripe.control
      .all('payment_intent')
      .filter(({ description }) => description === 'Sou’wester');
    expect(intents).toHaveLength(1);
  });
});

describe('a connected account', () => {
  let world: World;
  beforeAll(async () => {
    world = await sail({ DEMO_MINTING: 'connect' });
  });
  afterAll(() => world?.voyage.close());

  it('is pinned in the tag, and takes a payment from request to refund', async () => {
    const { voyage, stripe } = world;
    expect(voyage.demo.tag).toContain('data-stripe-account="acct_halyard"');
    await journey(world, 'Fender');
    const direct = stripe.control.events().filter((event) => event.account === 'acct_halyard');
    expect(direct.map(({ type }) => type)).toContain('payment_intent.succeeded');
  });

  it('is the only one: an intent of another does not open, and is reported', async () => {
    const { voyage, agent, stripe } = world;
    const { db } = voyage.demo.app.store;
    // Whoever holds the chat server, but not the tag, sends the money elsewhere.
    await db.updateTable('sites').set({ stripe_account: 'acct_attacker' }).execute();
    const visitor = await askedToPay(voyage, agent, { description: 'Cleat' });
    await visitor.payButton.click();
    await visitor.sheet.getByText('differs from what the chat showed').waitFor();
    expect(await payNow(visitor).count()).toBe(0);
    const reports = () =>
      db.selectFrom('reports').select('kind').where('kind', '=', 'payment_mismatch').execute();
    await expect.poll(reports, { timeout: 15_000 }).toHaveLength(1);
    expect(stripe.control.all('charge').filter((one) => one.description === 'Cleat')).toEqual([]);
    await visitor.page.context().close();
  });
});
