/** What visitors and agents do about a payment on a voyage, found by the names that people see. */
import type { BrowserContextOptions, Locator } from 'playwright';
import { expect } from 'vitest';
import { type Agent, createVisitor, type Visitor, type Voyage } from './voyage.ts';

export const CARDS = {
  success: '4242 4242 4242 4242',
  decline: '4000 0000 0000 0002',
  challenge: '4000 0027 6000 3184',
  dispute: '4000 0000 0000 0259',
  fraudWarning: '4000 0000 0000 5423',
} as const;

export interface Asked {
  amount?: string;
  description: string;
  route?: string;
  options?: BrowserContextOptions;
}

/** A visitor in a conversation that the agent has open, who is asked for a payment. */
export async function askedToPay(voyage: Voyage, agent: Agent, asked: Asked): Promise<Visitor> {
  const { amount = '49.00', description, route, options } = asked;
  const visitor = await voyage.visit(route, options);
  const question = `May I pay for the ${description}?`;
  await visitor.openChat();
  await visitor.send(question);
  await agent.conversations.getByText(question).click();
  await agent.log.getByText(question).waitFor();
  await agent.requestPayment(amount, description);
  await visitor.payButton.waitFor();
  return visitor;
}

/** The sheet is up, and can be paid. */
export async function opensSheet(visitor: Visitor): Promise<void> {
  await visitor.payButton.click();
  await payNow(visitor).waitFor();
  await expect.poll(() => payNow(visitor).isEnabled(), { timeout: 15_000 }).toBe(true);
}

/** The sheet's own button. */
export const payNow = ({ sheet }: Visitor): Locator => sheet.getByRole('button', { name: /^Pay/ });

export async function pays(visitor: Visitor, card: string = CARDS.success): Promise<void> {
  await opensSheet(visitor);
  await visitor.fillCard(card);
  await payNow(visitor).click();
  await visitor.log.getByText('Paid', { exact: true }).first().waitFor();
}

/** The same person in another tab, who has the conversation there. */
export async function inAnotherTab(voyage: Voyage, { page }: Visitor): Promise<Visitor> {
  const tab = await page.context().newPage();
  await tab.goto(voyage.demo.urls.shop);
  const visitor = createVisitor(tab);
  const opener = tab.getByRole('button', { name: 'Open chat' });
  // A page that follows one with the panel open may open it by itself.
  await opener.waitFor();
  if ((await opener.getAttribute('aria-expanded')) !== 'true') await opener.click();
  await visitor.chat.getByRole('textbox', { name: 'Message' }).waitFor();
  return visitor;
}

/** The visitor's newest card, as text. */
export const cardOf = ({ chat }: Visitor): Locator =>
  chat.getByRole('group', { name: 'Payment request' }).last();

export interface AgentPayment {
  card: Locator;
  panel: Locator;
  row: Locator;
  /** Opens the panel beside the conversation. */
  open(): Promise<void>;
  /** The payments page, with this payment's row. */
  list(): Promise<void>;
  refund(amount?: string): Promise<void>;
  cancel(): Promise<void>;
}

/** One payment as the agent has it, by its description. */
export function agentPayment({ page, log }: Agent, description: string): AgentPayment {
  const card = log.getByRole('group', { name: 'Payment request' }).filter({ hasText: description });
  const panel = page.getByRole('complementary', { name: 'Payment', exact: true });
  const row = page
    .getByRole('table', { name: 'Payments' })
    .getByRole('row')
    .filter({ hasText: description });
  const inDialog = async (opener: string, name: string, submit: string, amount?: string) => {
    await panel.getByRole('button', { name: opener }).click();
    const dialog = page.getByRole('dialog', { name });
    if (amount) await dialog.getByLabel('Amount').fill(amount);
    await dialog.getByRole('button', { name: submit }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  return {
    card,
    panel,
    row,
    async open() {
      await card.getByRole('link', { name: 'View details' }).click();
      await panel.getByText(description).first().waitFor();
    },
    async list() {
      await page.getByRole('link', { name: 'Payments', exact: true }).click();
      await row.waitFor();
    },
    refund: (amount) => inDialog('Refund', 'Refund', 'Send refund', amount),
    cancel: () => inDialog('Cancel request', 'Cancel request', 'Cancel request'),
  };
}

/** The agent goes back to the conversations. */
export const toInbox = ({ page }: Agent): Promise<void> =>
  page.getByRole('link', { name: 'Inbox' }).click();
