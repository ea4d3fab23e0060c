/** A real conversation with a real request for a payment in it, and a visitor who opens the sheet. */
import Stripe from 'stripe';
import type { Demo } from '../../demo-site/demo.ts';
import {
  agentClient,
  connectVisitor,
  granted,
  newClientId,
  requestSession,
} from '../support/clients.ts';
import { CARDS } from './measure.ts';
import { PATIENCE_MS, type Stage, until } from './stage.ts';
import type { Tab } from './tab.ts';
import { press } from './visitor.ts';

export interface Asked {
  token: string;
  conversationId: string;
  paymentId: string;
  intentId: string;
}

export const siteKeyOf = ({ tag }: Demo): string => /data-site="([^"]+)"/.exec(tag)?.[1] ?? '';

const agents = new WeakMap<Demo, ReturnType<typeof agentClient>>();
/** Signed in once for a whole drill. */
export function agentOf(demo: Demo): ReturnType<typeof agentClient> {
  const known = agents.get(demo) ?? agentClient(demo.urls.chat, demo.agent);
  agents.set(demo, known);
  return known;
}

export function stripeOf({ stripe }: Demo): Stripe {
  if (!stripe) throw new Error('the drill never runs against Stripe itself');
  const { hostname: host, port } = new URL(stripe.url);
  return new Stripe(stripe.secretKey, { host, port, protocol: 'http', telemetry: false });
}

/** As a visitor who wrote, and an agent who asked. */
export async function converse({ demo, lane }: Stage, text = 'May I pay here?') {
  const { chat } = demo.urls;
  const { token, ticket } = granted(
    await requestSession(chat, { site: siteKeyOf(demo) }, { origin: lane.shop.url }),
  );
  const socket = await connectVisitor(chat, { ticket });
  const message = { conversationId: null, clientId: newClientId(), text };
  const { conversationId } = granted(await socket.emitWithAck('message:send', message));
  socket.close();
  return { token, conversationId };
}

export async function askForPayment(
  stage: Stage,
  description = 'Brass lantern',
  lineItems?: { description: string; quantity: number; unitAmountMinor: number }[],
): Promise<Asked> {
  const { demo } = stage;
  const { token, conversationId } = await converse(stage);
  const { socket } = await agentOf(demo);
  const { paymentId } = granted(
    await socket.emitWithAck('payment:request', {
      conversationId,
      clientId: newClientId(),
      amountMinor: 4900,
      currency: 'EUR',
      description,
      ...(lineItems && { lineItems }),
    }),
  );
  const intents = () => demo.stripe?.control.all('payment_intent') ?? [];
  const find = () => intents().find(({ metadata }) => metadata.payment_id === paymentId);
  await until(() => find() !== undefined, PATIENCE_MS);
  const intentId = find()?.id;
  if (!intentId) throw new Error('the payment has no intent');
  return { token, conversationId, paymentId, intentId };
}

/** On the shop's checkout with the panel open, as that visitor. */
export async function comeBack({ demo, lane }: Stage, tab: Tab, token: string): Promise<void> {
  await tab.go(`${lane.shop.url}/assets/favicon.svg`);
  const memory = { token, conversation: true, openAt: Date.now(), draft: '', outbox: [] };
  await tab.evaluate(
    `localStorage.setItem('bulkhead:${siteKeyOf(demo)}', ${JSON.stringify(JSON.stringify(memory))}); 0`,
  );
  await tab.go(`${lane.shop.url}/checkout`);
}

const SHEET = `document.querySelector('#bulkhead')?.shadowRoot.querySelector('.sheet')`;
const PANEL = `document.querySelector('#bulkhead')?.shadowRoot.querySelector('.panel')`;

export const sheetText = async (tab: Tab): Promise<string> =>
  (await tab.evaluate<string>(`${SHEET}?.textContent ?? ''`)) ?? '';

/** Presses the card's button in the chat, until panel or sheet says something by it. */
export async function openSheet(tab: Tab, expect: RegExp): Promise<string> {
  let text = '';
  let isPressed = false;
  const isThere = await until(async () => {
    if (!isPressed) {
      const pressed = await tab.everywhere<boolean>(
        `(() => { const button = document.querySelector('main button.pay'); button?.click(); return !!button; })()`,
      );
      isPressed = pressed.includes(true);
    }
    text = (await tab.evaluate<string>(`${PANEL}?.textContent ?? ''`)) ?? '';
    return isPressed && expect.test(text);
  }, PATIENCE_MS);
  if (!isThere) throw new Error(`the sheet never said ${expect}: ${text}`);
  return text;
}

/** Into Stripe's frame, which has the focus once it is ready. */
export async function typeSheetCard(tab: Tab): Promise<void> {
  const isReady = await until(
    async () =>
      (await tab.evaluate(
        `${SHEET}?.querySelector('.form:not(.waiting)') != null && document.activeElement?.localName === 'iframe'`,
      )) === true,
    PATIENCE_MS,
  );
  if (!isReady) throw new Error("Stripe's form never came up");
  const { number, cvc } = CARDS.sheet;
  await tab.type(number.replaceAll(' ', ''), 5);
  for (const text of ['1234', cvc]) {
    await tab.type('\t');
    await tab.type(text, 5);
  }
}

export const pressPay = (tab: Tab): Promise<void> =>
  press(tab, `${SHEET}?.querySelector('.actions button:not(.quiet)')`);
