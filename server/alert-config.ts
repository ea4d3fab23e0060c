/**
 * Whom the operator hears by when there is an incident [REPORT-3]: a webhook, mail, both or neither.
 * Pure; half a setup is a mistake and is refused, like every other one in `config.ts`.
 */
import { EMAIL_MAX_LENGTH } from '../protocol/limits.ts';
import { isHttpsAddress } from './https-address.ts';

export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte (`smtps:`), and not by STARTTLS. */
  secure: boolean;
  auth: { user: string; pass: string } | null;
}

export interface AlertConfig {
  webhook: { url: string; secret: string } | null;
  /** Needed for mail to sites' own addresses too; `to` may be empty then. */
  mail: { server: SmtpServer; from: string; to: string[] } | null;
}

const SECRET_MIN_LENGTH = 32;
const ADDRESSES_MAX = 20;

/** One plain address, with nothing in it that could end a header or begin another address. */
export const isMailAddress = (text: string): boolean =>
  text.length <= EMAIL_MAX_LENGTH && /^[\w.+%-]+@[A-Za-z0-9.-]+$/.test(text);

export function parseAlerts(
  text: (name: string) => string | null,
  problems: string[],
): AlertConfig {
  return { webhook: parseWebhook(text, problems), mail: parseMail(text, problems) };
}

type Read = (name: string) => string | null;

function parseWebhook(text: Read, problems: string[]): AlertConfig['webhook'] {
  const url = text('BULKHEAD_ALERT_URL');
  const secret = text('BULKHEAD_ALERT_SECRET');
  if (url === null) {
    if (secret !== null) problems.push('BULKHEAD_ALERT_SECRET is set without BULKHEAD_ALERT_URL');
    return null;
  }
  if (!isHttpsAddress(url)) {
    problems.push('BULKHEAD_ALERT_URL must be an https:// address without a password');
  }
  if (secret === null || secret.length < SECRET_MIN_LENGTH) {
    problems.push(
      `BULKHEAD_ALERT_URL needs BULKHEAD_ALERT_SECRET, of at least ${SECRET_MIN_LENGTH} characters, which signs what is sent`,
    );
    return null;
  }
  return { url, secret };
}

function parseMail(text: Read, problems: string[]): AlertConfig['mail'] {
  const smtpUrl = text('SMTP_URL');
  const from = text('ALERT_EMAIL_FROM');
  const to = (text('ALERT_EMAIL_TO') ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean);
  if (smtpUrl === null) {
    for (const name of ['ALERT_EMAIL_FROM', 'ALERT_EMAIL_TO']) {
      if (text(name) !== null) problems.push(`${name} is set without SMTP_URL, so no mail is sent`);
    }
    return null;
  }
  const server = parseSmtp(smtpUrl);
  if (!server) problems.push('SMTP_URL must look like smtps://user:password@mail.example:465');
  if (from === null || !isMailAddress(from)) {
    problems.push('SMTP_URL needs ALERT_EMAIL_FROM, one plain e-mail address');
  }
  if (to.length > ADDRESSES_MAX || !to.every(isMailAddress)) {
    problems.push(
      `ALERT_EMAIL_TO must be up to ${ADDRESSES_MAX} e-mail addresses, apart by commas`,
    );
  }
  return server && from !== null ? { server, from, to } : null;
}

function parseSmtp(value: string): SmtpServer | null {
  const url = URL.parse(value);
  if (!url?.hostname || !/^smtps?:$/.test(url.protocol)) return null;
  if (url.search || url.hash || !/^\/?$/.test(url.pathname)) return null;
  const secure = url.protocol === 'smtps:';
  try {
    const auth = url.username
      ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
      : null;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return { host, port: Number(url.port) || (secure ? 465 : 587), secure, auth };
  } catch {
    return null;
  }
}
