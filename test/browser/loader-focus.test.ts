/**
 * The focus guard where the page itself hears nothing: card fields in a frame of another origin, as
 * Stripe's are, and in closed shadow roots. The chat is hostile; each attack is first seen to
 * succeed where nothing is in its way.
 */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Lab, STUB_CHAT, startLoaderLab } from '../support/loader-lab.ts';
import { typeKeys } from '../support/typing.ts';

let browser: Browser;
let lab: Lab;

beforeAll(async () => {
  browser = await launchBrowser();
  lab = await startLoaderLab(browser);
});
afterEach(() => lab.leave());
afterAll(async () => {
  await lab.close();
  await browser.close();
});

const CARD = '4242424242424242';
/** Between two keys, in milliseconds: a quick typist's. */
const KEY_MS = 60;
/** Longer than a field counts as just used, and a gesture as just made. */
const PAUSE_MS = 6_000;
/** What falls within one look of the guard (50 ms), and one more on its way. */
const LOST_MAX = 2;

/** Takes the focus once it has been elsewhere for a while, and keeps every digit that it catches. */
const THIEF = `globalThis.caught = '';
  addEventListener('keydown', ({ key }) => { if (/\\d/.test(key)) fetch('/api/caught', { method: 'POST', body: caught += key }).catch(() => {}); });
  addEventListener('message', ({ data }) => { if (data.ms >= 0) setTimeout(() => { globalThis.isOn = true; }, data.ms); });
  let away = 0;
  setInterval(() => {
    away = document.hasFocus() ? 0 : away + 20;
    if (!globalThis.isOn || away < 120) return;
    window.focus();
    document.querySelector('textarea')?.focus();
  }, 20);`;

const openChat = async (page: Page) => {
  await page.getByRole('button', { name: 'Open chat' }).click();
  await lab.chatFrame(page).getByRole('textbox').waitFor();
};
/** By a message and later, since what a driver evaluates counts as a gesture for five seconds. */
const turnOn = (page: Page, afterMs: number) =>
  page.evaluate((ms) => {
    const guard = document.querySelector('#bulkhead')?.shadowRoot?.querySelector('iframe');
    guard?.contentDocument?.querySelector('iframe')?.contentWindow?.postMessage({ ms }, '*');
  }, afterMs);
const countCaught = () => lab.heard.filter(({ path }) => path === '/api/caught').length;
const countFrames = (page: Page) => page.locator('#bulkhead iframe').count();

describe('a frame that takes the focus from a card frame of another origin', () => {
  const cardField = (page: Page) => page.frameLocator('#card').locator('input');
  /** The lab's shop stands at another host, so this frame is another process as Stripe's is. */
  const visit = async (script: string, isControl = false) => {
    const body = '<iframe id="card" style="width:300px;height:60px"></iframe><button>Shop</button>';
    const frame = `<iframe id="thief" sandbox="allow-scripts" srcdoc="<textarea></textarea><script>${script.replaceAll('"', '&quot;')}</script>"></iframe>`;
    lab.options = isControl
      ? { bare: true, body: body + frame }
      : { body, chat: `${STUB_CHAT};${script}` };
    return lab.visit('/', {}, async (page) => {
      await page.route('**/card-frame', (route) =>
        route.fulfill({ contentType: 'text/html', body: '<input autocomplete="cc-number">' }),
      );
      await page.addInitScript((url) => {
        addEventListener('DOMContentLoaded', () => {
          document.querySelector('#card')?.setAttribute('src', url);
        });
      }, `${lab.evil}/card-frame`);
    });
  };
  const typeCard = async (page: Page) => {
    const box = await cardField(page).boundingBox();
    if (!box) throw new Error('there is no card field');
    // As a hand does: over the page into the frame.
    await page.mouse.move(box.x + 20, box.y + 200);
    await page.mouse.move(box.x + 20, box.y + 10, { steps: 8 });
    await page.mouse.down();
    await page.mouse.up();
    await typeKeys(page, CARD, KEY_MS);
  };

  it('catches all of it where nothing stops it', async () => {
    const page = await visit(`${THIEF};isOn = true`, true);
    await cardField(page).waitFor();
    await typeCard(page);
    const caught = await page.frames().at(-1)?.evaluate('caught');
    expect(String(caught).length).toBeGreaterThanOrEqual(CARD.length - 4);
  });

  it('is removed before it has caught more than falls within one look', async () => {
    const page = await visit(THIEF);
    await cardField(page).waitFor();
    await openChat(page);
    await turnOn(page, 0);
    await typeCard(page);
    expect(countCaught()).toBeLessThanOrEqual(LOST_MAX);
    expect(await countFrames(page)).toBe(0);
    await expect.poll(() => lab.reports()).toMatchObject([{ kind: 'focus_theft' }]);
  });

  it('is removed as well when it waits until the card is half typed', async () => {
    const page = await visit(THIEF);
    await cardField(page).waitFor();
    await openChat(page);
    await cardField(page).click();
    await typeKeys(page, '4242', KEY_MS);
    await turnOn(page, PAUSE_MS);
    await page.waitForTimeout(PAUSE_MS + 200);
    await typeKeys(page, '424242424242', KEY_MS);
    expect(countCaught()).toBeLessThanOrEqual(LOST_MAX);
    expect(await countFrames(page)).toBe(0);
  });

  it('leaves those alone who go from the card frame to the chat, by pointer or by Tab', async () => {
    const page = await visit('0');
    await cardField(page).waitFor();
    await openChat(page);
    const field = lab.chatFrame(page).getByRole('textbox');
    await typeCard(page);
    await page.getByRole('button', { name: 'Close chat' }).hover();
    await page.waitForTimeout(200);
    await field.click();
    await page.keyboard.type('by pointer');
    await page.waitForTimeout(300);
    await typeCard(page);
    await page.keyboard.press('Tab'); // To the shop's button.
    await page.keyboard.press('Tab'); // To the title bar's button.
    await page.keyboard.press('Tab');
    await page.waitForTimeout(500);
    await page.keyboard.type(', by Tab', { delay: 30 });
    expect(await field.inputValue()).toBe('by pointer, by Tab');
    expect(await countFrames(page)).toBe(1);
    expect(lab.reports()).toEqual([]);
  });
});

describe('a frame that takes the focus from a closed shadow root', () => {
  const withField = (host: string) =>
    `<${host} id="host"></${host}><script>
    const root = document.querySelector('#host').attachShadow({ mode: 'closed' });
    window.field = document.createElement('input');
    root.append(field);</script>`;

  it.each([
    ['of a custom element, before the first key', 'shop-card', ''],
    ['of a custom element, long after the last', 'shop-card', '4242'],
    ['of a plain element, once something was typed', 'div', '4242'],
  ])('%s', async (_where, host, typed) => {
    lab.options = { body: withField(host), chat: `${STUB_CHAT};${THIEF}` };
    const page = await lab.visit();
    await openChat(page);
    await page.locator('#host').click({ position: { x: 10, y: 10 } });
    await page.keyboard.type(typed);
    await turnOn(page, PAUSE_MS);
    await page.waitForTimeout(PAUSE_MS + 200);
    await typeKeys(page, CARD.slice(typed.length), KEY_MS);
    expect(countCaught()).toBeLessThanOrEqual(LOST_MAX);
    expect(await countFrames(page)).toBe(0);
  });
});
