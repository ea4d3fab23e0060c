/**
 * A shop with a signed tag, the host of its releases, and the merchant's own address for reports,
 * each on an origin of its own. The bootstrap is the built one; the releases are signed here, so that
 * a test can hold keys, lose them, and serve whatever an attacker would.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import type { ReportRequest } from '../../protocol/http.ts';
import type { KillStatement, ReleaseStatement, Signed } from '../../protocol/releases.ts';
import { readManifestFile, sha384 } from '../../tools/release/directory.ts';
import { createKey, publicKeyOf } from '../../tools/release/signing.ts';
import { toInstant } from '../../tools/release/statements.ts';
import { signedBy } from './release-desk.ts';

const BUILT = path.join(import.meta.dirname, '../../dist/embed');
export const LAB_SITE = 'site_signed-lab';
const DAY_MS = 86_400_000;

/** Shows on the page which loader ran, and with which attributes. */
export const loaderSaying = (word: string): string =>
  `document.documentElement.dataset.ran = ${JSON.stringify(word)};` +
  'Object.assign(window, { handedOn: { ...document.currentScript.dataset } });';

export interface Current {
  release: Signed | null;
  kills: Signed | null;
}

export interface Served {
  /** As `current.json`: a value, a text as it is, or a status in place of an answer. */
  current: Current | string | number;
  /** By path below `/embed/`; a status in place of an answer. */
  scripts: Record<string, string | number>;
  /** After the end of the true bootstrap. */
  bootstrapTail?: string;
}

export interface Embedding {
  tag?: 'signed' | 'naive' | 'unpinned';
  csp?: string;
  attributes?: string;
  head?: string;
  keys?: string;
  threshold?: string;
}

