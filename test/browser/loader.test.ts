/** The loader on an ordinary page: what it draws, asks for, remembers, and offers to the page. */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { LAB_SITE, LAB_TOKEN, type Lab, STUB_CHAT, startLoaderLab } from '../support/loader-lab.ts';

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

const paths = () => lab.heard.map(({ method, path }) => `${method} ${path.slice(5)}`);
const launcher = (page: Page) => page.getByRole('button', { name: 'Open chat' });
const panel = (page: Page) => page.getByRole('dialog', { name: 'Lantern & Rope' });
/** What the frame has heard through its port. */
const heard = (page: Page) => lab.inFrame(page, () => (globalThis as { heard?: unknown[] }).heard);
const say = (page: Page, verb: object) =>
  lab.inFrame(
    page,
    (message) => (globalThis as unknown as { port: MessagePort }).port.postMessage(message),
    verb,
  );
const record = (page: Page) =>
  page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? '{}'), `bulkhead:${LAB_SITE}`);

async function openChat(page: Page) {
  await launcher(page).click();
  await lab.chatFrame(page).getByRole('textbox', { name: 'Message' }).waitFor();
}

describe('before the visitor acts', () => {
  it('draws the launcher and asks for nothing but the configuration', async () => {
    lab.options = {};
    const page = await lab.visit();
    await launcher(page).waitFor();
    await page.waitForTimeout(300);
    expect(paths()).toEqual([`GET sites/${LAB_SITE}`]);
    expect(await page.locator('#bulkhead iframe').count()).toBe(0);
    expect(await launcher(page).getAttribute('aria-expanded')).toBe('false');
  });

  it('works without a configuration', async () => {
    lab.options = { api: { [`sites/${LAB_SITE}`]: () => ({ name: 7, color: 'red' }) } };
    const page = await lab.visit();
    await openChat(page);
    expect(await page.getByRole('dialog', { name: 'Support' }).isVisible()).toBe(true);
  });
});

