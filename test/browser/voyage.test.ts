/** The first voyage, as people make it: chat, request, decline, retry, 3-D Secure, reloads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, startVoyage, type Visitor, type Voyage } from '../support/voyage.ts';

const SUCCESS = '4242 4242 4242 4242';
const DECLINE = '4000 0000 0000 0002';
const THREE_D_SECURE = '4000 0027 6000 3184';

let voyage: Voyage;
let agent: Agent;
beforeAll(async () => {
  voyage = await startVoyage();
  agent = await voyage.answer();
}, 60_000);
afterAll(() => voyage?.close());

/** A visitor in a conversation that the agent has open, with a payment requested. */
async function requested(route: string, question: string, amount: string): Promise<Visitor> {
  const visitor = await voyage.visit(route);
  await visitor.openChat();
  await visitor.send(question);
  await agent.conversations.getByText(question).click();
  await agent.log.getByText(question).waitFor();
  await agent.requestPayment(amount, 'Brass lantern');
  await visitor.payButton.waitFor();
  return visitor;
}

describe('the first voyage', { timeout: 60_000 }, () => {
  it('carries messages both ways, with names and marks', async () => {
    const visitor = await voyage.visit('/products/brass-lantern');
    await visitor.openChat();
    await visitor.send('Is the lantern in stock?');
    await visitor.log.getByText('Is the lantern in stock?').waitFor();
    await agent.openFirst();
    await agent.log.getByText('Is the lantern in stock?').waitFor();
    await agent.send('It is, four of them.');
    await visitor.log.getByText('It is, four of them.').waitFor();
    await visitor.log.getByText('Anna Lindqvist').first().waitFor();
    await visitor.log.getByText('Seen').waitFor();
    await visitor.page.context().close();
  });

  it('is paid inside the conversation after a decline, and both sides see it paid', async () => {
    const visitor = await requested('/', 'May I pay for the lantern here?', '49.00');
    await visitor.payButton.click();
    await visitor.sheet.getByText('€49.00').first().waitFor();
    await visitor.sheet.getByText('Brass lantern').first().waitFor();
    expect(await visitor.page.locator('iframe[title="Chat"]').count()).toBe(0);

    await visitor.fillCard(DECLINE);
    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    await visitor.sheet.getByText(/declined/i).waitFor();
    await agent.log.getByText('Declined').first().waitFor();

    await visitor.fillCard(SUCCESS);
    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    await visitor.log.getByText('Paid').first().waitFor();
    await agent.log.getByText('Paid').first().waitFor();
    await agent.log.getByText(/4242/).first().waitFor();
    await visitor.page.context().close();
  });

  it('asks for 3-D Secure above the sheet, and says so when it fails', async () => {
    const visitor = await requested('/', 'Does my bank ask me?', '120.50');
    await visitor.payButton.click();
    await visitor.fillCard(THREE_D_SECURE);
    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    const challenge = visitor.page.frameLocator('iframe[title*="3D Secure"]');
    await challenge.getByRole('button', { name: 'Fail authentication' }).click();
    await visitor.sheet.getByRole('alert').waitFor();

    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    await challenge.getByRole('button', { name: 'Complete authentication' }).click();
    await visitor.log.getByText('Paid').first().waitFor();
    await agent.log.getByText('Paid').first().waitFor();
    await visitor.page.context().close();
  });

  it('keeps its place across a reload in the conversation and in the payment', async () => {
    const visitor = await requested('/', 'What if I reload?', '12.00');
    await visitor.page.reload();
    await visitor.log.getByText('What if I reload?').waitFor();

    await visitor.payButton.click();
    await visitor.fillCard(SUCCESS);
    await visitor.page.goto(new URL('/products/tide-clock', voyage.demo.urls.shop).href);
    await visitor.payButton.waitFor();
    await visitor.log.getByText('What if I reload?').waitFor();

    await visitor.payButton.click();
    await visitor.fillCard(SUCCESS);
    await visitor.sheet.getByRole('button', { name: /^Pay/ }).click();
    await visitor.log.getByText('Paid').first().waitFor();
    await visitor.page.context().close();
  });

  it('loses nothing when the visitor cancels the sheet', async () => {
    const visitor = await requested('/', 'Let me think about it', '20.00');
    await visitor.payButton.click();
    await visitor.sheet.getByRole('button', { name: 'Cancel' }).click();
    await visitor.log.getByText('Let me think about it').waitFor();
    await visitor.payButton.waitFor();
    await visitor.page.context().close();
  });
});
