/**
 * An expected refusal on its way out: thrown where it is found, turned into the wire's refusal at
 * one boundary, `toRefusal` [ERR-1] [ERR-4]. Whatever else is thrown becomes `internal` there, and
 * its cause stays in the server's log.
 */
import { type ErrorCode, type Outcome, type Refusal, refuse } from '../protocol/errors.ts';
import { isStoreOutage } from './store/outage.ts';

interface AppErrorOptions extends ErrorOptions {
  /** When trying again makes sense, in milliseconds from now. */
  retryAfterMs?: number;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Before a store that was away or full is asked again. */
const OUTAGE_RETRY_MS = 5000;

export interface Refused {
  outcome: { ok: false; error: Refusal };
  /** Whether the log has to say what happened: true for every fault of our own. */
  unexpected: boolean;
}

export function toRefusal(error: unknown): Refused {
  if (error instanceof AppError) {
    return {
      outcome: refuse(error.code, error.retryAfterMs),
      unexpected: error.code === 'internal',
    };
  }
  if (isStoreOutage(error)) {
    return { outcome: refuse('unavailable', OUTAGE_RETRY_MS), unexpected: true };
  }
  return { outcome: refuse('internal'), unexpected: true };
}

export const refusalOf = refuse;

export const accept = <T>(data: T): Outcome<T> => ({ ok: true, data });
