/**
 * The chat frame in a real browser, between the stand-ins of `chat-lab.ts`: keyboard, scrolling,
 * payment cards, and what axe finds.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import { launchBrowser } from '../support/browser.ts';
import { ANNA, type LabServer } from '../support/chat-lab.ts';
import { type ChatPage, openChatPage } from '../support/chat-page.ts';

const VISITOR = { kind: 'visitor' as const };
const PAYMENT: PaymentState = {
  paymentId: 'pr_paymentpayment01',
  revision: 1,
  amountMinor: 4900,
  currency: 'EUR',
  description: 'Brass lantern',
  status: 'created',
};

let browser: Browser;
let lab: ChatPage;

async function open(
  init: Parameters<typeof openChatPage>[1] = {},
  before: (server: LabServer) => void = () => {},
): Promise<void> {
  lab = await openChatPage(browser, init, before);
  await lab.box.waitFor();
}
const until = (probe: () => unknown) => expect.poll(probe, { timeout: 15_000 });

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());
afterEach(() => lab.close());

describe('what is on screen', { timeout: 30_000 }, () => {
  it('can be used by keyboard alone', async () => {
    await open({}, (server) => {
      server.append({ type: 'payment', payment: PAYMENT });
      server.say('Here is the request.');
    });
    await lab.log.getByText('Here is the request.').waitFor();
    const focused = () =>
      lab.box.evaluate(
        () =>
          document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
      );
    await until(focused).toBe('Message');
    await lab.page.keyboard.type('one');
    await lab.page.keyboard.press('Shift+Enter');
    await lab.page.keyboard.type('two');
    expect(await lab.box.inputValue()).toBe('one\ntwo');
    await lab.page.keyboard.press('Enter');
    await until(() => lab.server.log.length).toBe(3);
    await lab.page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Pay €49.00');
    await lab.page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Conversation');
    await lab.page.keyboard.press('Escape');
    await until(() => lab.verbs('close')).toHaveLength(1);
    await lab.page.keyboard.press('Tab');
    await lab.page.keyboard.press('Enter');
    const { paymentId, amountMinor, currency, description } = PAYMENT;
    await until(() => lab.verbs('pay')).toEqual([
      { verb: 'pay', shown: { paymentId, amountMinor, currency, description } },
    ]);
  });

  it('does not send while an input method composes', async () => {
    await open();
    await lab.box.fill('にほん');
    await lab.box.evaluate((field) =>
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }),
      ),
    );
    expect(await lab.box.inputValue()).toBe('にほん');
  });

  it('[PAY-1] shows a payment in its newest state, in words', async () => {
    await open({}, (server) => server.append({ type: 'payment', payment: PAYMENT }));
    const card = lab.chat.getByRole('group', { name: 'Payment request' });
    await card.getByText('Waiting for payment').waitFor();
    await card.getByRole('button', { name: /^Pay/ }).waitFor();
    const step = (payment: Partial<PaymentState>) =>
      lab.server.append(
        { type: 'payment', payment: { ...PAYMENT, ...payment } },
        { kind: 'system' },
      );
    step({ status: 'failed', reason: 'Your card was declined.' });
    await card.getByText('Declined', { exact: true }).waitFor();
    await card.getByText('Your card was declined.').waitFor();
    step({ status: 'succeeded', card: { brand: 'visa', last4: '4242' } });
    await card.getByText('Paid', { exact: true }).waitFor();
    await card.getByText('Visa •••• 4242').waitFor();
    expect(await card.getByRole('button').count()).toBe(0);
    expect(await card.count()).toBe(1);
  });

  it('stays where the visitor reads, offers new messages, and loads older ones above', async () => {
    await open({}, (server) => {
      for (let i = 1; i <= 75; i++) server.say(`message ${i}.`);
    });
    await lab.log.getByText('message 75.').waitFor();
    const top = () => lab.log.evaluate((element) => element.scrollTop);
    await until(() =>
      lab.log.evaluate((e) => Math.round(e.scrollHeight - e.scrollTop - e.clientHeight)),
    ).toBeLessThan(2);
    await lab.log.evaluate((element) => element.scrollTo(0, 150));
    await lab.log.getByText('message 20.').waitFor();
    expect(await top()).toBeGreaterThan(600);
    const before = await top();
    lab.server.say('the newest one');
    await lab.chat.getByRole('button', { name: 'New messages' }).waitFor();
    expect(Math.abs((await top()) - before)).toBeLessThan(2);
    await lab.chat.getByRole('button', { name: 'New messages' }).click();
    await until(() => lab.log.getByText('the newest one').isVisible()).toBe(true);
    await until(() => lab.chat.getByRole('button', { name: 'New messages' }).count()).toBe(0);
  });

  it('counts what is left, and does not send what is too long', async () => {
    await open();
    await lab.box.fill('x'.repeat(3950));
    await lab.chat.getByText('50 left').waitFor();
    await lab.box.fill('x'.repeat(4001));
    await lab.chat.getByText('1 too many').waitFor();
    expect(await lab.chat.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  });

  it.each(['light', 'dark'] as const)('has no violation that axe can find, %s', async (theme) => {
    await open({ theme }, (server) => {
      server.append({ type: 'message', text: 'Hello!' }, VISITOR, Date.now() - 200_000_000);
      server.say('Look at https://shop.example/a');
      server.append({ type: 'event', event: 'assigned', agent: ANNA }, { kind: 'system' });
      const states = ['created', 'processing', 'succeeded', 'failed', 'refunded'] as const;
      for (const status of states) {
        const paymentId = `${PAYMENT.paymentId}${status}`;
        server.append({ type: 'payment', payment: { ...PAYMENT, paymentId, status } });
      }
      server.append({ type: 'message', text: 'Thanks' }, VISITOR);
      server.sending = 'refuses';
    });
    await lab.box.fill('This one fails');
    await lab.box.press('Enter');
    await lab.log.getByText('Not sent').waitFor();
    await lab.box.fill('4242 4242 4242 4242');
    await lab.chat.getByRole('alert').waitFor();
    await lab.page.waitForTimeout(400);
    const { violations } = await new AxeBuilder({ page: lab.page }).include('iframe').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
