/**
 * HTTP for a tool that reads what others serve: bounded in bytes, time and redirects, without cookies,
 * and never to an address of a private network that the person at the terminal did not name. Knows
 * nothing of pages or releases; runs nothing.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { get as httpGet, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

export interface FetchLimits {
  /** Of one body, after it was decompressed. */
  maxBytes: number;
  /** Of one address with its redirects. */
  timeoutMs: number;
  maxRedirects: number;
}
export const DEFAULT_LIMITS: FetchLimits = {
  maxBytes: 8 * 1024 * 1024,
  timeoutMs: 20_000,
  maxRedirects: 5,
};

export interface Fetched {
  status: number;
  /** Where the redirects led. */
  url: URL;
  /** Each address that was asked, the last one being `url`. */
  hops: readonly string[];
  headers: Readonly<Record<string, readonly string[]>>;
  body: Buffer;
}

export type FetchProblem =
  | 'unreachable'
  | 'timeout'
  | 'too_large'
  | 'too_many_redirects'
  | 'redirect_unusable'
  | 'address_private';

/** Nothing usable came; `message` is for the person at the terminal. */
export class FetchError extends Error {
  readonly problem: FetchProblem;
  constructor(problem: FetchProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** Loopback, link-local, private and unspecified addresses: not those of a public server. */
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
  // As the second half of an IPv6 address, so that `::ffff:10.0.0.1` does not go by unseen.
  PRIVATE.addSubnet(`::ffff:${net}`, 96 + prefix, 'ipv6');
}
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addAddress('::', 'ipv6');

export const isPrivateAddress = (address: string): boolean =>
  PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '');

/** Looked at where the connection is made, so that a name cannot change its meaning in between. */
function publicLookup(isAllowed: boolean): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '');
      if (!isAllowed && addresses.some(({ address }) => isPrivateAddress(address))) {
        return callback(
          new FetchError('address_private', `${hostname} is an address of a private network`),
          '',
        );
      }
      const [first] = addresses;
      if (options.all) return callback(null, addresses);
      callback(null, first?.address ?? '', first?.family);
    });
}

export interface Fetcher {
  /** Whether addresses of a private network may be asked. */
  allowsPrivate: boolean;
  /** Follows redirects. Any status is an answer. @throws FetchError */
  fetch(address: string | URL, headers?: Record<string, string>): Promise<Fetched>;
}

/** @param named an address that the person gave: if that is private, private ones are meant. */
export async function createFetcher(
  named: URL,
  limits: Partial<FetchLimits> = {},
): Promise<Fetcher> {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const isAllowed = await isPrivateHost(hostOf(named));
  return {
    allowsPrivate: isAllowed,
    async fetch(address, headers = {}) {
      const signal = AbortSignal.timeout(bounds.timeoutMs);
      let url = new URL(address);
      const hops: string[] = [];
      for (;;) {
        hops.push(url.href);
        const answer = await fetchOnce(url, { headers, signal, isAllowed, ...bounds });
        const { location } = answer.raw;
        if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) {
          return { ...answer, url, hops };
        }
        if (hops.length > bounds.maxRedirects) {
          throw new FetchError('too_many_redirects', `More than ${bounds.maxRedirects} redirects`);
        }
        const next = URL.parse(location, url);
        if (!next || !/^https?:$/.test(next.protocol)) {
          throw new FetchError('redirect_unusable', `${url.href} redirects to ${location}`);
        }
        url = next;
      }
    },
  };
}

/** A name counts as private when any of its addresses is; one that has none does not. */
export async function isPrivateHost(host: string): Promise<boolean> {
  if (isIP(host)) return isPrivateAddress(host);
  return new Promise((resolve) => {
    lookup(host, { all: true }, (error, addresses) => {
      resolve(!error && addresses.some(({ address }) => isPrivateAddress(address)));
    });
  });
}

interface Once extends FetchLimits {
  headers: Record<string, string>;
  signal: AbortSignal;
  isAllowed: boolean;
}

async function fetchOnce(url: URL, once: Once) {
  const { signal, isAllowed, maxBytes } = once;
  if (!isAllowed && isIP(hostOf(url)) && isPrivateAddress(hostOf(url))) {
    throw new FetchError('address_private', `${url.host} is an address of a private network`);
  }
  try {
    const response = await request(url, once);
    const body = await read(response, maxBytes);
    const { headers, headersDistinct, statusCode = 0 } = response;
    const distinct: Record<string, readonly string[]> = {};
    for (const [name, values] of Object.entries(headersDistinct)) distinct[name] = values ?? [];
    return { status: statusCode, headers: distinct, raw: headers, body };
  } catch (error) {
    if (error instanceof FetchError) throw error;
    if (signal.aborted) throw new FetchError('timeout', `${url.href} took too long`);
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new FetchError('unreachable', `${url.href}: ${reason}`, { cause: error });
  }
}

const request = (url: URL, { headers, signal, isAllowed }: Once) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const get = url.protocol === 'https:' ? httpsGet : httpGet;
    get(
      url,
      {
        agent: false,
        lookup: publicLookup(isAllowed),
        signal,
        headers: {
          accept: '*/*',
          'accept-encoding': 'gzip, br',
          'user-agent': 'bulkhead-verify',
          ...headers,
        },
      },
      resolve,
    ).on('error', reject);
  });

/** Counted after decompression: a small answer can unfold into any amount. */
async function read(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decompressed(response, response.headers)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new FetchError('too_large', `More than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

function decompressed(response: IncomingMessage, headers: IncomingHttpHeaders): Readable {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  const decoder =
    coding === 'gzip' || coding === 'x-gzip'
      ? createGunzip()
      : coding === 'br'
        ? createBrotliDecompress()
        : coding === 'deflate'
          ? createInflate()
          : undefined;
  if (!decoder) return response;
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}
