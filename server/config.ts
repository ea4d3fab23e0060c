/**
 * The environment, read once into one typed value. Everything that is wrong is said together, in
 * words that name the variable, before anything is opened. Knows only what is pure.
 */
import { join, resolve } from 'node:path';
import { isCurrency } from '../protocol/currencies.ts';
import { type AlertConfig, parseAlerts } from './alert-config.ts';
import {
  type DrainConfig,
  type LoadLimits,
  type MetricsConfig,
  parseDrain,
  parseLoad,
  parseMetrics,
} from './load-config.ts';

export interface StripeConfig {
  secretKey: string;
  webhookSecret: string;
  /** Origin of Stripe's API; another one only for a stand-in. */
  apiBase: string;
}

/** Per address or per socket. Generous for people, in the way of floods. */
export interface Limits {
  sessionsPerMinute: number;
  reportsPerMinute: number;
  /** Wrong sign-ins per address, and per e-mail, within `SIGN_IN_WINDOW_MS`. */
  signInTries: number;
  visitorRequestsPerSecond: number;
  visitorRequestsBurst: number;
  /** Payments opened and tries that failed, per address [PAY-10]. */
  paymentTriesPerHour: number;
  /** Looks at whether somebody was affected by what a notice tells, per address [NOTICE-2]. */
  noticeChecksPerMinute: number;
}

