/**
 * One connection to a namespace: the Socket.IO protocol, version 5, with acks. What comes and goes may
 * be tampered with, which is how the checker is tried on servers that do what they must not.
 */
import { openLongPolling } from './long-polling.ts';
import type { Outcome } from './outcome.ts';
import type { Tampering } from './tampering.ts';
import { openWebSocket, type Pipe } from './web-socket.ts';

export interface Link {
  /** `null`: no answer, and none will come. */
  request(event: string, body: unknown): Promise<Outcome | null>;
  readonly isOver: boolean;
  /** Whether it ended because nothing came for too long. */
  readonly wasSilent: boolean;
  /** As a tab that crashes, or a cable that is pulled. */
  drop(): void;
  readonly ended: Promise<void>;
}

export interface LinkOptions {
  base: string;
  namespace: '/visitor' | '/agent';
  headers: Record<string, string>;
  auth: Record<string, unknown>;
  polling?: boolean;
  /** How many times as long as usual to wait: more on a machine that was too slow before. */
  patience?: number;
  tampering: Tampering | null;
  onFact(event: string, body: unknown): void;
}

/** Shorter than a browser's, which has patience [SEND-5]; the server need not know. */
const ANSWER_TIMEOUT_MS = 5_000;
const OPEN_TIMEOUT_MS = 5_000;
const LOOK_EVERY_MS = 500;

export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Nothing came for too long. */
export class Silence extends Error {}

/** Of a link, or of a request over HTTP. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Silence || (error instanceof DOMException && error.name === 'TimeoutError');

/** @throws Refused, or another error where there was no connection */
export function openLink(options: LinkOptions): Promise<Link> {
  const { base, namespace, headers, auth, tampering, onFact, patience = 1 } = options;
  const waiting = new Map<number, { since: number; settle(outcome: Outcome | null): void }>();
  const prefix = `${namespace},`;
  const { promise, resolve, reject } = Promise.withResolvers<Link>();
  const { promise: ended, resolve: noteEnd } = Promise.withResolvers<void>();
  let count = 0;
  let isOpen = false;
  let isOver = false;
  let wasSilent = false;
  let pipe: Pipe | null = null;
  const openingSince = performance.now();
  const looking = setInterval(look, LOOK_EVERY_MS);

  /** [SYNC-2] Whoever waits too long for an answer takes the connection for dead. */
  function look(): void {
    const now = performance.now();
    const [oldest] = waiting.values();
    const isUnanswered = oldest && now - oldest.since > ANSWER_TIMEOUT_MS * patience;
    const isUnopened = !isOpen && now - openingSince > OPEN_TIMEOUT_MS * patience;
    if (!isUnanswered && !isUnopened) return;
    wasSilent = true;
    end(new Silence());
  }

  function end(error?: Error): void {
    if (isOver) return;
    isOver = true;
    clearInterval(looking);
    pipe?.drop();
    for (const { settle } of waiting.values()) settle(null);
    waiting.clear();
    reject(error ?? new Error('No connection'));
    noteEnd();
  }

  function receiveEvent(json: string): void {
    const [event, body] = JSON.parse(json) as [string, unknown];
    const facts = tampering ? tampering.fact({ namespace, event, body }) : [body];
    for (const fact of facts) onFact(event, fact);
  }

  function receiveAck(rest: string): void {
    const start = rest.indexOf('[');
    const id = Number(rest.slice(0, start));
    const asked = waiting.get(id);
    waiting.delete(id);
    asked?.settle((JSON.parse(rest.slice(start)) as [Outcome])[0]);
  }

  function receive(packet: string): void {
    if (packet === '2') pipe?.send('3');
    else if (packet.startsWith('0')) pipe?.send(`40${prefix}${JSON.stringify(auth)}`);
    else if (packet.startsWith(prefix, 2)) receiveOwn(packet);
    else if (packet.startsWith('1')) end();
  }

  function receiveOwn(packet: string): void {
    const rest = packet.slice(2 + prefix.length);
    const type = packet.slice(0, 2);
    if (type === '42') receiveEvent(rest);
    else if (type === '43') receiveAck(rest);
    else if (type === '44') {
      end(new Refused((JSON.parse(rest) as { data?: { code?: string } }).data?.code ?? 'unknown'));
    } else if (type === '40') {
      isOpen = true;
      resolve(link);
    } else end();
  }

  async function request(event: string, given: unknown): Promise<Outcome | null> {
    const body = tampering ? tampering.request({ namespace, event, body: given }) : given;
    if (isOver || !pipe) return null;
    const id = count++;
    const outcome = await new Promise<Outcome | null>((settle) => {
      waiting.set(id, { since: performance.now(), settle });
      pipe?.send(`42${prefix}${id}${JSON.stringify([event, body])}`);
    });
    if (!tampering || !outcome) return outcome;
    return tampering.answer({ namespace, event, body: given }, outcome);
  }

  const link: Link = {
    request,
    get isOver() {
      return isOver;
    },
    get wasSilent() {
      return wasSilent;
    },
    drop: () => end(),
    ended,
  };
  const events = { onText: receive, onEnd: () => end() };
  pipe = options.polling
    ? openLongPolling(base, headers, events)
    : openWebSocket(`${base}/socket.io/?EIO=4&transport=websocket`, headers, events);
  return promise;
}
