/**
 * Whoever holds the chat server, an agent's account or a visitor's browser can at most send text:
 * markup in every text that crosses shows as what it is, in the chat, on the sheet and in the console.
 */
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAME_MAX_LENGTH } from '../../protocol/limits.ts';
import { ensureAgent } from '../../server/people/agents.ts';
import { listSites, updateSite } from '../../server/sites/sites.ts';
import { systemRandom } from '../../server/world.ts';
import { type Attacker, startAttacker } from '../support/attacker.ts';
import { type Agent, startVoyage, type Voyage } from '../support/voyage.ts';

/** On a busy machine a second, the default, is short. */
const PATIENTLY = { timeout: 20_000 };

let attacker: Attacker;
let voyage: Voyage;
let agent: Agent;
/** What browsers complained of: refusals by policy, and errors. */
const complaints: string[] = [];

/** Would run, or at least call the attacker, wherever it became markup; short enough for a name. */
const markup = (where: string) =>
  `${where}<img src=//${new URL(attacker.url).host}/${where} onerror=pwned=1><svg onload=pwned=1>`;
/** For where there is room, each line for another careless sink. */
const messageText = (where: string) =>
  [
    markup(where),
    `</textarea></title></script><script>pwned='${where}'</script>`,
    `<iframe srcdoc="<script>top.pwned=1</script>"></iframe>`,
    `"'\`><a href="javascript:pwned=1" autofocus onfocus=pwned=1>`,
    `javascript:pwned=1 data:text/html,<script>pwned=1</script>`,
    '{{constructor.constructor("pwned=1")()}} \u202e\u0000&lt;script&gt;',
  ].join('\n');

async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(() =>
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
      // biome-ignore lint/suspicious/noConsole: the one way out of a frame of an opaque origin
      console.error(`refused by ${violatedDirective}: ${blockedURI} ${sourceFile}`),
    ),
  );
  context.on('console', (message) => {
    if (/policy|refused|trusted/i.test(message.text())) complaints.push(message.text());
  });
  context.on('weberror', (event) => complaints.push(String(event.error())));
}

beforeAll(async () => {
  attacker = await startAttacker();
  voyage = await startVoyage({ onContext: watch });
  const { app, agent: account } = voyage.demo;
  const { db } = app.store;
  const maker = { db, random: systemRandom, now: Date.now() };
  expect(markup('visitor').length).toBeLessThanOrEqual(NAME_MAX_LENGTH);
  await ensureAgent(maker, { ...account, name: markup('agent') });
  for (const site of await listSites(db)) {
    const hostile = { name: markup('site'), greeting: markup('greeting') };
    await updateSite(db, site.publicKey, { ...site, ...hostile });
  }
  agent = await voyage.answer();
}, 60_000);
afterAll(async () => {
  await voyage?.close();
  await attacker?.close();
});

/** In no document of the page. */
async function expectUnharmed(page: Page) {
  const found = await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => ({
        pwned: Reflect.get(window, 'pwned'),
        planted: document.querySelectorAll('img[src*=localhost],svg[onload],[onfocus],[onerror]')
          .length,
        links: [...document.links].filter(({ protocol }) => !/^https?:$/.test(protocol)).length,
      })),
    ),
  );
  for (const document of found) expect(document).toEqual({ planted: 0, links: 0 });
}

describe('hostile text', { timeout: 60_000 }, () => {
  it('shows as text in chat, sheet and console, and nothing runs', async () => {
    const visitor = await voyage.visit('/products/brass-lantern');
    const { page } = visitor;
    // A visitor's own browser can say anything of its page and name.
    const hostilePage = `https://shop.example/${markup('page').replaceAll(' ', '/')}`;
    await page.route('**/api/session', async (route) => {
      const body = JSON.parse(route.request().postData() ?? '{}');
      await route.continue({ postData: JSON.stringify({ ...body, page: hostilePage }) });
    });
    await page.evaluate((name) => window.Bulkhead?.('identify', { name }), markup('visitor'));
    await visitor.openChat();
    await page
      .getByRole('dialog', { name: markup('site') })
      .getByText(markup('site'))
      .waitFor();
    await visitor.chat.getByText(markup('greeting')).waitFor();

    await visitor.send(messageText('question'));
    await visitor.log.getByText(markup('question')).waitFor();
    await agent.conversations.getByText(markup('visitor')).click();
    await agent.log.getByText(markup('question')).waitFor();
    await agent.page.getByText(hostilePage).first().waitFor();
    await agent.send(messageText('answer'));
    await agent.log.getByText(markup('answer')).waitFor();
    await visitor.log.getByText(markup('answer')).waitFor();
    await visitor.log.getByText(markup('agent')).first().waitFor();
    await expectUnharmed(page);

    await agent.requestPayment('49.00', markup('payment'));
    await agent.log.getByText(markup('payment')).first().waitFor();
    await visitor.chat.getByText(markup('payment')).first().waitFor();
    await visitor.payButton.click();
    await visitor.sheet.getByText(markup('payment')).waitFor();
    await visitor.card.getByLabel('Card number').waitFor();
    await expectUnharmed(page);
    await visitor.sheet.getByRole('button', { name: 'Cancel' }).click();

    // Once more from the log, after a reload of both.
    await Promise.all([page.reload(), agent.page.reload()]);
    await visitor.log.getByText(markup('answer')).waitFor();
    await agent.log.getByText(markup('answer')).waitFor();
    await expectUnharmed(page);
    await expectUnharmed(agent.page);

    expect(attacker.stolen().toString()).toBe('');
    expect(complaints).toEqual([]);
  });

  it('would show in these eyes if it became markup', async () => {
    const { page, chat, openChat } = await voyage.visit();
    await page.evaluate((html) => document.body.insertAdjacentHTML('beforeend', html), markup('x'));
    await expect.poll(() => attacker.stolen().toString(), PATIENTLY).toContain('GET /x');
    await page.waitForFunction(() => Reflect.get(window, 'pwned') === 1);
    await expect(expectUnharmed(page)).rejects.toThrow(/pwned/);

    await openChat();
    await chat.locator('body').evaluate((_body, url) => fetch(url).catch(() => {}), attacker.url);
    await expect.poll(() => complaints.join(), PATIENTLY).toContain('refused by connect-src');
    await page.context().close();
  });
});
