/**
 * Structured logs: ids, codes and durations. Nothing of what people write, no token, ticket, cookie,
 * secret, e-mail address or query string is ever handed to the logger; `redact` and the serialisers
 * are the second line for what slips through in an error of somebody else's code.
 */
import { randomBytes } from 'node:crypto';
import { type DestinationStream, type Logger, pino } from 'pino';
import { redactCards } from '../protocol/card-guard.ts';
import type { LogLevel } from './config.ts';
import { aboutRequest } from './request-context.ts';

const HIDDEN_FIELDS = [
  'authorization',
  'client_secret',
  'clientSecret',
  'cookie',
  'email',
  'password',
  'secret',
  'text',
  'ticket',
  'token',
];

const SECRETS = [
  /\bbv1\.[\w.-]+/g,
  /\b[rs]k_\w+/g,
  /\bwhsec_[\w+/=]+/g,
  /\bpi_\w+_secret_\w+/g,
  /[\w.+-]+@[\w-]+\.[\w.-]+/g,
];

const clean = (text: string) =>
  SECRETS.reduce((left, pattern) => left.replace(pattern, '[removed]'), redactCards(text).text);

/** Type, code, cleaned message and where it happened. */
function toLoggedError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    message: clean(error.message),
    stack: frames?.join('\n'),
    ...(error.cause !== undefined && { cause: toLoggedError(error.cause) }),
  };
}

/** Tells the lines of several processes apart where they come together. */
const PROCESS_ID = randomBytes(4).toString('hex');

export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { name: 'bulkhead', process: PROCESS_ID },
    mixin: aboutRequest,
    redact: {
      paths: HIDDEN_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[removed]',
    },
    // Fastify hands over whole requests and replies; their URLs and headers stay out.
    serializers: {
      err: toLoggedError,
      req: (request: { method?: string }) => ({ method: request.method }),
      res: (reply: { statusCode?: number }) => ({ statusCode: reply.statusCode }),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
