/** The console in a browser at a lab with one visitor, Jonas, and the payments that a test puts there. */
import type { Browser, Locator } from 'playwright';
import { expect } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import type { BuiltConsole } from './console-build.ts';
import { AGENT, type ConsoleLab, PASSWORD, startConsoleLab } from './console-lab.ts';
import { type ConsolePage, openConsole } from './console-page.ts';
import { paymentId, paymentSummary } from './payment-samples.ts';

export const JONAS = 'cv_oneoneoneoneone1';
export const ANNA = { id: AGENT.id, name: AGENT.name };

export interface PaymentsDesk {
  lab: ConsoleLab;
  agent: ConsolePage;
  /** A payment of Jonas's, older than those before it, with the first line of its history. */
  put(name: string, state?: Partial<PaymentState>, more?: object): void;
  table(): Locator;
  rows(): Locator;
  panel(): Locator;
  button(name: string): Locator;
  dialog(name: string): Locator;
  /** Signs in and goes to the payments page. */
  atPayments(): Promise<void>;
  openPanel(name: string): Promise<void>;
  /** @throws when the policy stopped something, or a script threw */
  close(): Promise<void>;
}

export async function openPaymentsDesk(
  browser: Browser,
  built: BuiltConsole,
): Promise<PaymentsDesk> {
  const lab = await startConsoleLab(built);
  lab.add({
    id: JONAS,
    visitor: { id: 'vi_oneoneoneoneone1', name: 'Jonas', firstSeenAt: Date.now(), online: true },
  });
  lab.visitorSays(JONAS, 'Hello');
  const agent = await openConsole(browser, lab.url);
  const { page } = agent;
  const table = () => page.getByRole('table', { name: 'Payments' });
  const panel = () => page.getByRole('complementary', { name: 'Payment', exact: true });
  return {
    lab,
    agent,
    put(name, state = {}, more = {}) {
      const at = Date.now() - lab.payments.all.size * 1000;
      const common = { conversationId: JONAS, visitorName: 'Jonas', requestedBy: ANNA };
      const times = { createdAt: at, updatedAt: at };
      const summary = paymentSummary(name, state, { ...common, ...times, ...more });
      const { amountMinor } = summary.payment;
      const line = { at, kind: 'requested', by: summary.requestedBy, detail: 'created' } as const;
      lab.payments.put(summary, [{ ...line, amountMinor }]);
    },
    table,
    rows: () => table().locator('tbody').getByRole('row'),
    panel,
    button: (name) => page.getByRole('button', { name, exact: true }),
    dialog: (name) => page.getByRole('dialog', { name }),
    async atPayments() {
      await agent.signIn(AGENT.email, PASSWORD);
      await page.getByRole('link', { name: 'Payments' }).click();
      await page.getByRole('heading', { name: 'Payments' }).waitFor();
    },
    async openPanel(name) {
      await page.locator(`[data-payment="${paymentId(name)}"]`).click();
      await panel().getByText('History').waitFor();
    },
    async close() {
      expect(agent.faults).toEqual([]);
      await agent.close();
      await lab.close();
    },
  };
}
