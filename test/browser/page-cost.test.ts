/**
 * What the widget costs the merchant's page: nothing moves, nothing blocks, and little is fetched
 * before the visitor acts. Each measure is also shown to see a page that does cost something.
 */
import type { BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shop } from '../../demo-site/shop/server.ts';
import { longestShareMs, shiftsOf, watchShifts, weighDownloads } from '../support/page-probes.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';
import { addShops, siteKeyOf } from '../support/shops.ts';
import { createVisitor, startVoyage, type Voyage } from '../support/voyage.ts';

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
const ROUTES = ['/', '/products/brass-lantern', '/checkout'];
/** From here on a task is a long one (W3C Long Tasks). */
const LONG_TASK_MS = 50;
const SLOWER = 4;
/** Everything to an interactive conversation, in bytes after brotli. */
const WEIGHT_MAX = 30_000;
/** What the signed tag adds to it: the bootstrap, and the statement with its signatures. */
const SIGNED_MAX = 4_000;
/** Of the socket's handshake and the first sync's answer: measured (230), then rounded up. */
const SOCKET_BYTES = 400;

/** A script of the kind that this is all about: it pushes the page down when it arrives. */
const BANNER = `<script>setTimeout(() => {
  const banner = document.createElement('p');
  banner.textContent = 'Chat with us!';
  banner.style.cssText = 'height:120px;margin:0';
  document.body.prepend(banner);
}, 300)</script>`;
const BUSY_URL = 'data:text/javascript,for(const t=Date.now();Date.now()-t<150;);';

let voyage: Voyage;
let tagged: Shop;
let signed: Shop;
let plain: Shop;
let banner: Shop;
let busy: Shop;
beforeAll(async () => {
  voyage = await startVoyage();
  // Without the stand-in's Stripe.js, so that whatever leaves the page is the widget's.
  [tagged, signed, plain, banner, busy] = (await addShops(voyage.demo, [
    { tag: voyage.demo.pinnedTag },
    { tag: voyage.demo.tag },
    { tag: '' },
    { tag: BANNER },
    { tag: `<script async src="${BUSY_URL}"></script>` },
  ])) as [Shop, Shop, Shop, Shop, Shop];
});
afterAll(async () => {
  await Promise.all([tagged, signed, plain, banner, busy].map((shop) => shop?.close()));
  await voyage?.close();
});

async function newPage(options: BrowserContextOptions = DESKTOP): Promise<Page> {
  return (await voyage.browser.newContext({ locale: 'en-GB', ...options })).newPage();
}
const launcherOf = (page: Page) => page.getByRole('button', { name: 'Open chat' });

/** The launcher is there and the site's own colour has arrived: nothing more is to come. */
async function settled(page: Page): Promise<void> {
  await launcherOf(page).waitFor();
  await page.waitForFunction(() => {
    const root = document.querySelector('#bulkhead')?.shadowRoot?.querySelector('.root');
    return root instanceof HTMLElement && root.style.getPropertyValue('--c') === '#0b4f6c';
  });
}

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)('layout on a %s', (_name, options) => {
  it('moves nothing while it loads, opens and closes', async () => {
    const page = await newPage(options);
    await watchShifts(page);
    for (const route of ROUTES) {
      await page.goto(plain.url + route);
      const without = await shiftsOf(page);
      await page.goto(tagged.url + route);
      await settled(page);
      expect(await shiftsOf(page), route).toEqual(without);
      expect(without, route).toEqual([]);
    }
    const visitor = createVisitor(page);
    await visitor.openChat();
    await page.getByRole('button', { name: 'Close chat' }).click();
    await launcherOf(page).waitFor();
    expect(await shiftsOf(page)).toEqual([]);
    await page.context().close();
  });

  it('would see a script that moves the page', async () => {
    const page = await newPage(options);
    await watchShifts(page);
    await page.goto(banner.url);
    await page.getByText('Chat with us!').waitFor();
    expect((await shiftsOf(page)).length).toBeGreaterThan(0);
    await page.context().close();
  });
});

describe('the main thread', () => {
  // Counted is the processor time that the loader's own code takes of any one task, times four. That
  // is what a throttled page would wait for it. DevTools' throttling itself is no use for a limit:
  // it stretches by the wall clock, so that every moment in which another process has the processor
  // counts fourfold (tried: 8 ms became 33 on an idle machine and 47 to 158 on a busy one). What
  // remains of chance, cold caches and garbage collection, only ever adds: the least of three holds.
  it('has no long task of the loader at a quarter of its speed, from load to open panel', async () => {
    const loader = /src="([^"]+)"/.exec(voyage.demo.pinnedTag)?.[1] ?? '';
    const runs: number[] = [];
    while (runs.length < 3 && !runs.some((ms) => ms < LONG_TASK_MS)) {
      const page = await newPage();
      const ms = await longestShareMs(voyage.browser, page, loader, async () => {
        await page.goto(tagged.url);
        await settled(page);
        await createVisitor(page).openChat();
      });
      runs.push(ms * SLOWER);
      await page.context().close();
    }
    const best = Math.min(...runs);
    expect(best).toBeGreaterThan(0);
    expect(best, `ms in each run: ${runs}`).toBeLessThan(LONG_TASK_MS);
  });

  it('would be seen held by a script that computes for 150 ms', async () => {
    const page = await newPage();
    const ms = await longestShareMs(voyage.browser, page, BUSY_URL, async () => {
      await page.goto(busy.url);
    });
    expect(ms * SLOWER).toBeGreaterThan(LONG_TASK_MS);
    await page.context().close();
  });
});

