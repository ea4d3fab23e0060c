/**
 * One run: a page or an embed address in, a report out. Decides what is looked at and in which order;
 * what is right and wrong stands in the modules that it calls.
 */
import type { ReleaseKeys } from '../../protocol/releases.ts';
import { type CheckedTag, checkTag, needsOf, type TagContext } from './check-tag.ts';
import { createFetcher, type Fetcher, type FetchLimits, isPrivateHost } from './fetching.ts';
import { type Finding, finding } from './findings.ts';
import { examinePolicies, type PoliciesReport } from './page-policies.ts';
import { embedAddress, readPage, type Seen } from './read-page.ts';
import { createRebuilds } from './rebuild.ts';
import { remember } from './remember.ts';
import type { Report } from './report.ts';
import type { Tag } from './tags.ts';
import { toReport } from './to-report.ts';

export interface VerifyOptions {
  url: URL;
  keys?: ReleaseKeys | null;
  /** A checkout to build and compare with. */
  source?: string | null;
  /** A file that is kept between runs. */
  state?: string | null;
  /** Policies in place of those that the page sends. */
  pageCsp?: readonly string[];
  limits?: Partial<FetchLimits>;
  now?: Date;
}

const NO_POLICIES: PoliciesReport = { findings: [], policies: [], suggestions: {}, reporting: [] };

/** Never rejects for what others serve: that is a finding. */
export async function verify(options: VerifyOptions): Promise<Report> {
  const { url, keys: given = null, now = new Date(), limits = {}, pageCsp = [] } = options;
  const fetcher = await createFetcher(url, limits);
  const seen = embedAddress(url, given) ?? (await readPage(url, { pageCsp, limits }));
  const findings = [...seen.findings];
  const source = options.source ? createRebuilds(options.source) : null;
  const context: TagContext = { fetcher, page: seen.final, given, now, source };
  const checked: CheckedTag[] = [];
  try {
    for (const tag of seen.tags) {
      const isOpen = await isPlain(tag, fetcher);
      if (isOpen) findings.push(isOpen);
      if (isOpen?.code === 'tag_insecure') continue;
      checked.push(await checkTag(tag, context));
    }
  } finally {
    await source?.remove();
  }
  findings.push(...checked.flatMap((each) => each.findings));
  const policies = examinePage(seen, checked);
  findings.push(...policies.findings);
  findings.push(...(await remember(options.state, checked, findings, now)));
  return toReport({ url, now, seen, checked, policies, findings: distinct(findings) });
}

async function isPlain({ src }: Tag, { allowsPrivate }: Fetcher): Promise<Finding | null> {
  if (src.protocol === 'https:') return null;
  const isLocal = allowsPrivate && (await isPrivateHost(src.hostname.replace(/^\[|\]$/g, '')));
  return finding(isLocal ? 'tag_local' : 'tag_insecure', src.href);
}

/** The first tag is the one that runs; a second does nothing. */
function examinePage({ page, final }: Seen, [first]: readonly CheckedTag[]): PoliciesReport {
  if (!page || !first) return NO_POLICIES;
  const { headers, policies } = page;
  return examinePolicies(policies, needsOf(first, final), { headers, site: first.tag.site });
}

/** Two tags of one server find the same things. */
function distinct(findings: readonly Finding[]): Finding[] {
  const known = new Map(
    findings.map((each) => [[each.code, each.subject, each.detail].join('\n'), each]),
  );
  return [...known.values()];
}
