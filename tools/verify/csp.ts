/**
 * Content-Security-Policy as browsers read it: parsing, fallbacks, and whether a source list allows a
 * script, an address or a policy name. After CSP Level 3, sections 2.2, 6.7.2 and 6.7.3. Knows nothing
 * of Bulkhead.
 */
export interface Policy {
  /** The first of each name counts; in the order in which they stand. */
  directives: ReadonlyMap<string, readonly string[]>;
  disposition: 'enforce' | 'report';
  from: 'header' | 'meta' | 'given';
}

const BLANKS = /[\t\n\f\r ]+/;

/** A header's value may hold several policies, apart by commas. */
export function parsePolicies(
  text: string,
  { disposition, from }: Pick<Policy, 'disposition' | 'from'>,
): Policy[] {
  return text.split(',').flatMap((each) => {
    const directives = new Map<string, readonly string[]>();
    for (const part of each.split(';')) {
      const [name = '', ...values] = part.trim().split(BLANKS);
      if (name !== '' && !directives.has(name.toLowerCase()))
        directives.set(name.toLowerCase(), values);
    }
    return directives.size ? [{ directives, disposition, from }] : [];
  });
}

export const formatPolicy = ({ directives }: Pick<Policy, 'directives'>): string =>
  [...directives].map(([name, values]) => [name, ...values].join(' ')).join('; ');

export interface SourceList {
  /** The directive that decides. */
  name: string;
  sources: readonly string[];
}

const FALLBACKS = {
  script: ['script-src-elem', 'script-src', 'default-src'],
  connect: ['connect-src', 'default-src'],
  frame: ['frame-src', 'child-src', 'default-src'],
} as const;
export type SourceKind = keyof typeof FALLBACKS;

/** @returns nothing where the policy says nothing of it, and so allows it */
export function sourceListOf({ directives }: Policy, kind: SourceKind): SourceList | undefined {
  for (const name of FALLBACKS[kind]) {
    const sources = directives.get(name);
    if (sources) return { name, sources };
  }
  return undefined;
}

const has = (sources: readonly string[], keyword: string) =>
  sources.some((source) => source.toLowerCase() === keyword);

const NONCE = /^'nonce-(.+)'$/i;
const HASH = /^'(sha(?:256|384|512)-.+)'$/i;

export const noncesIn = (sources: readonly string[]): string[] =>
  sources.flatMap((source) => NONCE.exec(source)?.[1] ?? []);
export const hashesIn = (sources: readonly string[]): string[] =>
  sources.flatMap((source) => HASH.exec(source)?.[1]?.replace(/^sha/i, 'sha') ?? []);
export const isStrictDynamic = (sources: readonly string[]): boolean =>
  has(sources, "'strict-dynamic'");

/** Whether any inline script runs: a nonce, a hash or `strict-dynamic` switches that off. */
export const allowsAnyInline = (sources: readonly string[]): boolean =>
  has(sources, "'unsafe-inline'") &&
  !noncesIn(sources).length &&
  !hashesIn(sources).length &&
  !isStrictDynamic(sources);

export interface ScriptAsked {
  /** None of an inline script. */
  url: URL | null;
  /** `sha384-…`, of its integrity attribute or of its text. */
  hash: string | null;
  nonce: string | null;
  /** Stands in a document's text, and was not added by a script. */
  inMarkup: boolean;
}

export function allowsScript(sources: readonly string[], script: ScriptAsked, page: URL): boolean {
  const { url, hash, nonce, inMarkup } = script;
  if (nonce !== null && noncesIn(sources).includes(nonce)) return true;
  if (hash !== null && hashesIn(sources).includes(hash)) return true;
  if (!url) return allowsAnyInline(sources);
  if (isStrictDynamic(sources)) return !inMarkup;
  return allowsUrl(sources, url, page);
}

/** @param page whose origin `'self'` is */
export const allowsUrl = (sources: readonly string[], url: URL, page: URL): boolean =>
  sources.some((source) => matches(source, url, page));

const SCHEME = /^([a-z][a-z0-9+.-]*):$/i;
const HOST =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[^/:*]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?(\/.*)?$/i;
const PORTS: Readonly<Record<string, string>> = {
  ...{ 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443' },
};
const portOf = (url: URL) => url.port || PORTS[url.protocol] || '';

function matches(source: string, url: URL, page: URL): boolean {
  if (source === '*')
    return /^(https?|wss?):$/.test(url.protocol) || url.protocol === page.protocol;
  const scheme = SCHEME.exec(source)?.[1];
  if (scheme) return schemeMatches(scheme, url.protocol);
  if (source.toLowerCase() === "'self'") return isSelf(url, page);
  if (source.startsWith("'")) return false;
  const [, given, host = '', port, path] = HOST.exec(source) ?? [];
  if (host === '') return false;
  return (
    schemeMatches(given ?? page.protocol.slice(0, -1), url.protocol) &&
    hostMatches(host.toLowerCase(), url.hostname.toLowerCase()) &&
    portMatches(port, given, url) &&
    pathMatches(path, url.pathname)
  );
}

/** A scheme stands for its secure form too, and `http(s)` never for sockets. */
function schemeMatches(given: string, protocol: string): boolean {
  const [a, b] = [given.toLowerCase(), protocol.slice(0, -1)];
  return (
    a === b ||
    (a === 'http' && b === 'https') ||
    (a === 'ws' && ['wss', 'http', 'https'].includes(b)) ||
    (a === 'wss' && b === 'https')
  );
}

function hostMatches(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

function portMatches(port: string | undefined, scheme: string | undefined, url: URL): boolean {
  if (port === '*') return true;
  const actual = portOf(url);
  if (port === undefined) return actual === PORTS[url.protocol];
  // Where http is given and https is asked for, its default port goes with it.
  return port === actual || (port === '80' && actual === '443' && scheme !== 'https');
}

function pathMatches(given: string | undefined, path: string): boolean {
  if (given === undefined || given === '/') return true;
  const [pattern, asked] = [decode(given), decode(path)];
  return pattern.endsWith('/') ? asked.startsWith(pattern) : asked === pattern;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Sockets of the same host are its own too, in CSP Level 3. */
function isSelf(url: URL, page: URL): boolean {
  if (url.origin === page.origin) return true;
  const samePorts =
    portOf(url) === portOf(page) ||
    (portOf(page) === PORTS[page.protocol] && portOf(url) === PORTS[url.protocol]);
  const isUpgrade =
    ['https:', 'wss:'].includes(url.protocol) ||
    (page.protocol === 'http:' && url.protocol === 'ws:');
  return url.hostname === page.hostname && samePorts && isUpgrade;
}
