/** What a visitor does, by pointer and keys alone, so that every browser is asked in the same way. */
import type { CodeAttack } from './attack.ts';
import { CARDS } from './measure.ts';
import { PATIENCE_MS, type Stage, until } from './stage.ts';
import type { Rect, Tab } from './tab.ts';

const KEY_MS = 0;

/** Where an element is, once it is there; scrolled into sight. */
export async function whereIs(
  tab: Tab,
  element: string,
  isPatient = true,
): Promise<Rect | undefined> {
  const expression = `(() => { const found = ${element}; if (!found) return; found.scrollIntoView({ block: 'center', behavior: 'instant' }); const { x, y, width, height } = found.getBoundingClientRect(); return width && height ? { x, y, width, height } : undefined; })()`;
  let rect: Rect | undefined;
  await until(
    async () => {
      rect = await tab.evaluate<Rect>(expression);
      return rect !== undefined;
    },
    isPatient ? PATIENCE_MS : 0,
  );
  return rect;
}

export async function press(tab: Tab, element: string): Promise<void> {
  const rect = await whereIs(tab, element);
  if (!rect) throw new Error(`not on the page: ${element}`);
  await tab.click(rect.x + rect.width / 2, rect.y + rect.height / 2);
}

export const LAUNCHER = `document.querySelector('#bulkhead')?.shadowRoot.querySelector('.launcher')`;
const PANEL = `document.querySelector('#bulkhead')?.shadowRoot.querySelector('.panel')`;
const REFUSED = `${PANEL}?.querySelector('[role=alert]')?.textContent`;

/**
 * At the checkout, having been on the shop before: with a cookie and something in storage that is
 * nobody else's business.
 */
export async function openCheckout(
  { lane }: Stage,
  tab: Tab,
  _batch: readonly CodeAttack[] = [],
): Promise<void> {
  await tab.go(`${lane.shop.url}/assets/favicon.svg`);
  await tab.evaluate(
    `document.cookie = 'drill-secret=1;path=/'; localStorage.setItem('drill-secret', 'token'); 0`,
  );
  await tab.go(`${lane.shop.url}/checkout?order=drill-7`);
}

export const openChatPanel = (tab: Tab): Promise<void> => press(tab, LAUNCHER);

/** Until the frame is up, or until the panel says why it is not. */
export async function openChat(tab: Tab, expect: 'frame' | 'refused'): Promise<void> {
  await openChatPanel(tab);
  const isThere = await until(
    async () =>
      (await tab.evaluate(
        expect === 'refused' ? `!!${REFUSED}` : `!!${PANEL}?.querySelector('iframe')`,
      )) === true,
    PATIENCE_MS,
  );
  if (!isThere) throw new Error(`the panel never came to: ${expect}`);
}

export async function pressInChat(tab: Tab): Promise<void> {
  const rect = await whereIs(tab, PANEL);
  if (!rect) throw new Error('there is no panel');
  await tab.click(rect.x + rect.width / 2, rect.y + rect.height / 2);
}

/** @returns how many digits the fields hold then. */
export async function typeCard(
  tab: Tab,
  { mayFail = false, delayMs = KEY_MS }: { mayFail?: boolean; delayMs?: number } = {},
): Promise<number> {
  const { number, cvc } = CARDS.checkout;
  for (const [name, text] of [
    ['card-number', number],
    ['card-cvc', cvc],
  ] as const) {
    const rect = await whereIs(tab, `document.querySelector('#checkout [name=${name}]')`, !mayFail);
    if (!rect) {
      if (mayFail) return 0;
      throw new Error('the checkout is gone');
    }
    await tab.click(rect.x + Math.min(60, rect.width / 2), rect.y + rect.height / 2);
    await tab.type(text, delayMs);
  }
  await tab.evaluate('document.activeElement?.blur()');
  const typed = await tab.evaluate<string>(
    `[...document.querySelectorAll('#checkout [name^=card-]')].map(({ value }) => value).join('')`,
  );
  return typed?.replace(/\D/g, '').length ?? 0;
}

/** The rest of the form is filled in at once, and sent. */
export async function submitCheckout(tab: Tab): Promise<void> {
  await tab.evaluate(`(() => {
    const form = document.querySelector('#checkout');
    for (const input of form?.querySelectorAll('input[required]') ?? []) input.value ||= input.name === 'card-expiry' ? '12 / 34' : 'a@b.example';
    form?.requestSubmit();
  })()`);
}
