/**
 * The chat frame in a real browser, between the stand-ins of `chat-lab.ts`: sending and receiving,
 * failing, keyboard, the card guard, links, scrolling, payment cards, and what axe finds.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import { ASK_SECURE_PAYMENT } from '../../protocol/phrases.ts';
import { launchBrowser } from '../support/browser.ts';
import { ANNA, type ChatLab, type LabServer, openChatLab } from '../support/chat-lab.ts';

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
let lab: ChatLab;
const errors: string[] = [];

async function open(
  init: Parameters<typeof openChatLab>[1] = {},
  before: (server: LabServer) => void = () => {},
  options: BrowserContextOptions = {},
): Promise<ChatLab> {
  lab = await openChatLab(
    async (contextOptions) => {
      const page = await (await browser.newContext(contextOptions)).newPage();
      page.on('pageerror', ({ message }) => errors.push(message));
      return page;
    },
    init,
    options,
    before,
  );
  await box().waitFor();
  return lab;
}

const box = () => lab.chat.getByRole('textbox', { name: 'Message' });
const log = () => lab.chat.getByRole('log', { name: 'Conversation' });
const verbs = async (verb: string) => (await lab.heard()).filter((said) => said.verb === verb);
const until = (probe: () => unknown) => expect.poll(probe, { timeout: 15_000 });

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser?.close());
afterEach(async () => {
  await lab.close();
  expect(errors.splice(0)).toEqual([]);
});

describe('the chat frame', { timeout: 30_000 }, () => {
  it('[SEND-3] sends, receives, and says who types and who has read', async () => {
    await open();
    await lab.chat.getByText('Hello! Ask us anything').waitFor();
    await box().fill('Is the lantern in stock?');
    await box().press('Enter');
    await log().getByText('Is the lantern in stock?').waitFor();
    await until(() => log().getByText('Sending').count()).toBe(0);
    expect(await box().inputValue()).toBe('');
    lab.server.tell('typing:changed', { by: 'agent', agent: ANNA, on: true });
    await lab.chat.getByText('Anna Berg is typing').waitFor();
    lab.server.say('It is.');
    await log().getByText('It is.').waitFor();
    expect(await lab.chat.getByText('is typing').isVisible()).toBe(false);
    lab.server.tell('read:changed', { reads: { visitor: 0, agent: 1 } });
    await log().getByText('Seen').waitFor();
    await until(() => lab.server.reads.visitor).toBe(2);
    expect(await verbs('event')).toEqual([
      { verb: 'event', name: 'message:sent' },
      { verb: 'event', name: 'message:received' },
    ]);
  });

  it('[SEND-1] shows what was not sent, and sends or deletes it', async () => {
    await open();
    lab.server.sending = 'refuses';
    for (const text of ['first', 'second']) {
      await box().fill(text);
      await box().press('Enter');
    }
    await until(() => log().getByText('Not sent').count()).toBe(2);
    await log().getByText('A message can have up to 4,000').first().waitFor();
    expect((await verbs('keep')).at(-1)).toMatchObject({
      outbox: [{ text: 'first' }, { text: 'second' }],
    });
    lab.server.sending = 'works';
    await log().getByRole('button', { name: 'Delete' }).first().click();
    await log().getByRole('button', { name: 'Try again' }).click();
    await until(() => log().getByText('Not sent').count()).toBe(0);
    expect(lab.server.log.map((entry) => 'text' in entry && entry.text)).toEqual(['second']);
  });

  it('[AUTH-2] comes back after a break with a fresh ticket, and reads what it missed', async () => {
    await open({}, (server) => server.say('before'));
    await log().getByText('before').waitFor();
    lab.server.loses = () => true;
    lab.server.cut();
    lab.server.say('meanwhile');
    await box().fill('written meanwhile');
    await box().press('Enter');
    await log().getByText('meanwhile', { exact: true }).waitFor();
    await until(() => log().getByText('Sending').count()).toBe(0);
    expect(lab.server.log.at(-1)).toMatchObject({ text: 'written meanwhile' });
    expect(new Set(lab.server.tickets).size).toBe(lab.server.tickets.length);
  });

  it('[LOG-5] closes a gap by reading the log', async () => {
    await open({}, (server) => server.say('one'));
    await log().getByText('one').waitFor();
    lab.server.loses = (seq) => seq === 2;
    lab.server.say('two');
    lab.server.say('three');
    await log().getByText('three').waitFor();
    await log().getByText('two').waitFor();
  });

  it('says so while there is no connection, and stops saying it', async () => {
    await open();
    await until(() => lab.server.transports.length).toBe(1);
    await lab.page.evaluate('lab.isOffline = true');
    lab.server.cut();
    await lab.chat.getByText('Reconnecting').waitFor();
    await lab.page.evaluate('lab.isOffline = false');
    await until(() => lab.chat.getByText('Reconnecting').isVisible()).toBe(false);
  });

  it('works by long-polling where WebSocket is blocked', async () => {
    await open({}, (server) => {
      server.blocksWebSocket = true;
      server.say('ahoy');
    });
    await log().getByText('ahoy').waitFor();
    await box().fill('by polling');
    await box().press('Enter');
    await until(() => lab.server.log.length).toBe(2);
    expect(lab.server.transports).toContain('polling');
  });

  it('[CARD-2] refuses to send a card number, and offers to take it out', async () => {
    await open();
    await box().fill('card: 4242-4242 4242 4242, thanks');
    const warning = lab.chat.getByRole('alert');
    await warning.getByText('That looks like a card number').waitFor();
    await box().press('Enter');
    await lab.chat.getByRole('button', { name: 'Send' }).click();
    expect(lab.server.heard.filter(([name]) => name === 'message:send')).toEqual([]);
    await until(async () => (await verbs('keep')).at(-1)).toMatchObject({ draft: '' });
    await warning.getByRole('button', { name: 'Remove card number' }).click();
    expect(await box().inputValue()).toBe('card: , thanks');
    expect(await warning.count()).toBe(0);
    expect(JSON.stringify(await lab.heard())).not.toContain('4242 4242');
  });

  it('[CARD-2] offers the secure way: one press asks for it, without the number', async () => {
    await open();
    await box().fill('My card is 4242 4242 4242 4242, please take it');
    await lab.chat.getByRole('button', { name: 'Ask for a secure payment' }).click();
    await log().getByText(ASK_SECURE_PAYMENT).waitFor();
    expect(await lab.chat.getByRole('alert').count()).toBe(0);
    // What else was written stays, and is kept.
    expect(await box().inputValue()).toBe('My card is , please take it');
    await until(async () => (await verbs('keep')).at(-1)).toMatchObject({
      draft: 'My card is , please take it',
    });
    expect(JSON.stringify([lab.server.heard, await lab.heard()])).not.toContain('4242');
  });

  it('[CARD-2] offers no payment where the page can take none', async () => {
    await open({ payments: false });
    await box().fill('4242 4242 4242 4242');
    await lab.chat.getByRole('button', { name: 'Remove card number' }).waitFor();
    expect(await lab.chat.getByRole('button', { name: /secure payment/ }).count()).toBe(0);
  });

  it('[PORT-3] asks the loader to open a link, and goes nowhere itself', async () => {
    await open({}, (server) => server.say('see https://bank.example@evil.example/x.'));
    const link = log().getByRole('link');
    await log().getByText('(evil.example)').waitFor();
    await link.click();
    await link.press('Enter');
    const url = 'https://bank.example@evil.example/x';
    await until(() => lab.opened()).toEqual([
      { bulkhead: 'open', url },
      { bulkhead: 'open', url },
    ]);
  });

  it('never makes markup of what was said', async () => {
    const evil = '<img src=x onerror="top.hacked=1"><b>bold</b>';
    await open({}, (server) => server.say(evil));
    await log().getByText(evil).waitFor();
    expect(await log().locator('img, b').count()).toBe(0);
  });

  it('can be used by keyboard alone', async () => {
    await open({}, (server) => {
      server.append({ type: 'payment', payment: PAYMENT });
      server.say('Here is the request.');
    });
    await log().getByText('Here is the request.').waitFor();
    const focused = () =>
      box().evaluate(
        () =>
          document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
      );
    await until(focused).toBe('Message');
    await lab.page.keyboard.type('one');
    await lab.page.keyboard.press('Shift+Enter');
    await lab.page.keyboard.type('two');
    expect(await box().inputValue()).toBe('one\ntwo');
    await lab.page.keyboard.press('Enter');
    await until(() => lab.server.log.length).toBe(3);
    await lab.page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Pay €49.00');
    await lab.page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Conversation');
    await lab.page.keyboard.press('Escape');
    await until(() => verbs('close')).toHaveLength(1);
    await lab.page.keyboard.press('Tab');
    await lab.page.keyboard.press('Enter');
    const { paymentId, amountMinor, currency, description } = PAYMENT;
    await until(() => verbs('pay')).toEqual([
      { verb: 'pay', shown: { paymentId, amountMinor, currency, description } },
    ]);
  });

  it('does not send while an input method composes', async () => {
    await open();
    await box().fill('にほん');
    await box().evaluate((field) =>
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }),
      ),
    );
    expect(await box().inputValue()).toBe('にほん');
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
    await log().getByText('message 75.').waitFor();
    const top = () => log().evaluate((element) => element.scrollTop);
    await until(() =>
      log().evaluate((e) => Math.round(e.scrollHeight - e.scrollTop - e.clientHeight)),
    ).toBeLessThan(2);
    await log().evaluate((element) => element.scrollTo(0, 150));
    await log().getByText('message 20.').waitFor();
    expect(await top()).toBeGreaterThan(600);
    const before = await top();
    lab.server.say('the newest one');
    await lab.chat.getByRole('button', { name: 'New messages' }).waitFor();
    expect(Math.abs((await top()) - before)).toBeLessThan(2);
    await lab.chat.getByRole('button', { name: 'New messages' }).click();
    await until(() => log().getByText('the newest one').isVisible()).toBe(true);
    await until(() => lab.chat.getByRole('button', { name: 'New messages' }).count()).toBe(0);
  });

  it('counts what is left, and does not send what is too long', async () => {
    await open();
    await box().fill('x'.repeat(3950));
    await lab.chat.getByText('50 left').waitFor();
    await box().fill('x'.repeat(4001));
    await lab.chat.getByText('1 too many').waitFor();
    expect(await lab.chat.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  });

  it('closes its socket with the page, and asks for a ticket when that is shown again', async () => {
    await open({}, (server) => server.say('ahoy'));
    await log().getByText('ahoy').waitFor();
    await box().evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    await until(() => lab.server.connections).toBe(0);
    await box().evaluate(() =>
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    );
    await until(() => lab.server.connections).toBe(1);
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
    await box().fill('This one fails');
    await box().press('Enter');
    await log().getByText('Not sent').waitFor();
    await box().fill('4242 4242 4242 4242');
    await lab.chat.getByRole('alert').waitFor();
    await lab.page.waitForTimeout(400);
    const { violations } = await new AxeBuilder({ page: lab.page }).include('iframe').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
