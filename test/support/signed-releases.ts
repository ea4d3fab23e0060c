/**
 * A chat server's public files as publishers make them: signed by real keys, in a hash-chained log,
 * served on a port of its own, with a page that embeds them. Whatever a test changes is what somebody
 * who holds the server could change. Written against the contract alone.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  KillStatement,
  ReleaseLogLine,
  ReleaseStatement,
  Signed,
} from '../../protocol/releases.ts';

export interface SigningKey {
  /** Uncompressed point, base64url. */
  name: string;
  key: KeyObject;
}

export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return { name: Buffer.concat(point).toString('base64url'), key: privateKey };
}

export const sha384Of = (text: string): string =>
  `sha384-${createHash('sha384').update(text).digest('base64')}`;

const CONTEXTS = { release: 'bulkhead-release-v1', kills: 'bulkhead-kills-v1' } as const;

export function signStatement(
  kind: keyof typeof CONTEXTS,
  value: ReleaseStatement | KillStatement,
  keys: readonly SigningKey[],
): Signed {
  const statement = JSON.stringify(value);
  const bytes = Buffer.from(`${CONTEXTS[kind]}\n${statement}`);
  const signatures = keys.map(({ name, key }) => ({
    key: name,
    signature: sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  }));
  return { statement, signatures };
}

const FIRST = '0'.repeat(64);

/** Chains statements into a log; what is already a whole line is taken as it is. */
export function chain(
  entries: readonly { kind: 'release' | 'kills'; signed: Signed; at?: string }[],
): ReleaseLogLine[] {
  let previous = FIRST;
  return entries.map(({ kind, signed, at = '2026-11-01T00:00:00Z' }, index) => {
    const n = index + 1;
    const text = JSON.stringify({ n, at, kind, signed, previous });
    const hash = createHash('sha256').update(text).digest('hex');
    const line = { n, at, kind, signed, previous, hash };
    previous = hash;
    return line;
  });
}

