/** Payments that wait for somebody, and who paid, where the server does as the test wants. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, PASSWORD } from '../support/console-lab.ts';
import { openPaymentsDesk, type PaymentsDesk } from '../support/payments-desk.ts';

const { SHOTS } = process.env;
const OTHER = 'cv_elsewhereelsewher';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let built: BuiltConsole;
let browser: Browser;
let desk: PaymentsDesk;

beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});
beforeEach(async () => {
  desk = await openPaymentsDesk(browser, built);
});
afterEach(() => desk.close());

const shoot = (name: string) =>
  SHOTS ? desk.agent.page.screenshot({ path: `${SHOTS}/console-${name}.png` }) : undefined;

describe('[PAY-12] a payment that somebody has to see to', () => {
  const sum = { code: 'amount_differs', currency: 'EUR', amountMinor: 9900 } as const;
  const wrong = { attention: { ...sum, since: Date.now(), charged: true, returnedMinor: 0 } };

  it('stands out in rail, list, conversation and panel, and is ended there', async () => {
    desk.put('a', { status: 'open' }, wrong);
    desk.put('b', { status: 'succeeded' });
    await desk.agent.signIn(AGENT.email, PASSWORD);
    await desk.agent.conversations.getByText('Payment needs attention').waitFor();
    await desk.agent.page.getByRole('link', { name: 'Payments 1 needs attention' }).waitFor();
    await desk.agent.open('Jonas');
    const card = desk.agent.log.getByRole('group', { name: 'Payment request' }).first();
    await card.getByText('Needs attention').waitFor();
    expect(await desk.agent.violations()).toEqual([]);

    await desk.agent.page.getByRole('link', { name: 'Payments' }).click();
    await desk.agent.page.getByLabel('State', { exact: true }).selectOption('Needs attention');
    await expect.poll(() => desk.rows().count()).toBe(1);
    await desk.rows().getByText('Needs attention').waitFor();
    await desk.openPanel('a');
    const alert = desk.panel().getByRole('region', { name: 'Needs attention' });
    await alert.getByText('€99.00 was charged instead of €49.00').waitFor();
    expect(await desk.button('Cancel request').count()).toBe(0);
    expect(await desk.agent.violations()).toEqual([]);
    await shoot('attention');
    await desk.button('Give €99.00 back').click();
    const form = desk.dialog('Give it back');
    await form.getByText('Once it is there the request ends').waitFor();
    desk.lab.fail('payment:return', 'provider_unreachable');
    await form.getByRole('button', { name: 'Give it back' }).click();
    await form.getByRole('alert').getByText('Trying again is safe').waitFor();
    await form.getByRole('button', { name: 'Give it back' }).click();
    await form.waitFor({ state: 'hidden' });
    await alert.getByText('All of it is on its way back').waitFor();
    const ids = desk.lab.payments.asked
      .filter(({ name }) => name === 'payment:return')
      .map(({ body }) => (body as { clientId: string }).clientId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('is left to those who decide', async () => {
    desk.lab.setAgent({ role: 'agent' });
    desk.put('a', { status: 'open' }, wrong);
    await desk.atPayments();
    await desk.openPanel('a');
    await desk.panel().getByText('An owner or admin of the shop has to give it back').waitFor();
    expect(await desk.panel().getByRole('button', { name: /back/ }).count()).toBe(0);
  });
});

describe('who paid', () => {
  it('is told apart without a name, as in the conversations', async () => {
    const nameless = (visitorId: string) => ({ visitorName: undefined, visitorId });
    desk.put(
      'a',
      { description: 'One' },
      { ...nameless('vi_aaaaaaaaaaaaaaaa'), conversationId: OTHER },
    );
    desk.put(
      'b',
      { description: 'Two' },
      { ...nameless('vi_bbbbbbbbbbbbbbbb'), conversationId: OTHER },
    );
    await desk.atPayments();
    await expect.poll(() => desk.rows().count()).toBe(2);
    const names = await desk.rows().locator('.payments-visitor bdi').allInnerTexts();
    expect(names[0]).toMatch(/^Visitor [2-9A-Z]{4}$/);
    expect(new Set(names).size).toBe(2);
  });
});
