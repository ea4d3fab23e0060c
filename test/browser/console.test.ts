/** The agents' console against the real server, with a visitor on a real socket. */
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../protocol/entries.ts';
import { launchBrowser } from '../support/browser.ts';
import {
  collect,
  granted,
  newClientId,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { type BuiltConsole, buildConsole } from '../support/console-build.ts';
import { type ConsolePage, openConsole } from '../support/console-page.ts';
import { AGENT, startServer, type TestServer } from '../support/server.ts';

// A browser on a busy machine is slow, and never wrong for it.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let built: BuiltConsole;
let browser: Browser;
let server: TestServer;
let agent: ConsolePage;
let visitor: VisitorClient;

beforeAll(async () => {
  [built, browser] = await Promise.all([buildConsole(), launchBrowser()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

beforeEach(async () => {
  server = await startServer({ config: { consoleDir: built.dir } });
  agent = await openConsole(browser, `${server.url}/console/`);
});
afterEach(async () => {
  visitor?.close();
  await agent.close();
  await server.close();
});

async function says(text: string, name = 'Jonas') {
  visitor = await visitorClient(server.url, {
    session: { page: 'https://shop.example/lantern', locale: 'sv-SE', identity: { name } },
  });
  await alsoSays(text);
}
async function alsoSays(text: string) {
  const body = { conversationId: null, clientId: newClientId(), text };
  granted(await visitor.socket.emitWithAck('message:send', body));
}
const signedIn = () => agent.signIn(AGENT.email, AGENT.password);

describe('signing in', () => {
  it('says in words that e-mail or password is wrong, then lets in and out', async () => {
    await agent.signIn(AGENT.email, 'wrong');
    await agent.page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await signedIn();
    await agent.conversations.waitFor();
    await agent.page.getByText('All quiet').waitFor();
    await agent.page.getByRole('button', { name: /^Account of/ }).click();
    await agent.page.getByRole('button', { name: 'Sign out' }).click();
    await agent.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await agent.page.reload();
    await agent.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(agent.faults).toEqual([]);
  });
});

describe('a conversation', () => {
  it('appears, is answered and read, live on both sides', async () => {
    await signedIn();
    await agent.conversations.waitFor();
    await says('Is the lantern in stock?');
    await agent.conversations.getByText('Is the lantern in stock?').waitFor();
    await agent.page.waitForFunction(() => document.title.startsWith('(1)'));

    await agent.open('Jonas');
    await agent.log.getByText('Is the lantern in stock?').waitFor();
    await agent.page.waitForFunction(() => !document.title.startsWith('('));
    const details = agent.page.getByRole('complementary', { name: 'Details' });
    await details.getByText('https://shop.example/lantern').waitFor();
    await details.getByText('Swedish (Sweden)').waitFor();

    const received = collect<Entry>(visitor.socket, 'entry:appended');
    await agent.send('Four of them.');
    await agent.log.getByText('Four of them.').waitFor();
    await agent.log.getByText('Sent').waitFor();
    await expect.poll(() => received).toMatchObject([{ type: 'message', text: 'Four of them.' }]);
    const { conversationId, seq } = received[0] as Entry;
    visitor.socket.emit('read:mark', { conversationId, seq });
    await agent.log.getByText('Seen').waitFor();
    visitor.socket.emit('typing:set', { conversationId, on: true });
    await agent.log.getByText('Jonas is typing').waitFor();
    expect(agent.faults).toEqual([]);
  });

  it('[LOG-4] keeps notes from the visitor', async () => {
    await says('Hello');
    const received = collect<Entry>(visitor.socket, 'entry:appended');
    await signedIn();
    await agent.open('Jonas');
    await agent.page.getByRole('button', { name: 'Note', exact: true }).click();
    await agent.page.getByRole('textbox', { name: 'Note' }).fill('A regular');
    await agent.page.getByRole('button', { name: 'Add note' }).click();
    await agent.log.getByText('Internal note').waitFor();
    await agent.log.getByText('A regular').waitFor();
    await expect.poll(() => received).toMatchObject([{ type: 'hidden' }]);
  });

  it('is assigned, resolved, reopened by the agent and by the visitor', async () => {
    await says('Hello');
    await signedIn();
    await agent.open('Jonas');
    await agent.page.getByRole('button', { name: 'Assign to me' }).click();
    await agent.log.getByText('You took this conversation').waitFor();
    const assignee = agent.page.getByLabel('Assignee');
    await expect.poll(() => assignee.inputValue()).toBe(server.agent.id);
    await agent.page.getByRole('button', { name: 'Mine', exact: true }).click();
    await agent.conversations.getByText('Jonas').waitFor();

    await agent.page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await agent.log.getByText('You resolved this conversation').waitFor();
    await agent.page.getByText('Nothing is assigned to you').waitFor();
    await agent.page.getByRole('button', { name: 'Reopen' }).click();
    await agent.log.getByText('You reopened this conversation').waitFor();

    await agent.page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await agent.page.getByRole('button', { name: 'Reopen' }).waitFor();
    await alsoSays('One more thing');
    await agent.page.getByRole('button', { name: 'Resolve', exact: true }).waitFor();
    await agent.log.getByText('One more thing').waitFor();
    await agent.log.getByText('Reopened by a new message').waitFor();
  });

  it('comes back after a reload with its draft, and its address', async () => {
    await says('Hello');
    await signedIn();
    await agent.open('Jonas');
    await agent.reply.fill('I was just about to');
    await agent.page.reload();
    await agent.log.getByText('Hello').waitFor();
    expect(await agent.reply.inputValue()).toBe('I was just about to');
  });

  it('shows what was written as text, whatever was written', async () => {
    const text = '<img src=x onerror="document.title=1"> <b>x</b> javascript:alert(1)';
    await says(text, '<i>Jonas</i>');
    await signedIn();
    await agent.open('<i>Jonas</i>');
    await agent.log.getByText(text).waitFor();
    expect(await agent.log.locator('img, b, i:not(.typing-dots i), a').count()).toBe(0);
    expect(agent.faults).toEqual([]);
  });

  it('makes links of http and https, in a new window without a way back', async () => {
    await says('see https://shop.example/lantern.');
    await signedIn();
    await agent.open('Jonas');
    const link = agent.log.getByRole('link', { name: 'https://shop.example/lantern' });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await link.getAttribute('target')).toBe('_blank');
  });
});

describe('[CARD-2] a card number', () => {
  it('is stopped in the composer, and shown redacted when a visitor wrote one', async () => {
    await says('charge 4242 4242 4242 4242 please');
    await signedIn();
    await agent.open('Jonas');
    await agent.log.getByText('charge •••• 4242 please').waitFor();
    await agent.log.getByText('Card number removed').waitFor();
    // This server has no Stripe key, so there is nothing to offer.
    expect(await agent.page.getByRole('button', { name: 'Request a payment' }).count()).toBe(0);

    await agent.reply.fill('You mean 4242 4242 4242 4242?');
    await agent.page.getByRole('alert').getByText('looks like a card number').waitFor();
    await agent.reply.press('Enter');
    expect(await agent.reply.inputValue()).toContain('4242 4242');
    await agent.page.getByRole('button', { name: 'Keep only the last four digits' }).click();
    await agent.reply.press('Enter');
    await agent.log.getByText('You mean •••• 4242?').waitFor();
  });
});

describe('the composer', () => {
  it('turns what was copied from a page into plain text, without running any of it', async () => {
    await says('Hello');
    await signedIn();
    await agent.open('Jonas');
    await agent.reply.focus();
    await agent.reply.evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData(
        'text/html',
        '<p>Our <a href="https://shop.example/care">care guide</a>:</p>' +
          '<ul><li>oil it<script>document.title="x"</script></li><li>keep it dry</li></ul>' +
          '<a href="javascript:alert(1)">bad</a><img src=x onerror="document.title=1">',
      );
      field.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    });
    expect(await agent.reply.inputValue()).toBe(
      'Our care guide (https://shop.example/care):\n• oil it\n• keep it dry\n\nbad',
    );
    await agent.page.keyboard.press('ControlOrMeta+z');
    expect(await agent.reply.inputValue()).toBe('');
    expect(await agent.page.title()).toContain('Inbox');
    // Chromium reports the handler although the document that is parsed is inert: blocked twice.
    const others = agent.faults.filter((fault) => !fault.includes('inline event handler'));
    expect(others).toEqual([]);
  });

  it('sends with Enter and makes a line with Shift and Enter', async () => {
    await says('Hello');
    await signedIn();
    await agent.open('Jonas');
    await agent.reply.focus();
    await agent.page.keyboard.type('one');
    await agent.page.keyboard.press('Shift+Enter');
    await agent.page.keyboard.type('two');
    expect(await agent.reply.inputValue()).toBe('one\ntwo');
    await agent.page.keyboard.press('Enter');
    await agent.log.getByText('one\ntwo').waitFor();
  });
});

describe('without a mouse', () => {
  it('an agent signs in, finds a conversation, answers and resolves it', async () => {
    await says('Hello');
    const { page } = agent;
    const { keyboard } = page;
    await page.getByLabel('Email').waitFor();
    await keyboard.type(AGENT.email);
    await keyboard.press('Tab');
    await keyboard.type(AGENT.password);
    await keyboard.press('Enter');
    await agent.conversations.getByText('Hello').waitFor();
    await keyboard.press('j');
    await agent.log.getByText('Hello').waitFor();
    await keyboard.press('r');
    await keyboard.type('Good morning');
    await keyboard.press('Enter');
    await agent.log.getByText('Good morning').waitFor();
    await keyboard.press('Escape');
    await keyboard.press('e');
    await page.getByRole('button', { name: 'Reopen' }).waitFor();
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' });
  });
});
