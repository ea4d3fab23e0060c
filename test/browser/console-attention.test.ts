/** Payments that wait for somebody, and who paid, where the server does as the test wants. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, type ConsoleLab, PASSWORD, startConsoleLab } from '../support/console-lab.ts';
import { type ConsolePage, openConsole } from '../support/console-page.ts';
import { paymentId, paymentSummary } from '../support/payment-samples.ts';

const { SHOTS } = process.env;
const OTHER = 'cv_elsewhereelsewher';
const JONAS = 'cv_oneoneoneoneone1';
const ANNA = { id: AGENT.id, name: AGENT.name };

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let built: BuiltConsole;
let browser: Browser;
let lab: ConsoleLab;
let agent: ConsolePage;

beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  lab = await startConsoleLab(built);
  lab.add({
    id: JONAS,
    visitor: { id: 'vi_oneoneoneoneone1', name: 'Jonas', firstSeenAt: Date.now(), online: true },
  });
  lab.visitorSays(JONAS, 'Hello');
  agent = await openConsole(browser, lab.url);
});
afterEach(async () => {
  expect(agent.faults).toEqual([]);
  await agent.close();
  await lab.close();
});

function put(name: string, state: Partial<PaymentState> = {}, more: object = {}) {
  const at = Date.now() - lab.payments.all.size * 1000;
  const common = { conversationId: JONAS, visitorName: 'Jonas', requestedBy: ANNA };
  const summary = paymentSummary(name, state, { ...common, createdAt: at, updatedAt: at, ...more });
  const { amountMinor } = summary.payment;
  const line = { at, kind: 'requested', by: summary.requestedBy, detail: 'created' } as const;
  lab.payments.put(summary, [{ ...line, amountMinor }]);
}
const table = () => agent.page.getByRole('table', { name: 'Payments' });
const rows = () => table().locator('tbody').getByRole('row');
const panel = () => agent.page.getByRole('complementary', { name: 'Payment', exact: true });
const button = (name: string) => agent.page.getByRole('button', { name, exact: true });
const dialog = (name: string) => agent.page.getByRole('dialog', { name });

async function atPayments() {
  await agent.signIn(AGENT.email, PASSWORD);
  await agent.page.getByRole('link', { name: 'Payments' }).click();
  await agent.page.getByRole('heading', { name: 'Payments' }).waitFor();
}
async function openPanel(name: string) {
  await agent.page.locator(`[data-payment="${paymentId(name)}"]`).click();
  await panel().getByText('History').waitFor();
}
const shoot = (name: string) =>
  SHOTS ? agent.page.screenshot({ path: `${SHOTS}/console-${name}.png` }) : undefined;

describe('[PAY-12] a payment that somebody has to see to', () => {
  const sum = { code: 'amount_differs', currency: 'EUR', amountMinor: 9900 } as const;
  const wrong = { attention: { ...sum, since: Date.now(), charged: true, returnedMinor: 0 } };

  it('stands out in rail, list, conversation and panel, and is ended there', async () => {
    put('a', { status: 'open' }, wrong);
    put('b', { status: 'succeeded' });
    await agent.signIn(AGENT.email, PASSWORD);
    await agent.conversations.getByText('Payment needs attention').waitFor();
    await agent.page.getByRole('link', { name: 'Payments 1 needs attention' }).waitFor();
    await agent.open('Jonas');
    const card = agent.log.getByRole('group', { name: 'Payment request' }).first();
    await card.getByText('Needs attention').waitFor();
    expect(await agent.violations()).toEqual([]);

    await agent.page.getByRole('link', { name: 'Payments' }).click();
    await agent.page.getByLabel('State', { exact: true }).selectOption('Needs attention');
    await expect.poll(() => rows().count()).toBe(1);
    await rows().getByText('Needs attention').waitFor();
    await openPanel('a');
    const alert = panel().getByRole('region', { name: 'Needs attention' });
    await alert.getByText('€99.00 was charged instead of €49.00').waitFor();
    expect(await button('Cancel request').count()).toBe(0);
    expect(await agent.violations()).toEqual([]);
    await shoot('attention');
    await button('Give €99.00 back').click();
    const form = dialog('Give it back');
    await form.getByText('Once it is there the request ends').waitFor();
    lab.fail('payment:return', 'provider_unreachable');
    await form.getByRole('button', { name: 'Give it back' }).click();
    await form.getByRole('alert').getByText('Trying again is safe').waitFor();
    await form.getByRole('button', { name: 'Give it back' }).click();
    await form.waitFor({ state: 'hidden' });
    await alert.getByText('All of it is on its way back').waitFor();
    const ids = lab.payments.asked
      .filter(({ name }) => name === 'payment:return')
      .map(({ body }) => (body as { clientId: string }).clientId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('is left to those who decide', async () => {
    lab.setAgent({ role: 'agent' });
    put('a', { status: 'open' }, wrong);
    await atPayments();
    await openPanel('a');
    await panel().getByText('An owner or admin of the shop has to give it back').waitFor();
    expect(await panel().getByRole('button', { name: /back/ }).count()).toBe(0);
  });
});

describe('who paid', () => {
  it('is told apart without a name, as in the conversations', async () => {
    const nameless = (visitorId: string) => ({ visitorName: undefined, visitorId });
    put('a', { description: 'One' }, { ...nameless('vi_aaaaaaaaaaaaaaaa'), conversationId: OTHER });
    put('b', { description: 'Two' }, { ...nameless('vi_bbbbbbbbbbbbbbbb'), conversationId: OTHER });
    await atPayments();
    await expect.poll(() => rows().count()).toBe(2);
    const names = await rows().locator('.payments-visitor bdi').allInnerTexts();
    expect(names[0]).toMatch(/^Visitor [2-9A-Z]{4}$/);
    expect(new Set(names).size).toBe(2);
  });
});
