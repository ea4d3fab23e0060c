/**
 * The page API as `widget/bulkhead.d.ts` describes it, called by a page in front of the whole
 * product; and that the widget leaves the page as it found it, while it is there and afterwards.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shop } from '../../demo-site/shop/server.ts';
import { countPatched, rememberGlobals } from '../support/page-globals.ts';
import { addShops } from '../support/shops.ts';
import { type Agent, createVisitor, startVoyage, type Voyage } from '../support/voyage.ts';

/** What a page's listeners heard, as `name` or `name:detail`. */
interface HeardWindow extends Window {
  heard?: string[];
}

/** A page in a frame of this one, to see whether it goes once the frame is gone. */
interface KeepingWindow extends Window {
  innerPage?: WeakRef<Document>;
  held?: Document;
}

let voyage: Voyage;
let shop: Shop;
let agent: Agent;
beforeAll(async () => {
  voyage = await startVoyage();
  [shop] = (await addShops(voyage.demo, [{ tag: voyage.demo.tag }])) as [Shop];
  agent = await voyage.answer();
});
afterAll(async () => {
  await shop?.close();
  await voyage?.close();
});

/** Under the runner's own, so that what was waited for is said. */
const TIMEOUT_MS = 8_000;
const EVENTS = ['ready', 'open', 'close', 'unread', 'message:sent', 'message:received', 'error'];

const INHERITED = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];

/** Sets up the documented queue before anything else runs, and listens through it. */
const queueListeners = (names: string[]) => {
  if (window !== top) return;
  const heard: string[] = [];
  (window as HeardWindow).heard = heard;
  const queue: Bulkhead.Api = Object.assign(
    (...call: unknown[]) => void (queue.q ?? []).push(call),
    { q: [] as unknown[][] },
  );
  window.Bulkhead ??= queue;
  for (const name of names)
    window.Bulkhead('on', name as 'error', ({ detail }) =>
      heard.push(detail === null ? name : `${name}:${detail.code ?? detail}`),
    );
};

async function openPage(prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
  const page = await (await voyage.browser.newContext({ locale: 'en-GB' })).newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  page.on('pageerror', (error) => thrown.push(`${error}`));
  await page.addInitScript(queueListeners, EVENTS);
  await prepare?.(page);
  await page.goto(shop.url);
  await page.waitForFunction(() => window.Bulkhead?.version);
  return page;
}
/** What reached the pages as an uncaught error. */
const thrown: string[] = [];

const heardBy = (page: Page) => page.evaluate(() => (window as HeardWindow).heard ?? []);
/** Calls the page API as a page without types would; an error that it throws rejects. */
const call = (page: Page, ...args: unknown[]) =>
  page.evaluate((given) => (window.Bulkhead as (...call: unknown[]) => void)(...given), args);
const launcherOf = (page: Page) => page.getByRole('button', { name: 'Open chat' });
const closerOf = (page: Page) => page.getByRole('button', { name: 'Close chat' });

