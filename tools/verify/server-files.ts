/**
 * What a chat server serves now, compared with what it should be [REL-1]: files by their hash, and the
 * hashes that a loader has baked in.
 */
import { createHash } from 'node:crypto';
import type { ReleaseStatement } from '../../protocol/releases.ts';
import { FetchError, type Fetched, type Fetcher } from './fetching.ts';
import { type Finding, finding } from './findings.ts';

export interface ServedFile {
  url: string;
  body: Buffer;
}

export interface Served {
  findings: Finding[];
  file: ServedFile | null;
}

const ALGORITHM = /^(sha256|sha384|sha512)-/;

/** @param hash `sha384-…`; the algorithm that the tag names */
export function matchesHash(body: Buffer, hash: string): boolean {
  const algorithm = ALGORITHM.exec(hash)?.[1];
  if (!algorithm) return false;
  return hash === `${algorithm}-${createHash(algorithm).update(body).digest('base64')}`;
}

/** Fetches a file as a browser on `origin` would, and holds it against its hash. */
export async function checkFile(
  fetcher: Fetcher,
  { url, hash, origin }: { url: URL; hash: string | null; origin: string },
): Promise<Served> {
  const answer = await ask(fetcher, url, origin);
  if ('finding' in answer) return { findings: [answer.finding], file: null };
  const { headers, body } = answer;
  const findings: Finding[] = [];
  const allowed = headers['access-control-allow-origin']?.at(-1)?.trim();
  if (allowed !== '*' && allowed !== origin) findings.push(finding('file_no_cors', url.href));
  if (hash !== null) {
    const isSame = matchesHash(body, hash);
    const digest = `sha384-${createHash('sha384').update(body).digest('base64')}`;
    findings.push(
      isSame
        ? finding('file_matches', url.href, `${body.length} bytes`)
        : finding('file_differs', url.href, `${digest} instead of ${hash}`),
    );
  }
  return { findings, file: { url: url.href, body } };
}

async function ask(
  fetcher: Fetcher,
  url: URL,
  origin: string,
): Promise<Fetched | { finding: Finding }> {
  try {
    const answer = await fetcher.fetch(url, { origin });
    if (answer.status === 200) return answer;
    const isGone = answer.status === 404 || answer.status === 410;
    const code = isGone ? 'file_gone' : 'file_unreachable';
    return { finding: finding(code, url.href, `status ${answer.status}`) };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    const code = error.problem === 'address_private' ? error.problem : 'file_unreachable';
    return { finding: finding(code, url.href, error.message) };
  }
}

/**
 * The loader is text that names the other scripts by their hash: exactly those of its release, and no
 * third one.
 */
export function checkLoaderPins(loader: Buffer, { files }: ReleaseStatement): Finding {
  const text = loader.toString('utf8');
  const baked = new Set(text.match(/sha384-[A-Za-z0-9+/]{64}/g) ?? []);
  const { chat, pay } = files;
  const named = [chat, pay].flatMap((file) => file ?? []);
  const absent = named.filter(
    ({ file, sha384 }) => !baked.has(sha384) || !text.includes(JSON.stringify(file).slice(1, -1)),
  );
  const strange = [...baked].filter((hash) => !named.some(({ sha384 }) => sha384 === hash));
  if (named.length === 2 && !absent.length && !strange.length)
    return finding('loader_pins', 'loader');
  const detail = [
    ...absent.map(({ file }) => `${file} is not pinned`),
    ...strange.map((hash) => `${hash} is of no file of the release`),
    ...(named.length === 2 ? [] : ['the release names no chat or no pay']),
  ];
  return finding('loader_pins_differ', 'loader', detail.join('; '));
}

/** A document of the server's own under `/embed/`. */
export async function fetchDocument(
  fetcher: Fetcher,
  url: URL,
  codes: {
    missing: 'log_missing' | 'current_missing';
    away: 'log_unreachable' | 'current_unreachable';
  },
): Promise<{ text: string } | { finding: Finding }> {
  try {
    const { status, body } = await fetcher.fetch(url, { 'cache-control': 'no-cache' });
    if (status === 200) return { text: body.toString('utf8') };
    const code = status === 404 || status === 410 ? codes.missing : codes.away;
    return { finding: finding(code, url.href, `status ${status}`) };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return { finding: finding(codes.away, url.href, error.message) };
  }
}
