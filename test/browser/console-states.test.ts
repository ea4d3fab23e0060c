/** What the real server does not do on demand: refusals, silence, lost facts, lost connections. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PaymentState } from '../../protocol/entries.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { AGENT, type ConsoleLab, PASSWORD, startConsoleLab } from '../support/console-lab.ts';
import { type ConsolePage, openConsole } from '../support/console-page.ts';

const ONE = 'cv_oneoneoneoneone1';
const TWO = 'cv_twotwotwotwotwo2';
const PAYMENT: PaymentState = {
  paymentId: 'pr_oneoneoneoneone1',
  revision: 1,
  amountMinor: 4900,
  currency: 'EUR',
  description: 'Brass lantern',
  status: 'created',
};

/** After some refusals a console waits up to 30 seconds [SYNC-4], and then needs a moment. */
const TRIED_AGAIN_MS = 45_000;

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let built: BuiltConsole;
let browser: Browser;
let lab: ConsoleLab;
let agent: ConsolePage;

beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

beforeEach(async () => {
  lab = await startConsoleLab(built);
  const visitor = { firstSeenAt: Date.now(), online: true };
  lab.add({ id: ONE, visitor: { ...visitor, id: 'vi_oneoneoneoneone1', name: 'Jonas' } });
  lab.visitorSays(ONE, 'Hello');
  lab.add({ id: TWO, visitor: { ...visitor, id: 'vi_twotwotwotwotwo2', name: 'Priya' } });
  lab.visitorSays(TWO, 'Good morning', { at: Date.now() - 60_000 });
  agent = await openConsole(browser, lab.url);
});
afterEach(async () => {
  expect(agent.faults).toEqual([]);
  await agent.close();
  await lab.close();
});

async function atJonas() {
  await agent.signIn(AGENT.email, PASSWORD);
  await agent.open('Jonas');
}

describe('[AUTH-5] signing in too often', () => {
  it('says how long to wait, and waits', async () => {
    lab.fail('sign-in', 'rate_limited');
    await agent.signIn(AGENT.email, 'wrong');
    await agent.page
      .getByRole('timer')
      .getByText(/try again in \d+ seconds/)
      .waitFor();
    expect(await agent.page.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true);
  });
});

