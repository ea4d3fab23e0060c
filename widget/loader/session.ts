/**
 * Asks for a session, and so for a ticket for one socket handshake [AUTH-2]. Asked for on the page,
 * so that the server sees the merchant's true `Origin`. Owns the visitor's token. When to ask again
 * is the frame's affair, which knows how it went.
 */
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { remember, remembered } from './memory.ts';
import { type Answer, place, request } from './server.ts';
import { parse, type Shaped } from './shape.ts';
import { EMAIL, NAME, SESSION } from './shapes.ts';
import { locale } from './tag.ts';

type Session = Answer<Shaped<typeof SESSION>>;

let identity: Bulkhead.Identity | undefined;

/** Of the visitor who is here now; aborted when they are forgotten. */
export let visit = new AbortController();
let pending: Promise<Session> | undefined;

/** Takes what is well formed of it, and returns that. */
export function setIdentity(known: unknown): Bulkhead.Identity {
  identity = { ...parse(known, { name: NAME }), ...parse(known, { email: EMAIL }) };
  return identity;
}

/** Whatever is under way for this visitor ends, and nobody hears its answer. */
export function endVisit(): void {
  visit.abort();
  visit = new AbortController();
  identity = pending = undefined;
}

const ask = () =>
  request('session', SESSION, {
    protocol: PROTOCOL_VERSION,
    token: remembered().token || undefined,
    locale,
    identity,
    ...place(),
  });

async function openSession(): Promise<Session> {
  const { signal } = visit;
  /** An answer for a visitor who is gone would make the next one that visitor: it never comes. */
  const current = <Value>(value: Value) => (signal.aborted ? new Promise<never>(() => {}) : value);
  let answer = await ask().then(current);
  if (/^token/.test(answer.error?.code ?? '')) {
    // The visitor of that token is gone, and the conversation with them.
    remember({ token: '', conversation: false });
    answer = await ask().then(current);
  }
  const { data } = answer;
  if (data) remember({ token: data.token });
  return answer;
}

/** Each ticket is good for one handshake; one that was asked for ahead of time is given away first. */
export function getTicket(isAhead?: boolean): Promise<Session> {
  const session = pending ?? openSession();
  pending = isAhead ? session : undefined;
  return session;
}
