/**
 * What browsers themselves report (W3C Reporting API; CSP3, 5.3 for the older form), read for what
 * concerns Bulkhead: its server's origin as what was blocked, or as the script that tried [REPORT-3].
 * Pure. A page's own troubles are none of ours: of those only their number leaves this module.
 */
import type { ReportKind } from '../../protocol/http.ts';
import { PAGE_URL_MAX_LENGTH } from '../../protocol/limits.ts';

/** What a browser sends at once is fewer; the rest is only counted. */
const BATCH_MAX = 50;

export interface BrowserReport {
  kind: ReportKind;
  /** The directive or policy. */
  subject: string;
  release: string;
  /** Origin and path; empty where it is not one of the site's pages. */
  page: string;
  times: number;
}
export interface ReadReports {
  reports: BrowserReport[];
  /** About something else, or not understood. */
  dropped: number;
}

interface Concern {
  /** Origin of this server, as pages name it. */
  ownOrigin: string;
  /** Of the site: reports of other pages are not its affair. */
  allowedOrigins: readonly string[];
}

/** @returns nothing where the body is neither of the two forms. */
export function readBrowserReports(body: unknown, concern: Concern): ReadReports | null {
  const given = listOf(body);
  if (!given) return null;
  const byWhat = new Map<string, BrowserReport>();
  let dropped = Math.max(0, given.length - BATCH_MAX);
  for (const one of given.slice(0, BATCH_MAX)) {
    const report = readOne(one, concern);
    const key = JSON.stringify(report);
    const known = byWhat.get(key);
    if (!report) dropped++;
    else if (known) known.times++;
    else byWhat.set(key, report);
  }
  return { reports: [...byWhat.values()], dropped };
}

/** What differs between the types and the two forms, by one name each. */
interface Violation {
  page: string;
  blocked: string;
  source: string;
  subject: string;
  reportOnly: boolean;
}

function listOf(body: unknown): (Violation | null)[] | null {
  if (Array.isArray(body)) return body.map(fromReportingApi);
  if (!isRecord(body)) return null;
  const old = body['csp-report'];
  if (isRecord(old)) return [fromReportUri(old)];
  // WebKit sends a report by itself.
  return 'type' in body ? [fromReportingApi(body)] : null;
}

function fromReportingApi(report: unknown): Violation | null {
  if (!isRecord(report) || !isRecord(report.body)) return null;
  const { body, type } = report;
  const common = {
    page: text(body.documentURL) || text(report.url),
    blocked: text(body.blockedURL),
    source: text(body.sourceFile),
  };
  switch (type) {
    case 'csp-violation':
      return {
        ...common,
        subject: text(body.effectiveDirective),
        reportOnly: body.disposition === 'report',
      };
    case 'integrity-violation':
      return { ...common, subject: 'integrity-policy', reportOnly: body.reportOnly === true };
    case 'coep':
      return {
        ...common,
        subject: 'cross-origin-embedder-policy',
        reportOnly: body.disposition === 'reporting',
      };
    case 'permissions-policy-violation':
      return {
        ...common,
        subject: text(body.policyId ?? body.featureId),
        reportOnly: body.disposition === 'report',
      };
    default:
      return null;
  }
}

const fromReportUri = (report: Record<string, unknown>): Violation => ({
  page: text(report['document-uri']),
  blocked: text(report['blocked-uri']),
  source: text(report['source-file']),
  // `violated-directive` of before CSP3 carries the directive's whole value.
  subject:
    (text(report['effective-directive']) || text(report['violated-directive'])).split(' ')[0] ?? '',
  reportOnly: report.disposition === 'report',
});

function readOne(violation: Violation | null, concern: Concern): BrowserReport | null {
  if (!violation) return null;
  const { page, blocked, source, subject, reportOnly } = violation;
  const isOurs = [blocked, source].some((url) => originOf(url) === concern.ownOrigin);
  const onPage = URL.parse(page);
  if (!isOurs || !onPage || !concern.allowedOrigins.includes(onPage.origin)) return null;
  if (!/^[a-z-]{1,40}$/.test(subject)) return null;
  return {
    kind: 'csp_violation',
    subject: reportOnly ? `${subject} (report only)` : subject,
    release: releaseIn(blocked) || releaseIn(source),
    page: (onPage.origin + onPage.pathname).slice(0, PAGE_URL_MAX_LENGTH),
    times: 1,
  };
}

/** A socket's origin is its server's. */
const originOf = (url: string) => URL.parse(url.replace(/^ws/, 'http'))?.origin;
const releaseIn = (url: string) =>
  /\/embed\/(\d+\.\d+\.\d+(?:-[a-z0-9.]+)?)\//.exec(url)?.[1]?.slice(0, 40) ?? '';
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
