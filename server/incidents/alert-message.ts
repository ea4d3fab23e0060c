/**
 * What an alert says, as JSON and as mail. Anybody can send a report, so what stands in it is not to
 * become a link or a header of a mail that people trust: only what has a known form is repeated there.
 */
import type { ReportKind } from '../../protocol/http.ts';
import type { IncidentSummary } from '../../protocol/incidents.ts';

/** As in the console; a test holds both together. */
export const INCIDENT_TITLES: Readonly<Record<ReportKind, string>> = {
  script_refused: 'An altered script was refused',
  frame_navigated: 'The chat frame was replaced',
  frame_silent: 'The chat did not start',
  focus_theft: 'The chat tried to catch what is typed',
  port_violation: 'The chat asked for what it may not have',
  payment_mismatch: 'A payment was not what the chat showed',
  manifest_refused: 'A release was refused',
  csp_violation: 'The page’s policy stood in the way',
};

export interface Alert {
  /** The same in every try, so that a receiver can tell a repeated one. */
  id: string;
  reason: 'new' | 'grown';
  incident: IncidentSummary;
  /** Where to look. */
  consoleUrl: string;
}

/** The body of a webhook; docs/incidents.md describes it. Instants are ISO 8601. */
export const toWebhookBody = ({ id, reason, incident, consoleUrl }: Alert): string =>
  JSON.stringify({
    version: 1,
    type: 'incident',
    id,
    reason,
    incident: {
      id: incident.id,
      site: incident.siteName,
      kind: incident.kind,
      title: INCIDENT_TITLES[incident.kind],
      subject: incident.subject,
      release: incident.release,
      status: incident.status,
      count: incident.count,
      firstAt: iso(incident.firstAt),
      lastAt: iso(incident.lastAt),
      pages: incident.pages,
      browsers: incident.browsers,
    },
    console: consoleUrl,
  });

export interface MailMessage {
  subject: string;
  text: string;
}

export function toMail({ reason, incident, consoleUrl }: Alert): MailMessage {
  const title = INCIDENT_TITLES[incident.kind];
  const site = oneLine(incident.siteName);
  const times = incident.count === 1 ? 'once' : `${incident.count} times`;
  const lines = [
    `${title}.`,
    '',
    `Site        ${site}`,
    ...known('About', incident.subject, /^([\w-]+\.)+js$|^[a-z_-]{1,40}( \(report only\))?$/),
    ...known('Release', incident.release, /^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/),
    `Reported    ${times}`,
    `First seen  ${iso(incident.firstAt)}`,
    `Last seen   ${iso(incident.lastAt)}`,
    '',
    ...counts(
      'Pages',
      incident.pages.map(({ page, count }) => [page, count]),
    ),
    ...counts(
      'Browsers',
      incident.browsers.map(({ browser, count }) => [browser, count]),
    ),
    'What it means, and what to do now:',
    consoleUrl,
    '',
    'While it grows you hear of it at most once an hour, until it is closed in the console.',
  ];
  const growth = reason === 'grown' ? ` (${times})` : '';
  return { subject: `[Bulkhead] ${site}: ${title}${growth}`, text: `${lines.join('\n')}\n` };
}

const iso = (at: number) => new Date(at).toISOString();
const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
const known = (label: string, value: string, form: RegExp) =>
  form.test(value) ? [`${label.padEnd(11)} ${value}`] : [];

function counts(title: string, named: [string, number][]): string[] {
  const lines = named.map(
    ([name, count]) => `  ${String(count).padStart(6)}  ${oneLine(name) || 'not known'}`,
  );
  return lines.length ? [title, ...lines, ''] : [];
}
