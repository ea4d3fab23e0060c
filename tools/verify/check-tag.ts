/**
 * One tag against the server that it names: the file, the public log, the release in force, and a
 * local build. What is fetched once for a server serves all tags that name it.
 */
import { Manifest } from '../../protocol/http.ts';
import type { ReleaseKeys, ReleaseStatement } from '../../protocol/releases.ts';
import type { Needs } from './csp-needs.ts';
import { type Current, judgeCurrent } from './current.ts';
import type { Fetcher } from './fetching.ts';
import { type Finding, finding } from './findings.ts';
import { checkCommit, compareFile, type Rebuilds } from './rebuild.ts';
import { findByLoader, killedVersions, type ReleaseLog, readLog } from './release-log.ts';
import { checkFile, checkLoaderPins, fetchDocument, type ServedFile } from './server-files.ts';
import { createCheck, type KeySet, parseJson, sha384 } from './statements.ts';
import type { Tag } from './tags.ts';

const SOON_MS = 14 * 86_400_000;
const isManifest = createCheck(Manifest);

export interface TagContext {
  fetcher: Fetcher;
  page: URL;
  given: ReleaseKeys | null;
  now: Date;
  source: Rebuilds | null;
}

export interface CheckedTag {
  tag: Tag;
  findings: Finding[];
  release: ReleaseStatement | null;
  log: ReleaseLog | null;
  current: Current | null;
}

/** @param tag one without hashes is an address that was given by itself: there is no pin to check */
export async function checkTag(tag: Tag, context: TagContext): Promise<CheckedTag> {
  const { fetcher, now } = context;
  const { origin } = tag.src;
  const keys = keysOf(tag, context.given);
  const findings = [...keys.findings];
  const served = await checkFile(fetcher, {
    url: tag.src,
    hash: tag.hashes[0] ?? null,
    origin: context.page.origin,
  });
  findings.push(...served.findings);

  const [logText, currentText] = await Promise.all([
    fetchDocument(fetcher, new URL('/embed/releases.jsonl', origin), {
      missing: 'log_missing',
      away: 'log_unreachable',
    }),
    fetchDocument(fetcher, new URL('/embed/current.json', origin), {
      missing: 'current_missing',
      away: 'current_unreachable',
    }),
  ]);
  const log = 'text' in logText ? readLog(logText.text, keys.forLog) : null;
  findings.push(...(log?.findings ?? ('finding' in logText ? [logText.finding] : [])));
  const current =
    'text' in currentText ? judgeCurrent(currentText.text, { log, keys: keys.inForce, now }) : null;
  findings.push(...(current?.findings ?? ('finding' in currentText ? [currentText.finding] : [])));

  const release =
    tag.kind === 'signed'
      ? (current?.release ?? null)
      : pinnedRelease(tag, { log, file: served.file, current, now }, findings);
  if (tag.kind === 'signed') findings.push(...(await checkBootstrap(tag, fetcher, served.file)));
  const files = await checkRelease(tag, release, served.file, context, findings);
  findings.push(...(await checkRebuild(tag, release, files, context)));
  return { tag, findings, release, log, current };
}

/** Whose signatures count: of a signed tag its own, whatever else was given. */
function keysOf(tag: Tag, given: ReleaseKeys | null) {
  const earlier = given ? [given, ...(given.earlier ?? [])] : [];
  if (tag.kind === 'pinned') {
    const findings = given ? [] : [finding('keys_unknown', tag.src.href)];
    return { inForce: given as KeySet | null, forLog: earlier, findings };
  }
  const inForce: KeySet | null = tag.keys ?? given;
  const forLog = tag.keys ? [tag.keys, ...earlier] : earlier;
  if (!inForce) return { inForce, forLog, findings: [finding('keys_unknown', tag.src.href)] };
  if (!given || !tag.keys) return { inForce, forLog, findings: [] };
  const isSame = sameKeys(tag.keys, given);
  return {
    inForce,
    // Keys that only a page names prove nothing once better ones are known.
    forLog: isSame ? forLog : earlier,
    findings: [finding(isSame ? 'keys_match' : 'keys_differ', tag.src.href)],
  };
}

const sameKeys = (a: KeySet, b: KeySet) =>
  a.threshold === b.threshold && [...a.keys].sort().join(' ') === [...b.keys].sort().join(' ');

interface Pinned {
  log: ReleaseLog | null;
  file: ServedFile | null;
  current: Current | null;
  now: Date;
}