describe('a session that ends', () => {
  it('asks to sign in again and loses no draft', async () => {
    await atJonas();
    await agent.reply.fill('Half a sen');
    lab.signOutEverywhere();
    await agent.page.getByText('your drafts are kept').waitFor();
    expect(await agent.page.getByLabel('Email').inputValue()).toBe(AGENT.email);
    await agent.page.getByLabel('Password').fill(PASSWORD);
    await agent.page.getByRole('button', { name: 'Sign in' }).click();
    await agent.reply.waitFor();
    expect(await agent.reply.inputValue()).toBe('Half a sen');
  });

  it('also when an answer says so', async () => {
    await atJonas();
    lab.fail('conversation:resolve', 'signed_out');
    await agent.page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await agent.page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});

describe('[SEND-5] a reply that is not taken', () => {
  it('is shown as not sent with the reason, and goes again', async () => {
    await atJonas();
    lab.fail('message:send', 'forbidden');
    await agent.send('Hello Jonas');
    await agent.log.getByText('Not sent').waitFor();
    await agent.log.getByText('You may not do that').waitFor();
    expect(await agent.violations()).toEqual([]);
    await agent.log.getByRole('button', { name: 'Try again' }).click();
    await agent.log.getByText('Not sent').waitFor({ state: 'detached' });
    expect(await agent.log.getByText('Hello Jonas').count()).toBe(1);
  });

  it('[SEND-6] waits when the server is busy, says so, and goes by itself', async () => {
    await atJonas();
    const endRush = lab.keepFailing('message:send', 'busy');
    await agent.send('first');
    await agent.send('second');
    await agent.log.getByText('Waiting').waitFor();
    await agent.log.getByText('The chat is very busy right now').waitFor();
    expect(await agent.violations()).toEqual([]);
    endRush();
    await agent.log.getByText('Waiting').waitFor({ state: 'detached', timeout: TRIED_AGAIN_MS });
    const texts = () =>
      lab.conversations.get(ONE)?.entries.map((entry) => ('text' in entry ? entry.text : ''));
    await expect.poll(texts).toEqual(['Hello', 'first', 'second']);
  });

  it('is sent once after the connection is back, also from another conversation', async () => {
    await atJonas();
    lab.setDown(true);
    await agent.page.getByText('Connection lost').waitFor();
    await agent.send('Into the void');
    await agent.log.getByText(/Sending|Not sent/).waitFor();
    await agent.page.goto('about:blank');
    lab.setDown(false);
    await agent.page.goto(lab.url);
    await agent.open('Priya');
    const texts = () =>
      lab.conversations.get(ONE)?.entries.map((entry) => ('text' in entry ? entry.text : ''));
    await expect.poll(texts).toEqual(['Hello', 'Into the void']);
  });
});

describe('[LOG-5] facts that are lost', () => {
  it('are read from the log when the next one leaves a gap', async () => {
    await atJonas();
    const author = { kind: 'visitor', id: 'vi_oneoneoneoneone1' } as const;
    lab.append(ONE, { type: 'message', author, at: Date.now(), text: 'unheard' }, true);
    lab.visitorSays(ONE, 'heard');
    await agent.log.getByText('unheard', { exact: true }).waitFor();
    await agent.log.getByText('heard', { exact: true }).waitFor();
  });

  it('are read after a reconnect, in list and conversation', async () => {
    await atJonas();
    lab.setDown(true);
    await agent.page.getByText('Connection lost').waitFor();
    lab.visitorSays(ONE, 'while you were away');
    lab.visitorSays(TWO, 'me too');
    lab.setDown(false);
    await agent.log.getByText('while you were away').waitFor();
    await agent.conversations.getByText('me too').waitFor();
    await agent.page.getByText('Connection lost').waitFor({ state: 'detached' });
  });

  it('[LOG-3] long logs come page by page, and stay in place', async () => {
    for (let n = 1; n <= 150; n++) lab.visitorSays(ONE, `line ${n}`);
    await atJonas();
    await agent.log.getByText('line 150', { exact: true }).waitFor();
    expect(await agent.log.getByText('line 20', { exact: true }).count()).toBe(0);
    await agent.log.getByRole('button', { name: 'Show earlier messages' }).scrollIntoViewIfNeeded();
    await agent.log.getByText('line 20', { exact: true }).waitFor({ state: 'attached' });
    await agent.page.getByRole('button', { name: 'Newest' }).click();
    expect(await agent.log.getByText('line 150', { exact: true }).isVisible()).toBe(true);
  });
});

describe('a payment', () => {
  it('is asked for by a form that says what is wrong, where', async () => {
    await atJonas();
    await agent.page.getByRole('button', { name: 'Request payment' }).click();
    const dialog = agent.page.getByRole('dialog', { name: 'Request payment' });
    const amount = dialog.getByLabel('Amount');
    const sendRequest = dialog.getByRole('button', { name: 'Send request' });
    await sendRequest.click();
    await dialog.getByText('Enter an amount.').waitFor();
    await dialog.getByText('Say what the payment is for.').waitFor();
    expect(await amount.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await agent.violations()).toEqual([]);

    await amount.fill('24,50');
    await dialog.getByText('Write it like 24.50').waitFor();
    await amount.fill('0.20');
    await dialog.getByText('The smallest amount is €0.50.').waitFor();
    await dialog.getByLabel('Currency').selectOption('JPY');
    await dialog.getByText('JPY has no decimals.').waitFor();
    await dialog.getByLabel('Currency').selectOption('EUR');
    await amount.fill('49.00');
    await dialog.getByText('€49.00').waitFor();
    await dialog.getByLabel('Description').fill('Brass lantern');

    lab.fail('payment:request', 'provider_refused');
    await sendRequest.click();
    await dialog.getByRole('alert').getByText('refused this request').waitFor();
    await sendRequest.click();
    await dialog.waitFor({ state: 'hidden' });
    const card = agent.log.getByRole('group', { name: 'Payment request' });
    await card.getByText('€49.00').waitFor();
    await card.getByText('Waiting for payment').waitFor();
  });

  it('[PAY-1] shows its state in words, as it changes', async () => {
    lab.payment(ONE, PAYMENT);
    await atJonas();
    const card = agent.log.getByRole('group', { name: 'Payment request' });
    await card.getByText('Waiting for payment').waitFor();
    lab.payment(ONE, { ...PAYMENT, status: 'open' });
    await card.getByText('Opened').waitFor();
    lab.payment(ONE, { ...PAYMENT, status: 'failed', reason: 'Your card has expired.' });
    await card.getByText('Declined').waitFor();
    await card.getByText('Your card has expired.').waitFor();
    lab.visitorSays(ONE, 'Another card then');
    const card4242 = { brand: 'visa', last4: '4242' };
    lab.payment(ONE, { ...PAYMENT, status: 'succeeded', card: card4242 });
    await card.getByText('Paid').waitFor();
    await card.getByText('Visa').waitFor();
    await agent.log.getByText('Payment received').waitFor();
    expect(await agent.log.getByRole('group', { name: 'Payment request' }).count()).toBe(1);
  });

  it('is not offered where payments are not set up', async () => {
    lab.setAgent({ payments: false });
    await atJonas();
    expect(await agent.page.getByRole('button', { name: 'Request payment' }).count()).toBe(0);
  });
});

describe('axe finds nothing', () => {
  it.each(['light', 'dark'] as const)('in the %s theme, from sign-in to help', async (scheme) => {
    await agent.page.emulateMedia({ colorScheme: scheme });
    expect(await agent.violations()).toEqual([]);
    lab.payment(ONE, { ...PAYMENT, status: 'failed', reason: 'Your card was declined.' });
    lab.agentSays(ONE, 'Try another', { note: true });
    lab.agentSays(ONE, 'see https://shop.example/help');
    lab.visitorSays(ONE, 'my card •••• 4242', { redacted: 1 });
    await agent.signIn(AGENT.email, PASSWORD);
    await agent.conversations.waitFor();
    expect(await agent.violations()).toEqual([]);
    await agent.open('Jonas');
    expect(await agent.violations()).toEqual([]);
    await agent.page.getByRole('button', { name: 'Note', exact: true }).click();
    expect(await agent.violations()).toEqual([]);
    await agent.page.getByRole('button', { name: 'Reply', exact: true }).click();
    await agent.reply.fill('4242 4242 4242 4242');
    expect(await agent.violations()).toEqual([]);
    await agent.page.getByRole('button', { name: /^Account/ }).click();
    expect(await agent.violations()).toEqual([]);
    await agent.page.keyboard.press('Escape');
    await agent.page.getByRole('button', { name: 'Keys' }).click();
    expect(await agent.violations()).toEqual([]);
  });
});

describe('on a phone', () => {
  it('shows one column at a time, with a way back', async () => {
    await agent.page.setViewportSize({ width: 390, height: 844 });
    await atJonas();
    await agent.log.getByText('Hello').waitFor();
    expect(await agent.conversations.isVisible()).toBe(false);
    await agent.page.getByRole('button', { name: 'Details' }).click();
    await agent.page.getByRole('heading', { name: 'Details' }).waitFor();
    await agent.page.getByRole('button', { name: 'Close details' }).click();
    expect(await agent.violations()).toEqual([]);
    await agent.page.getByRole('link', { name: 'Back to the list' }).click();
    await agent.conversations.getByText('Hello').waitFor();
    const sideways = () =>
      document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await agent.page.evaluate(sideways)).toBe(false);
  });
});
