/**
 * A shop page, a chat server of a few lines and somebody else's host, each on an origin of its own,
 * with a loader built once and pinned to whatever chat and pay script a test brings. What is served
 * may differ from what was pinned: that is the attack.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright';
import { build } from 'vite';

const root = path.join(import.meta.dirname, '../..');
const VERSION = '9.9.9';
export const LAB_SITE = 'site_laboratory';
export const LAB_TOKEN = `bv1.${'a'.repeat(60)}`;

export const sha384 = (code: string) =>
  `sha384-${createHash('sha384').update(code).digest('base64')}`;

const builds = new Map<string, Promise<string>>();

/** Builds one of the widget's scripts as the release does, with the pins left open. */
function buildScript(name: 'loader' | 'pay'): Promise<string> {
  const known = builds.get(name);
  if (known) return known;
  const release = {
    version: VERSION,
    chat: { file: 'chat.lab.js', sha384: '@chat@' },
    pay: { file: 'pay.lab.js', sha384: '@pay@' },
  };
  const built = build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'lab-release',
        transform: (code) =>
          code.includes('__RELEASE__')
            ? { code: code.replaceAll('__RELEASE__', JSON.stringify(release)), map: null }
            : null,
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: {
        input: path.join(root, `widget/${name}/main.ts`),
        output: { format: 'iife', entryFileNames: `${name}.js` },
      },
    },
  }).then((result) => {
    const [output] = Array.isArray(result) ? result : [result];
    if (!output || !('output' in output)) throw new Error('vite did not build');
    const [chunk] = output.output;
    return chunk.code;
  });
  builds.set(name, built);
  return built;
}

/** A chat of a few lines: says hello, keeps what it hears, and does as `chat.*` in the test says. */
export const STUB_CHAT = `
addEventListener('message', function offered(event) {
  if (event.data?.bulkhead !== 'port') return;
  removeEventListener('message', offered);
  const port = event.ports[0];
  const heard = [];
  const field = document.createElement('textarea');
  field.setAttribute('aria-label', 'Message');
  Object.assign(globalThis, { port, heard, field });
  addEventListener('focus', () => { if (document.activeElement === document.body) field.focus(); });
  port.onmessage = ({ data }) => {
    heard.push(data);
    if (data.verb !== 'init') return;
    document.body.append(field);
    port.postMessage({ verb: 'ready' });
  };
  port.postMessage({ verb: 'hello', protocol: 1 });
});`;

/** The same with a button that pays, and that says how it went. @param shown what its card showed */
export const payingChat = (shown: object): string =>
  STUB_CHAT.replace(
    "port.postMessage({ verb: 'ready' });",
    `$&
     const button = document.createElement('button');
     button.textContent = data.paid ? 'Result: ' + data.paid.result : 'Pay in chat';
     button.onclick = () => port.postMessage({ verb: 'pay', shown: ${JSON.stringify(shown)} });
     document.body.append(button);`,
  );

export interface Heard {
  method: string;
  path: string;
  origin: string | undefined;
  cookie: string | undefined;
  body: string;
}

export interface LabOptions {
  /** Pinned, and served unless `served` says otherwise. */
  chat?: string;
  served?: { loader?: (code: string) => string; chat?: string; pay?: string };
  /** Attributes of the tag besides src, integrity and data-site. */
  attributes?: string;
  /** Policy of the shop's pages; `{chat}` is the chat server's origin. */
  csp?: string;
  head?: string;
  body?: string;
  /** Answers of `/api/` by path; the default ones otherwise. */
  api?: Record<string, (body: Record<string, unknown>) => unknown>;
  /** No tag: the page is a control without Bulkhead. */
  bare?: boolean;
}

