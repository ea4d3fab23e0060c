/** What a run found, in the shape that machines read. */
import type { CheckedTag } from './check-tag.ts';
import { type Finding, verdictOf } from './findings.ts';
import type { PoliciesReport } from './page-policies.ts';
import type { Seen } from './read-page.ts';
import type { Report } from './report.ts';
import type { Tag } from './tags.ts';

export interface Ended {
  url: URL;
  now: Date;
  seen: Seen;
  checked: readonly CheckedTag[];
  policies: PoliciesReport;
  findings: Finding[];
}

export function toReport({ url, now, seen, checked, policies, findings }: Ended): Report {
  const origins = new Map(checked.map((each) => [each.tag.src.origin, each.log]));
  return {
    bulkheadVerify: 1,
    url: url.href,
    finalUrl: seen.final.href,
    checkedAt: now.toISOString(),
    verdict: verdictOf(findings),
    tags: seen.tags.map((tag) => toTag(tag, checked.find((each) => each.tag === tag)?.release)),
    servers: [...origins].map(([origin, log]) => ({
      origin,
      lines: log?.hashes.length ?? 0,
      lastHash: log?.hashes.at(-1) ?? null,
    })),
    findings,
    csp: {
      policies: policies.policies,
      suggestions: policies.suggestions,
      reporting: policies.reporting,
    },
  };
}

function toTag(tag: Tag, release: CheckedTag['release'] | undefined): Report['tags'][number] {
  return {
    kind: tag.kind,
    src: tag.src.href,
    site: tag.site,
    integrity: tag.hashes,
    payments: tag.stripeKey !== null,
    keys: tag.keys?.keys ?? [],
    threshold: tag.keys?.threshold ?? null,
    reportTo: tag.reportTo,
    release: release
      ? {
          version: release.version,
          sequence: release.sequence,
          commit: release.commit,
          created: release.created,
          expires: release.expires,
          files: Object.fromEntries(
            Object.entries(release.files).map(([name, { file, sha384 }]) => [
              name,
              { file, sha384 },
            ]),
          ),
        }
      : null,
  };
}