export interface SignedLab {
  shop: string;
  chat: string;
  bootstrap: { file: string; sha384: string };
  served: Served;
  embedding: Embedding;
  people: ReturnType<typeof createKey>[];
  /** What a server and the merchant's address received. */
  told: { server: ReportRequest[]; merchant: ReportRequest[] };
  /** Requests for `current.json`. */
  asked: { origin: string | undefined; referer: string | undefined; cookie: string | undefined }[];
  /** A release whose loader says that word; its script is served from now on. */
  release(
    word: string,
    fields?: Partial<Omit<ReleaseStatement, 'files'>>,
    code?: string,
  ): ReleaseStatement;
  kills(sequence: number, ...versions: string[]): KillStatement;
  /** By the first two of three people. */
  signed(statement: ReleaseStatement | KillStatement): Signed;
  newContext(): Promise<BrowserContext>;
  visit(context?: BrowserContext, shop?: string): Promise<Page>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

const listen = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

export async function startSignedLab(browser: Browser): Promise<SignedLab> {
  const { bootstrap } = readManifestFile(BUILT);
  if (!bootstrap) throw new Error('the widget has not been built');
  const bootstrapCode = await readFile(path.join(BUILT, bootstrap.file), 'utf8');
  const people = [createKey(), createKey(), createKey()];
  const keys = people.map(publicKeyOf).join(' ');
  const contexts: BrowserContext[] = [];
  const told: SignedLab['told'] = { server: [], merchant: [] };
  const asked: SignedLab['asked'] = [];
  let served: Served = { current: 404, scripts: {} };
  let embedding: Embedding = {};

  const answer = (response: ServerResponse, body: string | number, type = 'text/javascript') => {
    const cors = { 'access-control-allow-origin': '*', 'cache-control': 'no-cache' };
    response.writeHead(typeof body === 'number' ? body : 200, { ...cors, 'content-type': type });
    response.end(typeof body === 'number' ? '' : body);
  };
  const chatServer = createServer(async (request, response) => {
    const body = await readBody(request);
    const place = (request.url ?? '').replace('/embed/', '');
    if (place === bootstrap.file)
      return answer(response, bootstrapCode + (served.bootstrapTail ?? ''));
    if (place === 'current.json') {
      const { origin, referer, cookie } = request.headers;
      asked.push({ origin, referer, cookie });
      const { current } = served;
      const text = typeof current === 'object' ? JSON.stringify(current) : current;
      return answer(response, text, 'application/json');
    }
    if (request.url === '/api/reports') {
      told.server.push(JSON.parse(body));
      return answer(response, '{"ok":true,"data":null}', 'application/json');
    }
    return answer(response, served.scripts[place] ?? 404);
  });
  const merchantServer = createServer(async (request, response) => {
    told.merchant.push(JSON.parse(await readBody(request)));
    response.writeHead(204).end();
  });
  const shopServer = createServer((_request, response) => {
    const { csp, head = '' } = embedding;
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(csp && {
        'content-security-policy': csp
          .replaceAll('{chat}', chat)
          .replaceAll('{merchant}', merchant)
          .replaceAll('{bootstrap}', bootstrap.sha384),
      }),
    });
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title>${head}<body><h1>Shop</h1>${tagOf(embedding)}`,
    );
  });
  const [chatPort, merchantPort, shopPort] = await Promise.all(
    [chatServer, merchantServer, shopServer].map(listen),
  );
  const chat = `http://127.0.0.1:${chatPort}`;
  const merchant = `http://127.0.0.1:${merchantPort}`;
  const shop = `http://localhost:${shopPort}`;

  function tagOf({
    tag = 'signed',
    attributes = '',
    threshold = '2',
    ...given
  }: Embedding): string {
    const data = `data-keys="${given.keys ?? keys}" data-threshold="${threshold}" data-site="${LAB_SITE}" data-report="${merchant}/reports" data-stripe-key="pk_lab" ${attributes}`;
    const src = `${chat}/embed/${bootstrap?.file}`;
    if (tag === 'naive') return naiveLoader(chat, attributes);
    const integrity = tag === 'signed' ? `integrity="${bootstrap?.sha384}"` : '';
    return `<script async crossorigin ${integrity} src="${src}" ${data}></script>`;
  }

  const newContext = async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    contexts.push(context);
    return context;
  };
  const reset = async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    served = { current: 404, scripts: {} };
    embedding = {};
    told.server.length = told.merchant.length = asked.length = 0;
  };

  return {
    shop,
    chat,
    bootstrap,
    people,
    told,
    asked,
    get served() {
      return served;
    },
    set served(next) {
      served = next;
    },
    get embedding() {
      return embedding;
    },
    set embedding(next) {
      embedding = next;
    },
    release(word, fields = {}, code = loaderSaying(word)) {
      const version = fields.version ?? '1.0.0';
      served.scripts[`${version}/loader.js`] = code;
      const bytes = Buffer.from(code);
      const sizes = { bytes: bytes.length, gzip: 1, brotli: 1 };
      return {
        version,
        sequence: 1,
        protocol: 1,
        commit: 'unknown',
        created: toInstant(Date.now() - DAY_MS),
        expires: toInstant(Date.now() + 90 * DAY_MS),
        kills: 0,
        ...fields,
        files: { loader: { file: 'loader.js', sha384: sha384(bytes), ...sizes } },
      };
    },
    kills: (sequence, ...versions) => ({ sequence, created: toInstant(Date.now()), versions }),
    signed: (statement) => signedBy(statement, people.slice(0, 2)),
    newContext,
    async visit(context, at = shop) {
      const page = await (context ?? (await newContext())).newPage();
      await page.goto(at);
      return page;
    },
    reset,
    async close() {
      await reset();
      for (const server of [chatServer, merchantServer, shopServer]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** The control: as updating loaders are commonly built. It loads what it is told, and by hash at that. */
const naiveLoader = (chat: string, attributes: string) => `<script ${attributes}>
  fetch('${chat}/embed/current.json').then((answer) => answer.json()).then(({ release }) => {
    const { version, files } = JSON.parse(release.statement);
    const script = document.createElement('script');
    script.crossOrigin = '';
    script.integrity = files.loader.sha384;
    script.src = '${chat}/embed/' + version + '/' + files.loader.file;
    document.head.append(script);
  });
</script>`;