export interface Lab {
  shop: string;
  chat: string;
  evil: string;
  options: LabOptions;
  /** Requests that reached the chat server's API, and everything that reached the other host. */
  heard: Heard[];
  stolen: Heard[];
  reports(): { kind: string; subject?: string; page?: string; release: string }[];
  /** @param prepare runs before the page is loaded. */
  visit(
    route?: string,
    context?: BrowserContextOptions,
    prepare?: (page: Page) => Promise<void>,
  ): Promise<Page>;
  chatFrame(page: Page): FrameLocator;
  /** Runs in the chat's own frame, once it is there. */
  inFrame<Result, Argument>(
    page: Page,
    act: (argument: Argument) => Result,
    argument?: Argument,
  ): Promise<Result>;
  /** Closes every page that was visited. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

const listen = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

const read = async (request: IncomingMessage): Promise<Heard> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method = '', url: target = '', headers } = request;
  return { method, path: target, origin: headers.origin, cookie: headers.cookie, body };
};

const defaults: NonNullable<LabOptions['api']> = {
  [`sites/${LAB_SITE}`]: () => ({
    name: 'Lantern & Rope',
    color: '#1f4fd8',
    greeting: 'How can we help?',
  }),
  session: () => ({ token: LAB_TOKEN, ticket: 'ticket-1', ticketTtlMs: 60_000, resumed: false }),
  reports: () => ({}),
  'payments/open': () => ({ clientSecret: 'pi_lab_secret_lab', revision: 1 }),
  'payments/refresh': () => ({ status: 'succeeded' }),
};

/** One lab for many tests: each sets `lab.options` and visits. */
export async function startLoaderLab(browser: Browser): Promise<Lab> {
  const [loaderCode, payCode] = await Promise.all([buildScript('loader'), buildScript('pay')]);
  const heard: Heard[] = [];
  const stolen: Heard[] = [];
  const pages: Page[] = [];
  let options: LabOptions = {};

  const pinned = () => {
    const chat = options.chat ?? STUB_CHAT;
    const loader = loaderCode.replace('@chat@', sha384(chat)).replace('@pay@', sha384(payCode));
    return { chat, loader, pay: payCode };
  };

  const chatServer = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const entry = await read(request);
    const cors = { 'access-control-allow-origin': '*' };
    const file = /^\/embed\/[\d.]+\/(loader|chat|pay)\b/.exec(entry.path)?.[1];
    if (file === 'loader' || file === 'chat' || file === 'pay') {
      const scripts = pinned();
      const altered = options.served?.[file];
      const code = typeof altered === 'function' ? altered(scripts.loader) : altered;
      response.writeHead(200, { ...cors, 'content-type': 'text/javascript; charset=utf-8' });
      response.end(code ?? scripts[file]);
      return;
    }
    heard.push(entry);
    const name = entry.path.replace('/api/', '');
    const answer = { ...defaults, ...options.api }[name];
    const data = answer?.(entry.body ? JSON.parse(entry.body) : {});
    const outcome =
      data && typeof data === 'object' && 'code' in data
        ? { ok: false, error: data }
        : { ok: true, data };
    response.writeHead(answer ? 200 : 404, { ...cors, 'content-type': 'application/json' });
    response.end(JSON.stringify(outcome));
  });
  const evilServer = createServer(async (request, response) => {
    const entry = await read(request);
    // A browser's own question about a window that was open, whenever it comes.
    if (entry.path !== '/favicon.ico') stolen.push(entry);
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/html' });
    response.end('<title>evil</title>');
  });
  const shopServer = createServer((request, response) => {
    const { loader } = pinned();
    const csp = options.csp?.replaceAll('{chat}', chat).replaceAll('{loader}', sha384(loader));
    const tag = `<script async crossorigin src="${chat}/embed/${VERSION}/loader.js" integrity="${sha384(loader)}" data-site="${LAB_SITE}" ${options.attributes ?? ''}></script>`;
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(csp && { 'content-security-policy': csp }),
    });
    response.end(
      `<!doctype html><html lang="en"><title>Shop ${request.url}</title>${options.head ?? ''}<body>${options.body ?? '<h1>Shop</h1><label>Search <input id="search"></label>'}${options.bare ? '' : tag}`,
    );
  });
  const [chatPort, evilPort, shopPort] = await Promise.all(
    [chatServer, evilServer, shopServer].map(listen),
  );
  const chat = `http://127.0.0.1:${chatPort}`;
  const evil = `http://127.0.0.1:${evilPort}`;
  const shop = `http://localhost:${shopPort}`;

  const leave = async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  };

  return {
    shop,
    chat,
    evil,
    heard,
    stolen,
    get options() {
      return options;
    },
    set options(next) {
      options = next;
      heard.length = 0;
      stolen.length = 0;
    },
    reports: () =>
      heard.filter(({ path }) => path === '/api/reports').map(({ body }) => JSON.parse(body)),
    async visit(route = '/', contextOptions, prepare) {
      const context = await browser.newContext({ locale: 'en-GB', ...contextOptions });
      const page = await context.newPage();
      pages.push(page);
      await prepare?.(page);
      await page.goto(shop + route);
      return page;
    },
    chatFrame: (page) =>
      page.frameLocator('iframe[title="Chat"]').frameLocator('iframe[title="Chat"]'),
    async inFrame(page, act, argument) {
      await page
        .frameLocator('iframe[title="Chat"]')
        .locator('iframe')
        .waitFor({ state: 'attached' });
      const frame = page.frames().at(-1);
      if (!frame) throw new Error('there is no frame');
      return (await frame.evaluate(act as never, argument)) as never;
    },
    leave,
    async close() {
      await leave();
      for (const server of [chatServer, evilServer, shopServer]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
