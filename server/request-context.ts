/**
 * Which request the code is running for, so that every line of the log that is written on its way
 * names it: in the routes, the actions, the calls to Stripe. An id that nobody logs is never made.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { redactCards } from '../protocol/card-guard.ts';

interface RequestContext {
  /** `null` until somebody wants it. */
  requestId: string | null;
  /** Of a socket's request. */
  socketId?: string;
}

const ID_BYTES = 9;
/** Long enough for a UUID and for what proxies make, and nothing that could be a word of anybody. */
const ID = /^[A-Za-z0-9-]{8,64}$/;
const storage = new AsyncLocalStorage<RequestContext>();

export const newRequestId = (): string => randomBytes(ID_BYTES).toString('base64url');

/** The id that came with a request, if it may stand in a log, else a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  const isSafe = typeof given === 'string' && ID.test(given) && redactCards(given).count === 0;
  return isSafe ? given : newRequestId();
}

export const inRequest = <T>(context: RequestContext, run: () => T): T => storage.run(context, run);

/** For the log: what its line is about, or nothing outside of requests. */
export function aboutRequest(): { requestId?: string; socketId?: string } {
  const context = storage.getStore();
  if (!context) return {};
  context.requestId ??= newRequestId();
  const { requestId, socketId } = context;
  return socketId === undefined ? { requestId } : { requestId, socketId };
}