describe('the page API', () => {
  it('carries out what was called before the loader came, in order', async () => {
    const page = await openPage((made) =>
      made.addInitScript(() => {
        if (window !== top) return;
        window.Bulkhead?.('identify', { name: 'Ada Lovelace', email: 'ada@example.org' });
        window.Bulkhead?.('open');
      }),
    );
    const visitor = createVisitor(page);
    await visitor.chat.getByRole('textbox', { name: 'Message' }).waitFor();
    expect((await heardBy(page)).slice(0, 2)).toEqual(['ready', 'open']);
    await visitor.send('Who am I?');
    await expect.poll(() => heardBy(page)).toContain('message:sent');
    await agent.conversations.getByText('Ada Lovelace').waitFor();
    await page.context().close();
  });

  it('opens, closes and toggles, and says so', async () => {
    const page = await openPage();
    for (const command of ['open', 'open', 'toggle', 'close', 'toggle']) await call(page, command);
    expect(await heardBy(page)).toEqual(['ready', 'open', 'close', 'open']);
    await closerOf(page).waitFor();
    await page.context().close();
  });

  it('hides and shows the launcher, and opens without one', async () => {
    const page = await openPage();
    await launcherOf(page).waitFor();
    await call(page, 'hide');
    await launcherOf(page).waitFor({ state: 'hidden' });
    await call(page, 'open');
    await closerOf(page).waitFor();
    await call(page, 'show');
    await launcherOf(page).waitFor();
    await page.context().close();
  });

  it('tells of an answer while closed, and of how many wait', async () => {
    const page = await openPage();
    const visitor = createVisitor(page);
    await visitor.openChat();
    await visitor.send('Ring when it is ready');
    await agent.conversations.getByText('Ring when it is ready').click();
    await agent.log.getByText('Ring when it is ready').waitFor();
    await call(page, 'close');
    await agent.send('It is ready');
    await expect
      .poll(() => heardBy(page))
      .toEqual(expect.arrayContaining(['message:received', 'unread:1']));
    await call(page, 'open');
    await expect.poll(async () => (await heardBy(page)).at(-1)).toBe('unread:0');
    await page.context().close();
  });

  it('takes listeners late and lets go of them, and one that throws disturbs no other', async () => {
    const page = await openPage();
    const before = thrown.length;
    const heard = await page.evaluate(() => {
      const names: string[] = [];
      const listener = ({ type }: Event) => names.push(type);
      const throwing = () => {
        throw new Error('of the page');
      };
      window.Bulkhead?.('on', 'ready', listener);
      window.Bulkhead?.('on', 'open', throwing);
      window.Bulkhead?.('on', 'open', listener);
      window.Bulkhead?.('open');
      window.Bulkhead?.('off', 'open', listener);
      window.Bulkhead?.('close');
      window.Bulkhead?.('open');
      return names;
    });
    expect(heard).toEqual(['ready', 'open']);
    await closerOf(page).waitFor();
    await expect.poll(() => thrown.length).toBe(before + 2);
    expect(thrown.splice(before)).toEqual(['Error: of the page', 'Error: of the page']);
    await page.context().close();
  });

  it('changes theme at once and language with the next load', async () => {
    const page = await openPage();
    const sessions: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/api/session')) sessions.push(request.postData() ?? '');
    });
    await call(page, 'update', { theme: 'dark', locale: 'de-DE' });
    await createVisitor(page).openChat();
    expect(JSON.parse(sessions[0] ?? '{}')).toMatchObject({ locale: 'de-DE' });
    const scheme = await page.evaluate(() => {
      const root = document.querySelector('#bulkhead')?.shadowRoot?.querySelector('.root');
      return root && getComputedStyle(root).colorScheme;
    });
    expect(scheme).toBe('dark');
    await page.context().close();
  });

  it('keeps working when the page gives it a language or a theme that there is not', async () => {
    const page = await openPage();
    await call(page, 'update', { theme: 'mauve', locale: 'en_US' });
    const visitor = createVisitor(page);
    await visitor.openChat();
    await visitor.send('Is anybody there?');
    await expect.poll(() => heardBy(page)).toContain('message:sent');
    await page.context().close();
  });
});

describe('wrong commands', () => {
  /** What each call of a list did: the codes of the `error` events, or what it threw. */
  const outcomesOf = (page: Page, calls: unknown[][]) =>
    page.evaluate((list) => {
      const api = window.Bulkhead as (...call: unknown[]) => void;
      const codes: string[] = [];
      api('on', 'error', ({ detail }: CustomEvent<Bulkhead.Events['error']>) =>
        codes.push(detail.code),
      );
      return list.map((given) => {
        try {
          api(...given);
        } catch (error) {
          codes.push(`threw ${error}`);
        }
        return [JSON.stringify(given), ...codes.splice(0)];
      });
    }, calls);

  it('are answered with command_unknown, names that every object inherits too', async () => {
    const page = await openPage();
    const commands = ['launch', '', null, 7, { open: true }, ...INHERITED];
    const calls = commands.map((command) => [command]);
    expect(await outcomesOf(page, [[], ...calls])).toEqual(
      [[], ...calls].map((given) => [JSON.stringify(given), 'command_unknown']),
    );
    await page.context().close();
  });

  it('never throw into the page, whatever goes with them', async () => {
    const page = await openPage();
    const calls = [
      ['identify'],
      ['identify', 'Ada'],
      ['identify', { name: 5, email: null }],
      ['update'],
      ['update', null],
      ['on'],
      ['on', 'open'],
      ['on', 'open', 'not a function'],
      ['off', 'open', 7],
    ];
    expect(await outcomesOf(page, calls)).toEqual(calls.map((given) => [JSON.stringify(given)]));
    await call(page, 'open');
    await closerOf(page).waitFor();
    await page.context().close();
  });

  it('goes on with the queue past a call that makes no sense', async () => {
    const page = await openPage((made) =>
      made.addInitScript(() => {
        if (window !== top) return;
        const api = window.Bulkhead as (...call: unknown[]) => void;
        api('on', 'open', 'not a function');
        api('launch');
        api('open');
      }),
    );
    await closerOf(page).waitFor();
    expect(await heardBy(page)).toContain('error:command_unknown');
    expect(thrown).toEqual([]);
    await page.context().close();
  });
});

