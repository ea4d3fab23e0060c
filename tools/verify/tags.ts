/**
 * The Bulkhead tags of a page, pinned and signed [REL-3]: which script elements they are, and what is
 * wrong with them as they stand. Asks nobody.
 */
import { type Finding, finding } from './findings.ts';
import { type StartTag, startTags } from './html.ts';
import { type KeySet, readPublicKey } from './statements.ts';

const SITE_KEY = /^site_[A-Za-z0-9_-]{8,40}$/;
const RELEASE_PATH = /\/embed\/(\d+\.\d+\.\d+(?:-[a-z0-9.]+)?)\/(loader[\w.-]*\.js)$/;
const BOOTSTRAP_PATH = /\/embed\/([\w.-]*boot[\w.-]*\.js)$/;
/** Of `type`: what a browser takes for a classic script. */
const CLASSIC =
  /^$|^(text|application)\/((x-)?(java|ecma)script|javascript1\.[0-5]|jscript|livescript)$/;

export interface Tag {
  kind: 'pinned' | 'signed';
  /** Resolved, as the browser would ask for it. */
  src: URL;
  /** In the address, of a pinned tag. */
  version: string | null;
  file: string;
  /** The strongest hashes, which alone count; one in a sound tag. */
  hashes: string[];
  site: string;
  stripeKey: string | null;
  nonce: string | null;
  reportTo: string | null;
  /** Of a signed tag, as far as they are sound. */
  keys: KeySet | null;
}

/** @param page address of the document, which relative addresses start from */
export function findTags(
  html: string,
  page: URL,
): { tags: Tag[]; findings: Finding[]; scripts: number } {
  const tags: Tag[] = [];
  const findings: Finding[] = [];
  let base = page;
  let hasBase = false;
  let scripts = 0;
  for (const element of startTags(html)) {
    const href = element.attributes.get('href');
    if (element.name === 'base' && href !== undefined && !hasBase) {
      base = URL.parse(href.trim(), page) ?? page;
      hasBase = true;
    }
    if (element.name !== 'script') continue;
    scripts++;
    if (!isOurs(element)) continue;
    const read = readTag(element, base);
    findings.push(...read.findings);
    if (read.tag) tags.push(read.tag);
  }
  return { tags, findings, scripts };
}

