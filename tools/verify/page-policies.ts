/**
 * The policies that a page is under, from its headers and its `<meta>` elements, what they lack, and
 * whether anybody hears of what they refuse.
 */
import { noncesIn, type Policy, parsePolicies, sourceListOf } from './csp.ts';
import {
  type Examined,
  examinePolicy,
  type Needs,
  type PolicyKind,
  suggestPolicy,
} from './csp-needs.ts';
import type { Fetched } from './fetching.ts';
import { type Finding, finding } from './findings.ts';
import { startTags } from './html.ts';

/** Browsers ignore these in a `<meta>`. */
const HEADER_ONLY = ['report-uri', 'frame-ancestors', 'sandbox'];

export interface PolicyReport {
  from: Policy['from'];
  disposition: Policy['disposition'];
  kind: PolicyKind | null;
  add: Examined['add'];
  lines: string[];
  policy: string;
}

export interface PoliciesReport {
  findings: Finding[];
  policies: PolicyReport[];
  /** For a page without a policy: whole ones to choose from. */
  suggestions: Partial<Record<PolicyKind, string>>;
  /** Headers that make browsers report; empty where something reports already. */
  reporting: string[];
}

export function readPolicies(
  headers: Fetched['headers'],
  html: string,
): { policies: Policy[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const policies = [
    ...inHeader(headers['content-security-policy'], 'enforce'),
    ...inHeader(headers['content-security-policy-report-only'], 'report'),
  ];
  for (const { name, attributes, inHead } of startTags(html)) {
    if (name !== 'meta') continue;
    // There is no report-only form of it.
    if (attributes.get('http-equiv')?.toLowerCase() !== 'content-security-policy') continue;
    const content = attributes.get('content') ?? '';
    if (!inHead) {
      findings.push(finding('csp_meta_late', '<meta>', content));
      continue;
    }
    for (const policy of parsePolicies(content, { disposition: 'enforce', from: 'meta' })) {
      const ignored = HEADER_ONLY.filter((directive) => policy.directives.has(directive));
      if (ignored.length) findings.push(finding('csp_meta_ignored', '<meta>', ignored.join(', ')));
      policies.push(policy);
    }
  }
  return { policies, findings };
}

const inHeader = (
  values: readonly string[] | undefined,
  disposition: Policy['disposition'],
): Policy[] =>
  (values ?? []).flatMap((value) => parsePolicies(value, { disposition, from: 'header' }));

/** Every policy has to allow a thing, so each is looked at by itself. */
export function examinePolicies(
  policies: readonly Policy[],
  needs: Needs,
  reports: { headers: Fetched['headers']; site: string },
): PoliciesReport {
  const enforced = policies.filter(({ disposition }) => disposition === 'enforce');
  const findings: Finding[] = [];
  const examined = policies.map((policy) => {
    const { kind, findings: own, add, lines, policy: text } = examinePolicy(policy, needs);
    findings.push(...own);
    return { from: policy.from, disposition: policy.disposition, kind, add, lines, policy: text };
  });
  if (enforced.length === 0) findings.push(finding('csp_none'));
  else if (!findings.length) findings.push(finding('csp_complete', `${enforced.length} policies`));
  if (enforced.length && enforced.every(isOpen)) findings.push(finding('csp_unsafe'));

  const isHeard = policies.some((policy) => isReported(policy, reports.headers));
  if (policies.length) findings.push(finding(isHeard ? 'reporting_present' : 'reporting_absent'));
  const kinds: readonly PolicyKind[] = ['hosts', 'hashes', 'nonce'];
  return {
    findings,
    policies: examined,
    suggestions: enforced.length
      ? {}
      : Object.fromEntries(kinds.map((kind) => [kind, suggestPolicy(kind, needs)])),
    reporting: isHeard ? [] : reportingLines(needs.origin, reports.site),
  };
}

/** Whether it lets scripts of any host, or any inline one, run. */
function isOpen(policy: Policy): boolean {
  const list = sourceListOf(policy, 'script');
  if (!list) return true;
  const words = list.sources.map((source) => source.toLowerCase());
  const isGuarded = words.some((word) => /^'(nonce-|sha\d+-|strict-dynamic')/.test(word));
  return (
    !isGuarded && words.some((word) => ["'unsafe-inline'", '*', 'https:', 'http:'].includes(word))
  );
}

function isReported({ directives, from }: Policy, headers: Fetched['headers']): boolean {
  if (from !== 'meta' && directives.get('report-uri')?.length) return true;
  const group = directives.get('report-to')?.[0];
  if (group === undefined) return false;
  const endpoints = headers['reporting-endpoints']?.join(',') ?? '';
  const groups = headers['report-to']?.join(',') ?? '';
  const names = endpoints.split(',').map((each) => each.split('=')[0]?.trim());
  return names.includes(group) || groups.includes(JSON.stringify(group));
}

/** `report-to` for newer browsers, `report-uri` for the others [REPORT-3]. */
export function reportingLines(origin: string, site: string): string[] {
  const address = `${origin}/api/reports/browser?site=${encodeURIComponent(site)}`;
  return [
    `Reporting-Endpoints: bulkhead="${address}"`,
    `Content-Security-Policy: …; report-to bulkhead; report-uri ${address}`,
  ];
}

/** Nonces of all the policies: the same ones in two answers are none. */
export const allNonces = (policies: readonly Policy[]): string[] =>
  policies.flatMap((policy) => noncesIn(sourceListOf(policy, 'script')?.sources ?? []));
