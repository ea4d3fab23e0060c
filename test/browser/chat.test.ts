/**
 * The chat frame in a real browser, between the stand-ins of `chat-lab.ts`: sending and receiving,
 * failing, coming back, the card guard and links.
 */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASK_SECURE_PAYMENT } from '../../protocol/phrases.ts';
import { launchBrowser } from '../support/browser.ts';
import { ANNA, type LabServer } from '../support/chat-lab.ts';
import { type ChatPage, openChatPage } from '../support/chat-page.ts';

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

describe('the chat frame', { timeout: 30_000 }, () => {
  it('[SEND-3] sends, receives, and says who types and who has read', async () => {
    await open();
    await lab.chat.getByText('Hello! Ask us anything').waitFor();
    await lab.box.fill('Is the lantern in stock?');
    await lab.box.press('Enter');
    await lab.log.getByText('Is the lantern in stock?').waitFor();
    await until(() => lab.log.getByText('Sending').count()).toBe(0);
    expect(await lab.box.inputValue()).toBe('');
    lab.server.tell('typing:changed', { by: 'agent', agent: ANNA, on: true });
    await lab.chat.getByText('Anna Berg is typing').waitFor();
    lab.server.say('It is.');
    await lab.log.getByText('It is.').waitFor();
    expect(await lab.chat.getByText('is typing').isVisible()).toBe(false);
    lab.server.tell('read:changed', { reads: { visitor: 0, agent: 1 } });
    await lab.log.getByText('Seen').waitFor();
    await until(() => lab.server.reads.visitor).toBe(2);
    expect(await lab.verbs('event')).toEqual([
      { verb: 'event', name: 'message:sent' },
      { verb: 'event', name: 'message:received' },
    ]);
  });

  it('[SEND-1] shows what was not sent, and sends or deletes it', async () => {
    await open();
    lab.server.sending = 'refuses';
    for (const text of ['first', 'second']) {
      await lab.box.fill(text);
      await lab.box.press('Enter');
    }
    await until(() => lab.log.getByText('Not sent').count()).toBe(2);
    await lab.log.getByText('A message can have up to 4,000').first().waitFor();
    expect((await lab.verbs('keep')).at(-1)).toMatchObject({
      outbox: [{ text: 'first' }, { text: 'second' }],
    });
    lab.server.sending = 'works';
    await lab.log.getByRole('button', { name: 'Delete' }).first().click();
    await lab.log.getByRole('button', { name: 'Try again' }).click();
    await until(() => lab.log.getByText('Not sent').count()).toBe(0);
    expect(lab.server.log.map((entry) => 'text' in entry && entry.text)).toEqual(['second']);
  });

  it('[AUTH-2] comes back after a break with a fresh ticket, and reads what it missed', async () => {
    await open({}, (server) => server.say('before'));
    await lab.log.getByText('before').waitFor();
    lab.server.loses = () => true;
    lab.server.cut();
    lab.server.say('meanwhile');
    await lab.box.fill('written meanwhile');
    await lab.box.press('Enter');
    await lab.log.getByText('meanwhile', { exact: true }).waitFor();
    await until(() => lab.log.getByText('Sending').count()).toBe(0);
    expect(lab.server.log.at(-1)).toMatchObject({ text: 'written meanwhile' });
    expect(new Set(lab.server.tickets).size).toBe(lab.server.tickets.length);
  });

  it('[LOG-5] closes a gap by reading the log', async () => {
    await open({}, (server) => server.say('one'));
    await lab.log.getByText('one').waitFor();
    lab.server.loses = (seq) => seq === 2;
    lab.server.say('two');
    lab.server.say('three');
    await lab.log.getByText('three').waitFor();
    await lab.log.getByText('two').waitFor();
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
    await lab.log.getByText('ahoy').waitFor();
    await lab.box.fill('by polling');
    await lab.box.press('Enter');
    await until(() => lab.server.log.length).toBe(2);
    expect(lab.server.transports).toContain('polling');
  });

  it('[LIMIT-4] [SYNC-4] is turned away in words, and stays away as long as it is asked to', async () => {
    const awayMs = 6000;
    await open({}, (server) => {
      server.turnsAwayMs = awayMs;
    });
    await lab.chat.getByText('The chat is very busy right now').waitFor();
    await until(() => lab.server.turnedAwayAt.length).toBe(2);
    const [first = 0, second = 0] = lab.server.turnedAwayAt;
    expect(second - first).toBeGreaterThanOrEqual(awayMs);
    lab.server.turnsAwayMs = 0;
    await until(() => lab.server.connections).toBe(1);
    await until(() => lab.chat.getByText('The chat is very busy').isVisible()).toBe(false);
  });

  it('[CARD-2] refuses to send a card number, and offers to take it out', async () => {
    await open();
    await lab.box.fill('card: 4242-4242 4242 4242, thanks');
    const warning = lab.chat.getByRole('alert');
    await warning.getByText('That looks like a card number').waitFor();
    await lab.box.press('Enter');
    await lab.chat.getByRole('button', { name: 'Send' }).click();
    expect(lab.server.heard.filter(([name]) => name === 'message:send')).toEqual([]);
    await until(async () => (await lab.verbs('keep')).at(-1)).toMatchObject({ draft: '' });
    await warning.getByRole('button', { name: 'Remove card number' }).click();
    expect(await lab.box.inputValue()).toBe('card: , thanks');
    expect(await warning.count()).toBe(0);
    expect(JSON.stringify(await lab.heard())).not.toContain('4242 4242');
  });

  it('[CARD-2] offers the secure way: one press asks for it, without the number', async () => {
    await open();
    await lab.box.fill('My card is 4242 4242 4242 4242, please take it');
    await lab.chat.getByRole('button', { name: 'Ask for a secure payment' }).click();
    await lab.log.getByText(ASK_SECURE_PAYMENT).waitFor();
    expect(await lab.chat.getByRole('alert').count()).toBe(0);
    // What else was written stays, and is kept.
    expect(await lab.box.inputValue()).toBe('My card is , please take it');
    await until(async () => (await lab.verbs('keep')).at(-1)).toMatchObject({
      draft: 'My card is , please take it',
    });
    expect(JSON.stringify([lab.server.heard, await lab.heard()])).not.toContain('4242');
  });

  it('[CARD-2] offers no payment where the page can take none', async () => {
    await open({ payments: false });
    await lab.box.fill('4242 4242 4242 4242');
    await lab.chat.getByRole('button', { name: 'Remove card number' }).waitFor();
    expect(await lab.chat.getByRole('button', { name: /secure payment/ }).count()).toBe(0);
  });

  it('[PORT-3] asks the loader to open a link, and goes nowhere itself', async () => {
    await open({}, (server) => server.say('see https://bank.example@evil.example/x.'));
    const link = lab.log.getByRole('link');
    await lab.log.getByText('(evil.example)').waitFor();
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
    await lab.log.getByText(evil).waitFor();
    expect(await lab.log.locator('img, b').count()).toBe(0);
  });

  it('closes its socket with the page, and asks for a ticket when that is shown again', async () => {
    await open({}, (server) => server.say('ahoy'));
    await lab.log.getByText('ahoy').waitFor();
    await lab.box.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    await until(() => lab.server.connections).toBe(0);
    await lab.box.evaluate(() =>
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    );
    await until(() => lab.server.connections).toBe(1);
  });
});