/** Known by its site, or, where that was lost, by the address of its script. */
function isOurs({ attributes }: StartTag): boolean {
  const src = attributes.get('src')?.split(/[?#]/)[0] ?? '';
  return (
    /^site_/.test(attributes.get('data-site') ?? '') ||
    RELEASE_PATH.test(src) ||
    (BOOTSTRAP_PATH.test(src) && attributes.has('data-keys'))
  );
}

function readTag(
  { attributes }: StartTag,
  base: URL,
): { tag: Tag | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const given = attributes.get('src')?.trim() ?? '';
  const note = (code: Parameters<typeof finding>[0], detail = '') =>
    void findings.push(finding(code, given, detail));
  const type = (attributes.get('type') ?? '').trim().toLowerCase();
  if (type === 'module') note('tag_module');
  else if (!CLASSIC.test(type)) note('tag_inert', type);
  if (attributes.has('nomodule')) note('tag_inert', 'nomodule');

  const src = given === '' ? null : URL.parse(given, base);
  if (!src || !/^https?:$/.test(src.protocol)) {
    note('tag_src_missing');
    return { tag: undefined, findings };
  }
  if (!/^https?:\/\//i.test(given)) note('tag_src_relative', src.href);

  const site = attributes.get('data-site') ?? '';
  if (!SITE_KEY.test(site)) note('tag_site_invalid', site);
  const release = RELEASE_PATH.exec(src.pathname);
  const isBootstrap = BOOTSTRAP_PATH.test(src.pathname);
  // A loader takes no notice of keys: what it is goes by its address.
  const isSigned = !release && (isBootstrap || attributes.has('data-keys'));
  if (!release && !isBootstrap) note('tag_address_odd', src.pathname);
  if (src.search || src.username) note('tag_address_odd', src.href);

  const integrity = readIntegrity(attributes.get('integrity'));
  findings.push(...integrity.findings.map((each) => ({ ...each, subject: given })));
  const crossorigin = attributes.get('crossorigin')?.trim().toLowerCase();
  if (crossorigin === undefined) note('crossorigin_missing');
  if (crossorigin === 'use-credentials') note('crossorigin_credentials');

  const keys = isSigned ? readTagKeys(attributes, given) : { keys: null, findings: [] };
  findings.push(...keys.findings);
  const reportTo = attributes.get('data-report') ?? null;
  note(reportTo ? 'report_address_given' : 'report_address_missing', reportTo ?? '');
  return {
    tag: {
      kind: isSigned ? 'signed' : 'pinned',
      src,
      version: release?.[1] ?? null,
      file: src.pathname.slice(src.pathname.lastIndexOf('/') + 1),
      hashes: integrity.hashes,
      site,
      stripeKey: attributes.get('data-stripe-key') || null,
      nonce: attributes.get('nonce') ?? null,
      reportTo,
      keys: keys.keys,
    },
    findings,
  };
}

const STRENGTH = ['sha256', 'sha384', 'sha512'];
const HASH = /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(\?.*)?$/;

/** As browsers do: of all the hashes only the strongest kind counts, and any of those will do. */
export function readIntegrity(value: string | undefined): {
  hashes: string[];
  findings: Finding[];
} {
  if (value === undefined || value.trim() === '') {
    return { hashes: [], findings: [finding('integrity_missing')] };
  }
  const known = value
    .trim()
    .split(/[\t\n\f\r ]+/)
    .flatMap((token) => {
      const [, algorithm, digest] = HASH.exec(token) ?? [];
      // Browsers take the URL-safe alphabet too; one form makes them comparable.
      const plain = digest?.replaceAll('-', '+').replaceAll('_', '/');
      return algorithm && plain ? { algorithm, hash: `${algorithm}-${plain}` } : [];
    });
  const best = STRENGTH.findLast((name) => known.some(({ algorithm }) => algorithm === name));
  if (!best) return { hashes: [], findings: [finding('integrity_unusable', '', value)] };
  const hashes = [
    ...new Set(known.filter(({ algorithm }) => algorithm === best).map(({ hash }) => hash)),
  ];
  const findings: Finding[] = [];
  if (best === 'sha256') findings.push(finding('integrity_weak', '', value));
  if (hashes.length > 1) findings.push(finding('integrity_alternatives', '', value));
  if (known.some(({ algorithm }) => algorithm !== best))
    findings.push(finding('integrity_leftover', '', value));
  if (best !== 'sha256' && hashes.length === 1)
    findings.push(finding('integrity_strong', '', hashes[0]));
  return { hashes, findings };
}

function readTagKeys(attributes: ReadonlyMap<string, string>, subject: string) {
  const keys = (attributes.get('data-keys') ?? '').split(/[\t\n\f\r ]+/).filter(Boolean);
  const threshold = attributes.get('data-threshold')?.trim() ?? '';
  return readKeySet(keys, /^\d+$/.test(threshold) ? Number(threshold) : Number.NaN, subject);
}

/** Sound keys, and everything that is wrong with them. */
export function readKeySet(
  keys: readonly string[],
  threshold: number,
  subject: string,
): { keys: KeySet | null; findings: Finding[] } {
  if (keys.length === 0) return { keys: null, findings: [finding('keys_missing', subject)] };
  const findings: Finding[] = [];
  const distinct = [...new Set(keys)];
  for (const key of distinct) {
    if (!/^B[A-Za-z0-9_-]{86}$/.test(key) || !readPublicKey(key))
      findings.push(finding('keys_malformed', subject, key));
  }
  if (distinct.length < keys.length) findings.push(finding('keys_duplicate', subject));
  if (!(Number.isInteger(threshold) && threshold >= 1 && threshold <= distinct.length)) {
    findings.push(finding('threshold_invalid', subject, `${threshold} of ${distinct.length}`));
    return { keys: null, findings };
  }
  const code = threshold === 1 ? 'threshold_low' : 'threshold_good';
  findings.push(finding(code, subject, `${threshold} of ${distinct.length}`));
  return { keys: { keys: distinct, threshold }, findings };
}