/** The release that the pin is of, and whether its publishers still stand by it. */
function pinnedRelease(
  tag: Tag,
  { log, file, current, now }: Pinned,
  findings: Finding[],
): ReleaseStatement | null {
  if (!log) return null;
  const pins = tag.hashes.filter((hash) => hash.startsWith('sha384-'));
  // A pin of another kind names the same file only if the served file has it.
  const hash = pins[0] ?? (file ? sha384(file.body) : undefined);
  const logged = hash === undefined ? undefined : findByLoader(log, hash);
  if (!logged) {
    findings.push(finding('release_not_logged', tag.src.href, hash ?? 'no hash'));
    return null;
  }
  const { statement } = logged;
  const { version, expires } = statement;
  findings.push(finding('release_logged', version, `line ${logged.n}, published ${logged.at}`));
  if (tag.version !== null && tag.version !== version)
    findings.push(finding('release_other_version', tag.src.href, `the hash is of ${version}`));
  const killed = killedVersions(log);
  for (const each of current?.kills?.versions ?? []) killed.add(each);
  const left = Date.parse(expires) - now.getTime();
  if (killed.has(version)) findings.push(finding('release_killed', version));
  if (left <= 0) findings.push(finding('release_expired', version, expires));
  else if (left < SOON_MS) findings.push(finding('release_expires_soon', version, expires));
  if (!killed.has(version) && left > 0)
    findings.push(finding('release_in_force', version, `until ${expires}`));
  const newest = current?.release;
  if (newest && newest.sequence > statement.sequence && newest.version !== version)
    findings.push(finding('release_outdated', version, newest.version));
  return statement;
}

/** The manifest is unsigned: what it names is a hint, and only the tag's hash or a build is proof. */
async function checkBootstrap(
  tag: Tag,
  fetcher: Fetcher,
  file: ServedFile | null,
): Promise<Finding[]> {
  const hash = tag.hashes[0] ?? (file ? sha384(file.body) : '');
  const url = new URL('/embed/manifest.json', tag.src.origin);
  const answer = await fetcher.fetch(url).catch(() => undefined);
  const manifest = answer?.status === 200 ? parseJson(answer.body.toString('utf8')) : undefined;
  if (!isManifest(manifest) || !manifest.bootstrap) return [];
  const named = manifest.bootstrap.sha384;
  const code = named === hash ? 'bootstrap_known' : 'bootstrap_other';
  return [finding(code, tag.src.href, named)];
}

/** Where a file of the release is served. */
export const fileUrl = (origin: string, version: string, file: string): URL =>
  new URL(`/embed/${version}/${file}`, origin);

/** The release's other files, as they are served now; the loader's pins among them. */
async function checkRelease(
  tag: Tag,
  release: ReleaseStatement | null,
  tagFile: ServedFile | null,
  { fetcher, page }: TagContext,
  findings: Finding[],
): Promise<Map<string, Buffer>> {
  const bodies = new Map<string, Buffer>();
  if (tag.kind === 'pinned' && tagFile) bodies.set('loader', tagFile.body);
  if (!release) return bodies;
  for (const [name, { file, sha384: hash }] of Object.entries(release.files)) {
    // The tag's own file was looked at already, unless it had no pin to be held against.
    if (name === 'loader' && tag.kind === 'pinned' && tag.hashes.length) continue;
    const url = fileUrl(tag.src.origin, release.version, file);
    const served = await checkFile(fetcher, { url, hash, origin: page.origin });
    findings.push(...served.findings);
    if (served.file) bodies.set(name, served.file.body);
  }
  const loader = bodies.get('loader');
  if (loader) findings.push(checkLoaderPins(loader, release));
  if (tag.kind === 'signed' && tagFile) bodies.set('bootstrap', tagFile.body);
  return bodies;
}

async function checkRebuild(
  tag: Tag,
  release: ReleaseStatement | null,
  bodies: ReadonlyMap<string, Buffer>,
  { source }: TagContext,
): Promise<Finding[]> {
  if (!source || !release) return [];
  const findings = await checkCommit(source.dir, release.commit);
  const made = await source.of(release.version);
  if ('finding' in made) return [...findings, made.finding];
  for (const [name, body] of bodies) {
    const path =
      name === 'bootstrap' ? tag.file : `${release.version}/${release.files[name]?.file}`;
    findings.push(await compareFile(made.rebuild, path, body));
  }
  return findings;
}

/** What the page's policy has to allow for this tag; nothing while its release is not known. */
export function needsOf({ tag, release }: CheckedTag, page: URL): Needs {
  const { origin } = tag.src;
  const at = (name: string) => {
    const file = release?.files[name];
    return release && file
      ? { url: fileUrl(origin, release.version, file.file), hash: file.sha384 }
      : null;
  };
  const payments = tag.stripeKey !== null;
  return {
    page,
    origin,
    kind: tag.kind,
    tag: { url: tag.src, hash: tag.hashes[0] ?? at('loader')?.hash ?? '' },
    loader: tag.kind === 'signed' ? at('loader') : null,
    chat: at('chat'),
    pay: payments ? at('pay') : null,
    nonce: tag.nonce,
    payments,
    reportTo: tag.reportTo === null ? null : URL.parse(tag.reportTo, page),
  };
}
