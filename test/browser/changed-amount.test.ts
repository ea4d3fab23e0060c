/** [PAY-6] against whoever holds the server's Stripe key while a sheet is up. */
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import { type Agent, startVoyage, type Visitor, type Voyage } from '../support/voyage.ts';

let voyage: Voyage;
let agent: Agent;
let standIn: StripeStandIn;
let stripe: Stripe;
beforeAll(async () => {
  voyage = await startVoyage();
  agent = await voyage.answer();
  if (!voyage.demo.stripe) throw new Error('the demo runs without its stand-in');
  standIn = voyage.demo.stripe;
  const { hostname: host, port } = new URL(standIn.url);
  stripe = new Stripe(standIn.secretKey, { host, port, protocol: 'http' });
}, 60_000);
afterAll(() => voyage?.close());

/** A visitor with the sheet up and a good card in it, and the intent that it would pay. */
async function aboutToPay(question: string): Promise<{ visitor: Visitor; intentId: string }> {
  const visitor = await voyage.visit();
  await visitor.openChat();
  await visitor.send(question);
  await agent.conversations.getByText(question).click();
  await agent.log.getByText(question).waitFor();
  await agent.requestPayment('49.00', question);
  await visitor.payButton.click();
  await visitor.sheet.getByText('€49.00').first().waitFor();
  await visitor.fillCard('4242 4242 4242 4242');
  const { data } = await stripe.paymentIntents.list({ limit: 1 });
  return { visitor, intentId: data[0]?.id ?? '' };
}

const mismatchReports = () =>
  voyage.demo.app.store.db
    .selectFrom('reports')
    .selectAll()
    .where('kind', '=', 'payment_mismatch')
    .execute();

describe('[PAY-6] an intent that is changed behind the sheet', { timeout: 60_000 }, () => {
  it('is refused when Pay is pressed: nothing is charged, and it is reported', async () => {
    const { visitor, intentId } = await aboutToPay('Lantern before the change');
    await stripe.paymentIntents.update(intentId, { amount: 499_900 });
    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    await visitor.sheet.getByText('it was refused').waitFor();
    expect(await visitor.sheet.getByRole('button', { name: /^Pay/ }).count()).toBe(0);
    expect(standIn.control.paymentIntent(intentId).status).toBe('requires_payment_method');
    await expect.poll(mismatchReports).toHaveLength(1);
    await visitor.page.context().close();
  });

  it('is paid when nobody changes it', async () => {
    const { visitor, intentId } = await aboutToPay('Lantern without a change');
    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    await visitor.log.getByText('Paid').first().waitFor();
    expect(standIn.control.paymentIntent(intentId).status).toBe('succeeded');
    await visitor.page.context().close();
  });
});