describe('the panel', () => {
  it('opens, hands the focus to the composer, and closes back to the launcher', async () => {
    lab.options = {};
    const page = await lab.visit();
    await openChat(page);
    expect(await panel(page).isVisible()).toBe(true);
    expect(await launcher(page).getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.type('hello');
    expect(await lab.chatFrame(page).getByRole('textbox').inputValue()).toBe('hello');
    await page.getByRole('button', { name: 'Close chat' }).click();
    expect(await panel(page).isVisible()).toBe(false);
    await page.keyboard.press('Enter'); // The launcher has the focus again.
    await expect.poll(() => panel(page).isVisible()).toBe(true);
    await expect.poll(() => heard(page)).toContainEqual({ verb: 'visible', open: false });
  });

  it("closes by Escape in its bar and by the frame's own word", async () => {
    lab.options = {};
    const page = await lab.visit();
    await openChat(page);
    await page.getByRole('button', { name: 'Close chat' }).focus();
    await page.keyboard.press('Escape');
    expect(await panel(page).isVisible()).toBe(false);
    await launcher(page).click();
    await say(page, { verb: 'close' });
    await expect.poll(() => panel(page).isVisible()).toBe(false);
    // Closed is display: none, which is what keeps a frame from taking the focus.
    expect(
      await page.locator('#bulkhead .panel').evaluate((it) => getComputedStyle(it).display),
    ).toBe('none');
  });

  it('fills a phone below the title bar, and hides the launcher', async () => {
    lab.options = { head: '<meta name="viewport" content="width=device-width">' };
    const page = await lab.visit('/', { viewport: { width: 390, height: 844 }, isMobile: true });
    await openChat(page);
    expect(await panel(page).boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(await launcher(page).isVisible()).toBe(false);
  });

  it('stands on the other side of a page that is written from right to left', async () => {
    lab.options = { head: '<script>document.documentElement.dir = "rtl"</script>' };
    const page = await lab.visit();
    await openChat(page);
    expect((await panel(page).boundingBox())?.x).toBe(20);
    expect(await heard(page)).toContainEqual(expect.objectContaining({ verb: 'init', dir: 'rtl' }));
  });

  it('shows how many messages wait, 99 at most', async () => {
    lab.options = {};
    const page = await lab.visit();
    await openChat(page);
    await say(page, { verb: 'unread', count: 1200 }); // Does not parse.
    await say(page, { verb: 'unread', count: 99 });
    await expect.poll(() => page.locator('#bulkhead .badge').textContent()).toBe('99');
    await say(page, { verb: 'unread', count: 0 });
    await expect.poll(() => page.locator('#bulkhead .badge').isVisible()).toBe(false);
  });

  it.each([
    '#ffffff',
    '#000000',
    '#f2c14e',
    '#3b82f6',
    '#1f4fd8',
    '#c0392b',
    '#777777',
  ])('writes on %s with a contrast of 4.5', async (color) => {
    lab.options = {
      api: { [`sites/${LAB_SITE}`]: () => ({ name: 'Lantern & Rope', color, greeting: '' }) },
    };
    const page = await lab.visit();
    await launcher(page).waitFor();
    const contrast = () =>
      launcher(page).evaluate((button) => {
        const canvas = document.createElement('canvas').getContext('2d');
        const luminance = (css: string) => {
          if (!canvas) throw new Error('no canvas');
          canvas.fillStyle = css;
          canvas.fillRect(0, 0, 1, 1);
          const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data]
            .slice(0, 3)
            .map((byte) => byte / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const { color: text, backgroundColor: ground } = getComputedStyle(button);
        const [low = 0, high = 0] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
      });
    await expect.poll(contrast, { timeout: 5_000 }).toBeGreaterThan(4.5);
  });
});

describe('[AUTH-2] the session', () => {
  it('is asked for on the page, without cookies, query or fragment', async () => {
    lab.options = {};
    const page = await lab.visit('/cart?token=secret#part');
    await openChat(page);
    const session = lab.heard.find(({ path }) => path === '/api/session');
    expect(session?.origin).toBe(lab.shop);
    expect(session?.cookie).toBeUndefined();
    expect(JSON.parse(session?.body ?? '{}')).toEqual({
      protocol: 1,
      site: LAB_SITE,
      page: `${lab.shop}/cart`,
      release: '9.9.9',
      locale: 'en-GB',
    });
    expect(await record(page)).toMatchObject({ token: LAB_TOKEN });
    expect(await heard(page)).toContainEqual(
      expect.objectContaining({ verb: 'init', ticket: 'ticket-1', api: lab.chat, open: true }),
    );
  });

  it('drops a token that the server does not take, and asks once more', async () => {
    const tokens: unknown[] = [];
    lab.options = {
      api: {
        session: ({ token }) => {
          tokens.push(token);
          if (token) return { code: 'token_expired', message: 'Too long ago.' };
          return { token: LAB_TOKEN, ticket: 'ticket-2' };
        },
      },
    };
    const page = await lab.visit();
    const old = `bv1.${'b'.repeat(50)}`;
    await page.evaluate(
      ([key, token]) =>
        localStorage.setItem(`${key}`, JSON.stringify({ token, conversation: true })),
      [`bulkhead:${LAB_SITE}`, old],
    );
    await openChat(page);
    expect(tokens).toEqual([old, undefined]);
    expect(await record(page)).toMatchObject({ token: LAB_TOKEN, conversation: false });
  });

  it('tells the frame in words when there is none, and gives one when asked again', async () => {
    let isDown = true;
    lab.options = {
      api: {
        session: () =>
          isDown
            ? { code: 'unavailable', message: 'The chat is not available.' }
            : { token: LAB_TOKEN, ticket: 'ticket-3' },
      },
    };
    const page = await lab.visit();
    await launcher(page).click();
    await expect
      .poll(() => heard(page), { timeout: 5000 })
      .toContainEqual({
        verb: 'offline',
        code: 'unavailable',
        message: 'The chat is not available.',
      });
    isDown = false;
    await say(page, { verb: 'ticket' });
    await expect
      .poll(() => heard(page), { timeout: 5000 })
      .toContainEqual(expect.objectContaining({ verb: 'init', ticket: 'ticket-3' }));
    await say(page, { verb: 'ticket' });
    await expect.poll(() => heard(page)).toContainEqual({ verb: 'ticket', ticket: 'ticket-3' });
  });
});

describe('[PORT-5] [PORT-6] across pages', () => {
  it('connects by itself where a conversation is open, with the panel closed', async () => {
    lab.options = {};
    const page = await lab.visit();
    await openChat(page);
    await say(page, { verb: 'conversation', open: true });
    await say(page, {
      verb: 'keep',
      draft: 'half a senten',
      outbox: [{ clientId: 'a'.repeat(16), text: 'not sent yet' }],
    });
    await page.getByRole('button', { name: 'Close chat' }).click();
    await expect.poll(() => record(page)).toMatchObject({ draft: 'half a senten' });
    await page.goto(`${lab.shop}/next`);
    await expect
      .poll(() => heard(page))
      .toContainEqual(
        expect.objectContaining({
          verb: 'init',
          open: false,
          draft: 'half a senten',
          outbox: [{ clientId: 'a'.repeat(16), text: 'not sent yet' }],
        }),
      );
    expect(await panel(page).isVisible()).toBe(false);
  });

  it('opens the panel again on the next page, and does not take the focus', async () => {
    lab.options = {};
    const page = await lab.visit();
    await openChat(page);
    await page.goto(`${lab.shop}/next`);
    await lab.chatFrame(page).getByRole('textbox').waitFor();
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  });

  it('goes on where storage throws', async () => {
    lab.options = {
      head: '<script>Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } })</script>',
    };
    const page = await lab.visit();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await openChat(page);
    await say(page, { verb: 'keep', draft: 'kept', outbox: [] });
    expect(errors).toEqual([]);
  });

  it('starts anew from a record that somebody else wrote', async () => {
    lab.options = {};
    const page = await lab.visit();
    await page.evaluate(
      (key) =>
        localStorage.setItem(
          key,
          JSON.stringify({ token: '<img>', conversation: 'yes', openAt: 'now', outbox: [1] }),
        ),
      `bulkhead:${LAB_SITE}`,
    );
    await page.reload();
    await openChat(page);
    const session = lab.heard.find(({ path }) => path === '/api/session');
    expect(JSON.parse(session?.body ?? '{}')).not.toHaveProperty('token');
  });
});

describe('the page API', () => {
  it('runs what was called before it arrived, and calls late listeners of ready', async () => {
    lab.options = {
      head: `<script>window.calls = [];
        window.Bulkhead ??= Object.assign((...call) => Bulkhead.q.push(call), { q: [] });
        Bulkhead('on', 'ready', () => calls.push('ready'));
        Bulkhead('on', 'open', () => { calls.push('open'); throw new Error('the page\\'s own'); });
        Bulkhead('identify', { name: 'Ada', email: 'ada@example.com', plan: 'gold' });
        Bulkhead('open');</script>`,
    };
    const page = await lab.visit();
    await lab.chatFrame(page).getByRole('textbox').waitFor();
    expect(await page.evaluate('calls')).toEqual(['ready', 'open']);
    const session = lab.heard.find(({ path }) => path === '/api/session');
    expect(JSON.parse(session?.body ?? '{}').identity).toEqual({
      name: 'Ada',
      email: 'ada@example.com',
    });
  });

  it('hands on events without any text, and answers an unknown command by an error', async () => {
    lab.options = { attributes: 'data-hide-launcher' };
    const page = await lab.visit();
    await page.waitForFunction(() => window.Bulkhead?.version);
    expect(await launcher(page).isVisible()).toBe(false);
    await page.evaluate(() => {
      const events: unknown[] = [];
      Object.assign(window, { events });
      for (const name of ['unread', 'message:received', 'error', 'close'] as const)
        window.Bulkhead?.('on', name, (event: CustomEvent) => events.push([name, event.detail]));
      window.Bulkhead?.('show');
      window.Bulkhead?.('open');
    });
    await lab.chatFrame(page).getByRole('textbox').waitFor();
    await say(page, { verb: 'event', name: 'message:received', text: 'secret' });
    await say(page, { verb: 'unread', count: 2 });
    await expect.poll(() => page.evaluate('events.length')).toBe(2);
    await page.evaluate(() => {
      (window.Bulkhead as unknown as (command: string) => void)('explode');
      window.Bulkhead?.('update', { theme: 'dark' });
      window.Bulkhead?.('close');
    });
    expect(await page.evaluate('events')).toEqual([
      ['message:received', null],
      ['unread', 2],
      ['error', { code: 'command_unknown', message: 'explode' }],
      ['close', null],
    ]);
    expect(await heard(page)).toContainEqual({ verb: 'theme', theme: 'dark' });
  });

  it('leaves nothing behind after shutdown, and boots again as a stranger', async () => {
    lab.options = {};
    const page = await lab.visit();
    await openChat(page);
    await say(page, { verb: 'conversation', open: true });
    await page.evaluate(() => window.Bulkhead?.('shutdown'));
    expect(await page.locator('#bulkhead').count()).toBe(0);
    expect(await record(page)).toMatchObject({ token: '', conversation: false, outbox: [] });
    await page.evaluate(() => window.Bulkhead?.('open'));
    expect(await page.locator('#bulkhead').count()).toBe(0);
    await page.evaluate(() => window.Bulkhead?.('boot'));
    await openChat(page);
    const sessions = lab.heard.filter(({ path }) => path === '/api/session');
    expect(sessions).toHaveLength(2);
    expect(JSON.parse(sessions[1]?.body ?? '{}')).not.toHaveProperty('token');
  });

  it('does nothing the second time that the tag is on the page', async () => {
    lab.options = { body: '<p>Twice</p><script id="again"></script>' };
    const page = await lab.visit();
    await launcher(page).waitFor();
    await page.evaluate(async () => {
      const first = document.querySelector<HTMLScriptElement>('script[data-site]');
      const second = document.createElement('script');
      for (const { name, value } of first?.attributes ?? []) second.setAttribute(name, value);
      document.body.append(second);
      await new Promise((resolve) => {
        second.onload = resolve;
      });
    });
    expect(await page.locator('#bulkhead').count()).toBe(1);
    expect(paths()).toEqual([`GET sites/${LAB_SITE}`]);
  });
});

describe('[PORT-2] the port', () => {
  it('drops what is not on the list, and removes the frame at the third time', async () => {
    lab.options = { chat: STUB_CHAT };
    const page = await lab.visit();
    await openChat(page);
    await say(page, { verb: 'storage', key: 'bulkhead' });
    await say(page, { verb: 'pay', shown: { paymentId: 'pr_x', amountMinor: -1 } });
    expect(await page.locator('#bulkhead iframe').count()).toBe(1);
    await say(page, { verb: 'unread', count: '<b>1</b>' });
    await page.getByText('could not be loaded safely').waitFor();
    expect(await page.locator('#bulkhead iframe').count()).toBe(0);
    expect(lab.reports()).toMatchObject([{ kind: 'port_violation', release: '9.9.9' }]);
  });
});