describe('the network', () => {
  const embed = () => /src="[^"]+(\/embed\/[^"]+\/)[^"]+"/.exec(voyage.demo.pinnedTag)?.[1] ?? '';
  const configuration = () => `GET /api/sites/${siteKeyOf(voyage.demo.pinnedTag)}`;

  /**
   * A page behind a proxy that sees whatever leaves the browser. Playwright's own events will not do:
   * it attaches to the sandboxed frame's process too late to see each socket.
   */
  async function openProxied(shop: Shop = tagged) {
    const proxy = await startRecordingProxy();
    const page = await newPage({
      ...DESKTOP,
      proxy: { server: proxy.url, bypass: '<-loopback>' },
    });
    const { host, origin } = new URL(voyage.demo.urls.chat);
    const downloads = weighDownloads(page, origin);
    await page.goto(shop.url);
    await settled(page);
    /** In the order in which they were sent, queries cut off. */
    const lines = () =>
      [
        ...proxy
          .sentTo(host)
          .toString('latin1')
          .matchAll(/(GET|POST|OPTIONS) (\S+)/g),
      ].map(([, method, url = '']) => `${method} ${new URL(url, origin).pathname}`);
    /** Hosts other than the shop's, and than the one that Chromium itself asks about form fields. */
    const hosts = () =>
      proxy
        .hosts()
        .filter((each) => each !== new URL(shop.url).host && !each.startsWith('content-autofill.'));
    const close = async () => {
      await page.context().close();
      await proxy.close();
    };
    return { page, lines, hosts, host, downloads, close };
  }

  it('asks for the loader and the configuration, and for nothing else before the visitor acts', async () => {
    const { page, lines, hosts, host, close } = await openProxied();
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, 600);
    await page.waitForTimeout(700);
    expect(lines()).toEqual([`GET ${embed()}loader.js`, configuration()]);
    expect(hosts()).toEqual([host]);
    expect(page.frames()).toHaveLength(1);
    await close();
  });

  it('opens by chat script, session and socket, 30 KB in all, and knows one host', async () => {
    const { page, lines, hosts, host, downloads, close } = await openProxied();
    const before = lines().length;
    const visitor = createVisitor(page);
    await visitor.openChat();
    // Once a message is through, nothing more can be needed for the conversation.
    await visitor.send('Is this all?');
    await expect.poll(() => visitor.log.innerText()).toContain('Is this all?');
    await expect.poll(() => lines().length).toBeGreaterThanOrEqual(before + 3);
    await page.waitForTimeout(500);
    const weight = await downloads.bytes();

    expect(lines().slice(before).sort()).toEqual([
      expect.stringMatching(`^GET ${embed()}chat\\.[0-9a-f]{10}\\.js$`),
      'GET /socket.io/',
      'POST /api/session',
    ]);
    expect(hosts()).toEqual([host]);
    expect(weight + SOCKET_BYTES).toBeLessThan(WEIGHT_MAX);
    // The measure itself: below this, something was not counted.
    expect(weight).toBeGreaterThan(20_000);
    await close();
  });

  it('asks for two more under the signed tag, bootstrap and statement, of 4 KB in all', async () => {
    const { page, lines, hosts, host, downloads, close } = await openProxied(signed);
    await page.waitForTimeout(700);
    const bootstrap = /src="[^"]+(\/embed\/bootstrap[^"]+)"/.exec(voyage.demo.tag)?.[1];
    expect(lines()).toEqual([
      `GET ${bootstrap}`,
      'GET /embed/current.json',
      `GET ${embed()}loader.js`,
      configuration(),
    ]);
    expect(hosts()).toEqual([host]);
    expect(page.frames()).toHaveLength(1);
    const visitor = createVisitor(page);
    await visitor.openChat();
    await visitor.send('Is this all, signed?');
    await expect.poll(() => visitor.log.innerText()).toContain('Is this all, signed?');
    const weight = await downloads.bytes();
    expect(weight + SOCKET_BYTES).toBeLessThan(WEIGHT_MAX + SIGNED_MAX);
    await close();
  });

  it('has nothing of that to ask for again on the next page, within a minute', async () => {
    const { page, lines, close } = await openProxied(signed);
    const before = lines().length;
    await page.goto(`${signed.url}/about`);
    await settled(page);
    expect(lines().slice(before)).toEqual([]);
    await close();
  });

  it('takes loader, configuration and chat script from the HTTP cache on the next page', async () => {
    const page = await newPage();
    await page.goto(tagged.url);
    await createVisitor(page).openChat();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    const paths = new Map<string, string>();
    const cached: string[] = [];
    const fetched: string[] = [];
    devtools.on('Network.requestWillBeSent', ({ requestId, request }) =>
      paths.set(requestId, `${request.method} ${new URL(request.url).pathname}`),
    );
    devtools.on('Network.requestServedFromCache', ({ requestId }) =>
      cached.push(paths.get(requestId) ?? ''),
    );
    devtools.on('Network.responseReceived', ({ requestId, response }) => {
      const line = paths.get(requestId) ?? '';
      if (new URL(response.url).origin !== voyage.demo.urls.chat || cached.includes(line)) return;
      (response.fromDiskCache ? cached : fetched).push(line);
    });
    await page.goto(`${tagged.url}/about`);
    // The panel was open a moment ago, so it comes back by itself.
    const { chat } = createVisitor(page);
    await chat.getByRole('textbox', { name: 'Message' }).waitFor();
    expect(fetched).toEqual(['POST /api/session']);
    expect(cached).toEqual(
      expect.arrayContaining([
        `GET ${embed()}loader.js`,
        configuration(),
        expect.stringMatching(`^GET ${embed()}chat\\.`),
      ]),
    );
    await page.context().close();
  });
});