describe('the page, as the widget leaves it', () => {
  it('gains one global and loses nothing: no function of the browser is another', async () => {
    const page = await openPage((made) => made.addInitScript(rememberGlobals));
    const visitor = createVisitor(page);
    await visitor.openChat();
    await visitor.send('Nothing of yours is touched');
    await expect.poll(() => heardBy(page)).toContain('message:sent');
    const compared = await page.evaluate(countPatched);
    expect(compared.functions).toBeGreaterThan(3000);
    expect(compared.changed).toEqual([]);
    // Not even the frame: one in a shadow tree is none of the window's `frames`.
    expect(compared.added).toEqual([]);
    await call(page, 'shutdown');
    expect((await page.evaluate(countPatched)).added).toEqual([]);

    await page.evaluate(() => {
      history.pushState = () => {};
    });
    expect((await page.evaluate(countPatched)).changed).toEqual(['history.pushState']);
    await page.context().close();
  });

  it('is as before after shutdown: no element, no frame, no memory, and only boot comes back', async () => {
    const page = await openPage();
    const visitor = createVisitor(page);
    const elements = await page.locator('html *').count();
    await visitor.openChat();
    await visitor.send('Forget me');
    await expect.poll(() => heardBy(page)).toContain('message:sent');
    const token = () =>
      page.evaluate(() => {
        // Beside it stands what the bootstrap has seen, which is no visitor's.
        const key = Object.keys(localStorage).find((name) => name.startsWith('bulkhead:'));
        return JSON.parse(localStorage.getItem(`${key}`) ?? '{}').token ?? '';
      });
    const first = await token();
    expect(first).toMatch(/^bv1\./);

    await call(page, 'shutdown');
    expect(await page.locator('#bulkhead, iframe').count()).toBe(0);
    expect(await page.locator('html *').count()).toBeLessThan(elements);
    expect(await token()).toBe('');
    for (const command of ['open', 'toggle', 'show', 'launch']) await call(page, command);
    expect(await page.locator('#bulkhead, iframe').count()).toBe(0);

    await call(page, 'boot');
    await visitor.openChat();
    await expect.poll(token).toMatch(/^bv1\./);
    expect(await token()).not.toBe(first);
    expect(await visitor.log.getByText('Forget me').count()).toBe(0);
    await page.context().close();
  });

  /** The shop in a frame of the shop, as a site builder's preview shows it. */
  async function openFramed(page: Page) {
    await page.evaluate(() => {
      const frame = Object.assign(document.createElement('iframe'), { id: 'inner', src: '/about' });
      frame.style.cssText = 'width:900px;height:700px';
      document.body.prepend(frame);
    });
    const inner = page.frameLocator('#inner');
    await inner.getByRole('button', { name: 'Open chat' }).waitFor();
    return { inner, outerChat: inner.frameLocator('iframe[title="Chat"]') };
  }

  it('works on a page that is in a frame itself', async () => {
    const page = await openPage();
    const { inner, outerChat } = await openFramed(page);
    await inner.getByRole('button', { name: 'Open chat' }).click();
    const chat = outerChat.frameLocator('iframe[title="Chat"]');
    await chat.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.context().close();
  });

  it.each([
    ['never opened', false],
    ['opened and shut down', true],
  ])(
    'holds no page back from being collected: %s',
    async (_state, isOpened) => {
      const page = await openPage();
      const { inner, outerChat } = await openFramed(page);
      if (isOpened) {
        await inner.getByRole('button', { name: 'Open chat' }).click();
        await outerChat.locator('iframe[title="Chat"]').waitFor();
        await inner.locator('body').evaluate(() => window.Bulkhead?.('shutdown'));
      }
      const devtools = await page.context().newCDPSession(page);
      const isCollected = async () => {
        await devtools.send('HeapProfiler.collectGarbage');
        return page.evaluate(() => !(window as KeepingWindow).innerPage?.deref());
      };
      await page.evaluate(() => {
        const frame = document.querySelector<HTMLIFrameElement>('#inner');
        const inside = frame?.contentDocument;
        if (inside) (window as KeepingWindow).innerPage = new WeakRef(inside);
        if (inside) (window as KeepingWindow).held = inside;
        frame?.remove();
      });
      // The control: as long as somebody holds it, it stays.
      expect(await isCollected()).toBe(false);
      await page.evaluate(() => {
        delete (window as KeepingWindow).held;
      });
      // A request that was under way is held by its own time limit, of 15 seconds.
      await expect.poll(isCollected, { timeout: 40_000 }).toBe(true);
      await page.context().close();
    },
    60_000,
  );
});
