/**
 * Each script of the release altered on its way to a visitor, as in 2017: with the merchant's own tag
 * it does not run, somebody is told, and the shop goes on. The same files on a page without pins
 * carry off the card in the checkout, so the attack is a real one.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Shop } from '../../demo-site/shop/server.ts';
import { createLogger } from '../../server/logger.ts';
import { refused } from '../../widget/loader/texts.ts';
import {
  type AlteredVisit,
  openShopWithTag,
  readRelease,
  visitAltered,
  withoutIntegrity,
} from '../support/altered-release.ts';
import { type Attacker, isSkimmed, skimmer, startAttacker } from '../support/attacker.ts';
import { tracesIn } from '../support/card-traces.ts';
import { fillCheckout } from '../support/checkout.ts';
import { type Agent, startVoyage, type Visitor, type Voyage } from '../support/voyage.ts';

const CARD = { number: '5267 3198 4471 6036', cvc: '931' };
const CHECKOUT = { ...CARD, name: 'Ophelia Quillfeather', street: '17 Larkspur Quay' };
/** On a busy machine a second, the default, is short. */
const PATIENTLY = { timeout: 20_000 };

let voyage: Voyage;
let agent: Agent;
let attacker: Attacker;
const log: string[] = [];

beforeAll(async () => {
  attacker = await startAttacker();
  voyage = await startVoyage({
    logger: createLogger('info', { write: (line) => void log.push(line) }),
  });
  agent = await voyage.answer();
}, 60_000);
const shops: Shop[] = [];
afterAll(async () => {
  await Promise.all(shops.map((shop) => shop.close()));
  await voyage?.close();
  await attacker?.close();
});
beforeEach(async () => {
  log.length = 0;
  attacker.clear();
  await voyage.demo.app.store.db.deleteFrom('reports').execute();
});

const visit = (options: Omit<AlteredVisit, 'code'>) =>
  visitAltered(voyage, { ...options, code: skimmer([`${attacker.url}/haul`]) });
/** Address of the same shop with another tag. */
async function shopWith(change: (tag: string) => string): Promise<string> {
  const shop = await openShopWithTag(voyage, change(voyage.demo.pinnedTag));
  shops.push(shop);
  return shop.url;
}
const stolen = () => tracesIn(attacker.stolen(), { checkout: CARD });

/** Asked for by the agent, and the visitor pressed the card's button. */
async function pressPay(visitor: Visitor, question: string) {
  await visitor.openChat();
  await visitor.send(question);
  await agent.conversations.getByText(question).click();
  await agent.log.getByText(question).waitFor();
  await agent.requestPayment('49.00', 'Brass lantern');
  await visitor.payButton.click();
}

/** The customer buys what they came for; nobody else hears of it. */
async function expectSafeCheckout({ page }: Visitor) {
  await fillCheckout(page, CHECKOUT);
  expect(await isSkimmed(page)).toBe(false);
  await page.getByRole('button', { name: /^Pay €/ }).click();
  await page.waitForURL('**/thank-you');
  expect(await isSkimmed(page)).toBe(false);
  expect(attacker.stolen().toString()).toBe('');
}

async function expectReport(file: 'chat' | 'pay') {
  const release = await readRelease(voyage);
  const { urls, app } = voyage.demo;
  const find = () =>
    app.store.db.selectFrom('reports').select(['kind', 'subject', 'release', 'page']).execute();
  await expect.poll(find, PATIENTLY).toEqual([
    {
      kind: 'script_refused',
      subject: release.files[file].file,
      release: release.version,
      page: `${urls.shop}/checkout`,
    },
  ]);
  await expect
    .poll(() => log.join(''), PATIENTLY)
    .toMatch(/"kind":"script_refused".*a loader reported/);
}

async function expectRobbedCheckout({ page }: Visitor) {
  await fillCheckout(page, CHECKOUT);
  await expect.poll(stolen, PATIENTLY).toEqual(['checkout number', 'checkout cvc']);
  expect(attacker.stolen().length).toBeGreaterThan(0);
  expect(await isSkimmed(page)).toBe(true);
}

describe('an altered script under the pinned tag', { timeout: 60_000 }, () => {
  it('does not run as the loader: no launcher, and the tag hears of it', async () => {
    const withHandler = (tag: string) =>
      tag.replace('<script ', '<script onerror="tagFailed = true" ');
    const visitor = await visit({ file: 'loader', shop: await shopWith(withHandler) });
    const { page } = visitor;
    await page.waitForFunction(() => Reflect.get(window, 'tagFailed') === true);
    expect(await page.getByRole('button', { name: 'Open chat' }).count()).toBe(0);
    await expectSafeCheckout(visitor);
    await page.context().close();
  });

  it('[REPORT-1] does not run as the chat: the panel says so, and a report arrives', async () => {
    const visitor = await visit({ file: 'chat' });
    const { page } = visitor;
    await page.getByRole('button', { name: 'Open chat' }).click();
    await page.getByRole('alert').getByText(refused).waitFor();
    expect(await page.locator('iframe[title="Chat"]').count()).toBe(0);
    await expectReport('chat');
    await page.getByRole('button', { name: 'Close chat' }).click();
    await expectSafeCheckout(visitor);
    await page.context().close();
  });

  it('[REPORT-1] does not run as the pay script: nothing is charged, and a report arrives', async () => {
    const visitor = await visit({ file: 'pay' });
    const { page } = visitor;
    await pressPay(visitor, 'May I pay here, safely?');
    await page.getByRole('alert').getByText(refused).waitFor();
    expect(await visitor.sheet.count()).toBe(0);
    await expectReport('pay');
    await page.getByRole('button', { name: 'Close chat' }).click();
    await expectSafeCheckout(visitor);
    expect(voyage.demo.stripe?.control.receivedCardNumbers()).toEqual([]);
    await page.context().close();
  });
});

describe('the same attack without pins', { timeout: 60_000 }, () => {
  it('robs the checkout as the loader, before anybody opens the chat', async () => {
    const visitor = await visit({ file: 'loader', shop: await shopWith(withoutIntegrity) });
    await visitor.page.getByRole('button', { name: 'Open chat' }).waitFor();
    await expectRobbedCheckout(visitor);
    await visitor.page.context().close();
  });

  it('robs the checkout as a chat script that the page itself loads', async () => {
    const { version, files } = await readRelease(voyage);
    const src = `${voyage.demo.urls.chat}/embed/${version}/${files.chat.file}`;
    const shop = await shopWith(() => `<script async crossorigin src="${src}"></script>`);
    const visitor = await visit({ file: 'chat', shop });
    await expectRobbedCheckout(visitor);
    await visitor.page.context().close();
  });

  it('runs as the chat under a loader that names its hash, and the frame still holds it', async () => {
    const visitor = await visit({
      file: 'chat',
      shop: await shopWith(withoutIntegrity),
      repin: true,
    });
    await visitor.openChat();
    await visitor.send('The frame is all that it sees');
    await visitor.log.getByText('The frame is all that it sees').waitFor();
    await fillCheckout(visitor.page, CHECKOUT);
    expect(await isSkimmed(visitor.page)).toBe(true);
    expect(attacker.stolen().toString()).toBe('');
    await visitor.page.context().close();
  });

  it('robs the checkout as the pay script under a loader that names its hash', async () => {
    const visitor = await visit({
      file: 'pay',
      shop: await shopWith(withoutIntegrity),
      repin: true,
    });
    await pressPay(visitor, 'May I pay here, without pins?');
    await visitor.sheet.waitFor();
    await expectRobbedCheckout(visitor);
    await visitor.page.context().close();
  });
});