export const toLog = (lines: readonly ReleaseLogLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

export interface ScriptFiles {
  loader: string;
  chat: string;
  pay: string;
}

/** Scripts as a build makes them: the loader with the others' names and hashes in it. */
export function buildScripts(version: string): ScriptFiles {
  const chat = `console.info('chat ${version}');`;
  const pay = `console.info('pay ${version}');`;
  const pin = (file: string, code: string) => `{file:"${file}",sha384:"${sha384Of(code)}"}`;
  const release = `{version:"${version}",chat:${pin('chat.0123456789.js', chat)},pay:${pin('pay.0123456789.js', pay)}}`;
  return { loader: `(()=>{const r=${release};window.Bulkhead=r})();`, chat, pay };
}

export const FILE_NAMES = {
  loader: 'loader.js',
  chat: 'chat.0123456789.js',
  pay: 'pay.0123456789.js',
} as const;

export function statementOf(
  scripts: ScriptFiles,
  more: Partial<ReleaseStatement> & Pick<ReleaseStatement, 'version'>,
): ReleaseStatement {
  const file = (name: keyof ScriptFiles) => ({
    file: FILE_NAMES[name],
    sha384: sha384Of(scripts[name]),
    bytes: scripts[name].length,
    gzip: 1,
    brotli: 1,
  });
  const { version, ...rest } = more;
  return {
    version,
    sequence: 1,
    protocol: 1,
    commit: 'a'.repeat(40),
    created: '2026-11-01T00:00:00Z',
    expires: '2027-11-01T00:00:00Z',
    kills: 0,
    files: { loader: file('loader'), chat: file('chat'), pay: file('pay') },
    ...rest,
  };
}

export interface Answer {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface FileServer {
  url: string;
  /** By path; a function is called for every request. */
  answers: Map<string, Answer | ((request: IncomingMessage) => Answer)>;
  /** What came, in order. */
  asked: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  close(): Promise<void>;
}

/** @param host `localhost` for a page, so that page and chat server are two origins */
export async function startFileServer(host = '127.0.0.1'): Promise<FileServer> {
  const answers: FileServer['answers'] = new Map();
  const asked: FileServer['asked'] = [];
  const server: Server = createServer(
    async (request: IncomingMessage, response: ServerResponse) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      let body = '';
      for await (const chunk of request) body += String(chunk);
      asked.push({ method: request.method ?? '', path: pathname, headers: request.headers, body });
      const found = answers.get(pathname);
      const answer = typeof found === 'function' ? found(request) : found;
      response.writeHead(answer ? (answer.status ?? 200) : 404, {
        'access-control-allow-origin': '*',
        ...answer?.headers,
      });
      response.end(answer?.body);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    answers,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const BOOTSTRAP = '/* a bootstrap */';
export const BOOTSTRAP_FILE = 'bootstrap.0123456789.js';
export const SITE = 'site_lantern-shop';

export interface ReleaseWorld {
  server: FileServer;
  shop: FileServer;
  keys: [SigningKey, SigningKey, SigningKey];
  /** Two releases, the second in force, and one kill list that kills nothing yet. */
  entries: { kind: 'release' | 'kills'; signed: Signed; at?: string }[];
  scripts: Record<string, ScriptFiles>;
  keyFile: { threshold: number; keys: string[] };
  /** Serves log and statement in force from `entries`, or what a test puts in their place. */
  publish(changed?: { log?: string; current?: unknown }): void;
  showPage(html: string, headers?: Answer['headers']): void;
  pinnedTag(version?: string, attributes?: string): string;
  signedTag(attributes?: string): string;
  close(): Promise<void>;
}

export async function startReleaseWorld(): Promise<ReleaseWorld> {
  const [server, shop] = await Promise.all([startFileServer(), startFileServer('localhost')]);
  const keys: ReleaseWorld['keys'] = [createSigningKey(), createSigningKey(), createSigningKey()];
  const scripts = { '1.0.0': buildScripts('1.0.0'), '1.1.0': buildScripts('1.1.0') };
  const [first, second] = keys;
  const two = [first, second];
  const entries: ReleaseWorld['entries'] = [
    {
      kind: 'release',
      signed: signStatement('release', statementOf(scripts['1.0.0'], { version: '1.0.0' }), two),
    },
    {
      kind: 'kills',
      signed: signStatement(
        'kills',
        { sequence: 1, created: '2026-11-02T00:00:00Z', versions: ['0.9.0'] },
        two,
      ),
    },
    {
      kind: 'release',
      signed: signStatement(
        'release',
        statementOf(scripts['1.1.0'], { version: '1.1.0', sequence: 2, kills: 1 }),
        two,
      ),
    },
  ];
  const script = { 'content-type': 'text/javascript; charset=utf-8' };
  const serveFiles = () => {
    for (const [version, files] of Object.entries(scripts))
      for (const name of ['loader', 'chat', 'pay'] as const)
        server.answers.set(`/embed/${version}/${FILE_NAMES[name]}`, {
          headers: script,
          body: files[name],
        });
    server.answers.set(`/embed/${BOOTSTRAP_FILE}`, { headers: script, body: BOOTSTRAP });
  };
  const keyNames = keys.map(({ name }) => name);
  const world: ReleaseWorld = {
    server,
    shop,
    keys,
    entries,
    scripts,
    keyFile: { threshold: 2, keys: keyNames },
    publish({ log, current } = {}) {
      serveFiles();
      server.answers.set('/embed/releases.jsonl', { body: log ?? toLog(chain(entries)) });
      const newest = (kind: string) => entries.findLast((each) => each.kind === kind)?.signed;
      const inForce = current ?? { release: newest('release'), kills: newest('kills') ?? null };
      server.answers.set('/embed/current.json', { body: JSON.stringify(inForce) });
    },
    showPage(html, headers = {}) {
      shop.answers.set('/', {
        headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
        body: html,
      });
    },
    pinnedTag: (version = '1.1.0', attributes = '') =>
      `<script async crossorigin="anonymous" integrity="${sha384Of(scripts[version as '1.0.0']?.loader ?? '')}" src="${server.url}/embed/${version}/loader.js" data-site="${SITE}" data-report="https://shop.example/csp" ${attributes}></script>`,
    signedTag: (attributes = '') =>
      `<script async crossorigin="anonymous" integrity="${sha384Of(BOOTSTRAP)}" src="${server.url}/embed/${BOOTSTRAP_FILE}" data-site="${SITE}" data-keys="${keyNames.join(' ')}" data-threshold="2" data-report="https://shop.example/csp" ${attributes}></script>`,
    async close() {
      await Promise.all([server.close(), shop.close()]);
    },
  };
  world.publish();
  return world;
}