export interface Config {
  /** 0 takes any free port. */
  port: number;
  host: string;
  /** Origin under which browsers reach this server; `null` means `http://localhost:<port>`. */
  publicUrl: string | null;
  dataDir: string;
  /** What several processes on one database share; null is one process. May hold a password. */
  redisUrl: string | null;
  /** `postgres://…`, with a password: said to nobody. `null` keeps everything in the data directory. */
  databaseUrl: string | null;
  /** `null`: made on the first start and kept in the data directory. */
  secret: string | null;
  logLevel: LogLevel;
  /** Whether `X-Forwarded-For` is believed, and of whom: a hop count or a list of addresses. */
  trustProxy: boolean | number | string;
  stripe: StripeConfig | null;
  /** Whom the operator hears of incidents by [REPORT-3]. */
  alerts: AlertConfig;
  /** Where the ledger's heads go [LEDGER-3]; `null` keeps them here alone. */
  witnessUrl: string | null;
  /** In which currency the console's payment form starts. */
  currency: string;
  /** Published releases, which are served once there are any; only `npm run release` writes there. */
  releasesDir: string;
  /** Built files: `<version>/<file>` with `manifest.json`, and the console. */
  embedDir: string;
  consoleDir: string;
  limits: Limits;
  load: LoadLimits;
  drain: DrainConfig;
  /** `null`: nobody can ask. */
  metrics: MetricsConfig | null;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const DEFAULT_PORT = 4000;
const SECRET_MIN_LENGTH = 32;

/** Thrown with every complaint at once; `message` is for the person at the terminal. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Bulkhead cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

const ROOT = resolve(import.meta.dirname, '..');

/** @throws ConfigError */
export function parseConfig(env: Environment, root: string = ROOT): Config {
  const problems: string[] = [];
  const text = (name: string) => env[name]?.trim() || null;

  const integer = (name: string, fallback: number, [min, max]: readonly [number, number]) => {
    const value = text(name);
    if (value === null) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    problems.push(`${name} must be a whole number from ${min} to ${max}`);
    return fallback;
  };

  const origin = (name: string) => {
    const value = text(name);
    if (value === null) return null;
    const url = URL.parse(value);
    if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
    problems.push(`${name} must be an origin such as https://chat.example, without a path`);
    return null;
  };

  const witnessUrl = () => {
    const value = text('BULKHEAD_WITNESS_URL');
    if (value === null || isPrivateAddress(value)) return value;
    problems.push('BULKHEAD_WITNESS_URL must be an https:// address (http:// on this machine)');
    return null;
  };

  const redisUrl = () => {
    const value = text('REDIS_URL');
    if (value === null) return null;
    const url = URL.parse(value);
    if (!url || !/^rediss?:$/.test(url.protocol) || !url.hostname) {
      problems.push('REDIS_URL must be such as redis://user:password@host:6379/0, or rediss://');
    }
    if (text('DATABASE_URL') === null) {
      problems.push('REDIS_URL needs DATABASE_URL: SQLite is one process, several share Postgres');
    }
    if (text('BULKHEAD_SECRET') === null) {
      problems.push(
        'REDIS_URL needs BULKHEAD_SECRET, the same for every process: each would make its own',
      );
    }
    return value;
  };

  const databaseUrl = () => {
    const value = text('DATABASE_URL');
    if (value === null || isDatabaseUrl(value)) return value;
    problems.push('DATABASE_URL must look like postgres://user:password@host:5432/database');
    return null;
  };

  const logLevel = () => {
    const level = text('LOG_LEVEL') ?? 'info';
    const known = LOG_LEVELS.find((candidate) => candidate === level);
    if (!known) problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
    return known ?? 'info';
  };

  const secret = text('BULKHEAD_SECRET');
  if (secret !== null && secret.length < SECRET_MIN_LENGTH) {
    problems.push(`BULKHEAD_SECRET must have at least ${SECRET_MIN_LENGTH} characters`);
  }
  const currency = text('BULKHEAD_CURRENCY') ?? 'EUR';
  if (!isCurrency(currency)) {
    problems.push('BULKHEAD_CURRENCY must be an upper-case ISO 4217 code such as EUR');
  }

  const dataDir = resolve(root, text('BULKHEAD_DATA') ?? 'data');
  const config: Config = {
    port: integer('PORT', DEFAULT_PORT, [0, 65_535]),
    host: text('HOST') ?? '127.0.0.1',
    publicUrl: origin('PUBLIC_URL'),
    dataDir,
    redisUrl: redisUrl(),
    databaseUrl: databaseUrl(),
    secret,
    logLevel: logLevel(),
    trustProxy: parseTrustProxy(text('TRUST_PROXY')),
    stripe: parseStripe({
      secretKey: text('STRIPE_SECRET_KEY'),
      webhookSecret: text('STRIPE_WEBHOOK_SECRET'),
      apiBase: origin('STRIPE_API_BASE') ?? 'https://api.stripe.com',
      problems,
    }),
    alerts: parseAlerts(text, problems),
    witnessUrl: witnessUrl(),
    currency,
    releasesDir: resolve(root, text('BULKHEAD_RELEASES') ?? join(dataDir, 'releases')),
    embedDir: resolve(root, 'dist/embed'),
    consoleDir: resolve(root, 'dist/console'),
    limits: {
      sessionsPerMinute: integer('LIMIT_SESSIONS_PER_MINUTE', 120, [1, 1e9]),
      reportsPerMinute: integer('LIMIT_REPORTS_PER_MINUTE', 30, [1, 1e9]),
      signInTries: integer('LIMIT_SIGN_IN_TRIES', 10, [1, 1e9]),
      visitorRequestsPerSecond: integer('LIMIT_VISITOR_REQUESTS_PER_SECOND', 10, [1, 1e9]),
      visitorRequestsBurst: integer('LIMIT_VISITOR_REQUESTS_BURST', 60, [1, 1e9]),
      paymentTriesPerHour: integer('LIMIT_PAYMENT_TRIES_PER_HOUR', 60, [1, 1e9]),
      noticeChecksPerMinute: integer('LIMIT_NOTICE_CHECKS_PER_MINUTE', 30, [1, 1e9]),
    },
    load: parseLoad(integer),
    drain: parseDrain(integer),
    metrics: parseMetrics(text, integer, problems),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** What cannot be read as an address would be shown in an error of the driver, with its password. */
export function isDatabaseUrl(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) return false;
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** Plain HTTP stays on this machine. */
function isPrivateAddress(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.username || url.password) return false;
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
}

function parseTrustProxy(value: string | null): boolean | number | string {
  if (value === null || value === 'false') return false;
  if (value === 'true') return true;
  return /^\d+$/.test(value) ? Number(value) : value;
}

interface StripeVariables {
  secretKey: string | null;
  webhookSecret: string | null;
  apiBase: string;
  problems: string[];
}

/** Without a key the chat runs and payments are off; half a setup is a mistake and is refused. */
function parseStripe(given: StripeVariables): StripeConfig | null {
  const { secretKey, webhookSecret, apiBase, problems } = given;
  if (secretKey === null && webhookSecret === null) return null;
  if (secretKey === null) {
    problems.push('STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY');
    return null;
  }
  if (!/^[sr]k_/.test(secretKey)) {
    problems.push('STRIPE_SECRET_KEY must begin with sk_ or rk_ (a restricted key is better)');
  }
  if (webhookSecret === null) {
    problems.push('STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET, or no payment is ever confirmed');
    return null;
  }
  return { secretKey, webhookSecret, apiBase };
}
