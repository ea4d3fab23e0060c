/**
 * What was given as an address: a page, read once as a browser would get it, or an embed address,
 * which stands for a tag by itself. Follows no link and runs nothing.
 */
import type { ReleaseKeys } from '../../protocol/releases.ts';
import { type Policy, parsePolicies } from './csp.ts';
import {
  createFetcher,
  FetchError,
  type Fetched,
  type Fetcher,
  type FetchLimits,
  isPrivateHost,
} from './fetching.ts';
import { type Finding, finding } from './findings.ts';
import { allNonces, readPolicies } from './page-policies.ts';
import { findTags, type Tag } from './tags.ts';

const PAGE_MAX_BYTES = 5 * 1024 * 1024;

export interface Seen {
  final: URL;
  findings: Finding[];
  tags: Tag[];
  /** Null for an embed address, which no policy concerns. */
  page: { headers: Fetched['headers']; policies: Policy[] } | null;
}

const EMBED = /^\/embed\/(?:(\d+\.\d+\.\d+(?:-[a-z0-9.]+)?)\/)?([\w.-]*)$/;

/** An address under `/embed/` is checked for itself: its file, or, without one, what is in force. */
export function embedAddress(url: URL, given: ReleaseKeys | null): Seen | null {
  const [, version = null, file = ''] = EMBED.exec(url.pathname) ?? [];
  if (!EMBED.test(url.pathname)) return null;
  const isScript = file.endsWith('.js');
  const tag: Tag = {
    kind: version === null ? 'signed' : 'pinned',
    src: isScript ? url : new URL('/embed/current.json', url),
    version,
    file,
    hashes: [],
    site: '',
    stripeKey: null,
    nonce: null,
    reportTo: null,
    keys: null,
  };
  if (given) tag.keys = version === null ? given : null;
  return { final: url, findings: [], tags: [tag], page: null };
}

export async function readPage(
  url: URL,
  { pageCsp, limits }: { pageCsp: readonly string[]; limits: Partial<FetchLimits> },
): Promise<Seen> {
  const nothing = (found: Finding, final = url): Seen => ({
    final,
    findings: [found],
    tags: [],
    page: null,
  });
  // A page is smaller than what a server may hold for us.
  const fetcher = await createFetcher(url, { maxBytes: PAGE_MAX_BYTES, ...limits });
  let answer: Fetched;
  try {
    answer = await fetcher.fetch(url, { accept: 'text/html,*/*;q=0.1' });
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    const code =
      error.problem === 'too_large'
        ? 'page_too_large'
        : error.problem === 'address_private'
          ? 'address_private'
          : 'page_unreachable';
    return nothing(finding(code, url.href, error.message));
  }
  const { status, headers, body } = answer;
  if (status < 200 || status > 299)
    return nothing(finding('page_status', answer.url.href, `status ${status}`), answer.url);
  const type = headers['content-type']?.at(-1) ?? '';
  if (!/^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type))
    return nothing(
      finding('page_not_html', answer.url.href, type || 'no content type'),
      answer.url,
    );

  const html = decode(body, type);
  const { tags, findings, scripts } = findTags(html, answer.url);
  const read = readPolicies(headers, html);
  const policies = pageCsp.length
    ? pageCsp.flatMap((text) => parsePolicies(text, { disposition: 'enforce', from: 'given' }))
    : read.policies;
  const size = `${body.length} bytes, ${scripts} scripts`;
  const found = [
    finding('page_fetched', answer.url.href, size),
    ...(await plainPage(answer)),
    ...countTags(tags),
    ...findings,
    ...(pageCsp.length ? [] : read.findings),
    ...(await staleNonce(fetcher, answer.url, policies)),
  ];
  return { final: answer.url, findings: found, tags, page: { headers, policies } };
}

function decode(body: Buffer, type: string): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** The person's own first address may be plain; whatever it leads to may not. */
async function plainPage({ hops, url }: Fetched): Promise<Finding[]> {
  const plain = [...hops.slice(1), url.href].find((hop) => hop.startsWith('http:'));
  if (plain === undefined) return [];
  const isLocal = await isPrivateHost(new URL(plain).hostname.replace(/^\[|\]$/g, ''));
  return [finding(isLocal ? 'page_local' : 'page_insecure', plain)];
}

function countTags(tags: readonly Tag[]): Finding[] {
  const [first] = tags;
  if (!first) return [finding('tag_missing')];
  const found = tags.map(({ kind, src }) => finding('tag_found', src.href, kind));
  if (tags.length === 1) return found;
  const faces = new Set(tags.map(({ src, site, hashes }) => [src.href, site, ...hashes].join(' ')));
  const code = faces.size === 1 ? 'tag_several' : 'tags_differ';
  return [...found, finding(code, '', `${tags.length} tags`)];
}

/** Asks a second time, since only two answers show that a nonce is always the same. */
async function staleNonce(
  fetcher: Fetcher,
  url: URL,
  policies: readonly Policy[],
): Promise<Finding[]> {
  const nonces = allNonces(policies.filter(({ from }) => from !== 'given'));
  if (!nonces.length) return [];
  const again = await fetcher.fetch(url).catch(() => undefined);
  if (!again) return [];
  const others = allNonces(readPolicies(again.headers, again.body.toString('utf8')).policies);
  const same = nonces.find((nonce) => others.includes(nonce));
  return same === undefined ? [] : [finding('csp_nonce_static', url.href, same)];
}
