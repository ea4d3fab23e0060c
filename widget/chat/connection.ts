/**
 * Keeps a socket to the chat server up. Every handshake takes a fresh ticket, which only the loader
 * can get [AUTH-2], so each try goes: wait, ask for a ticket, open a socket. Knows nothing of
 * conversations.
 */
import type { Refused } from '../../protocol/back-off.ts';
import { createBackOff } from '../../protocol/back-off-timer.ts';
import type { VisitorFactsMap } from '../../protocol/sockets.ts';
import type { Answer, Body, Link, LinkStatus, RequestName } from './model/link.ts';
import { openSocket, type VisitorSocket } from './socket/visitor-socket.ts';

/** Longer than the loader waits for the server's answer. */
const TICKET_TIMEOUT_MS = 20_000;
/** Where a WebSocket has worked before, long-polling is tried after so many failures. */
const FAILURES_TO_POLL = 3;
/** Whether trying again cannot help, because the page itself has to change. */
export const isFinal = (code = ''): boolean =>
  /^(protocol_unsupported|origin_not_allowed|site_unknown)$/.test(code);

export interface ConnectionEvents {
  /** @param words the server's own, where it asks for patience */
  onStatus(status: LinkStatus, words?: string): void;
  /** The server or the loader refuses for good; `message` is for a person. */
  onRefused(message: string): void;
  onConnect(): void;
  /** A connection that looks alive may have missed something: ask, and see [SYNC-2]. */
  onDoubt(): void;
  askTicket(): void;
  facts: VisitorFactsMap;
}

export interface Connection extends Link {
  /** A ticket came: connect with it. */
  useTicket(ticket: string): void;
  /** No ticket can be had now. */
  noTicket(refusal: Refused): void;
}

export function createConnection(
  api: string,
  protocol: number,
  events: ConnectionEvents,
): Connection {
  const backOff = createBackOff();
  let socket: VisitorSocket | undefined;
  let failures = 0;
  let isOnline = false;
  let wasOnline = false;
  /** Between asking for a ticket and the end of the handshake. */
  let isTrying = false;
  /** Nothing more to try: the page is going away, or was refused for good. */
  let isStopped = false;
  let ticketTimer: ReturnType<typeof setTimeout>;
  /** Why there is no connection, in the server's words, while it asks for patience. */
  let words: string | undefined;

  function askTicket() {
    isTrying = true;
    clearTimeout(ticketTimer);
    ticketTimer = setTimeout(retry, TICKET_TIMEOUT_MS);
    events.askTicket();
  }

  function retry(refusal?: Refused) {
    clearTimeout(ticketTimer);
    isTrying = false;
    if (isStopped || isOnline) return;
    if (isFinal(refusal?.code)) {
      isStopped = true;
      return events.onRefused(refusal?.message ?? '');
    }
    failures++;
    words = /^(busy|rate_limited)$/.test(refusal?.code ?? '') ? refusal?.message : undefined;
    tellDown();
    backOff.later(askTicket, refusal);
  }

  function tellDown() {
    if (isOnline) return;
    const isCutOff = !navigator.onLine;
    const status = isCutOff ? 'offline' : wasOnline ? 'reconnecting' : 'connecting';
    events.onStatus(status, isCutOff ? undefined : words);
  }

  /** Something suggests that it would work now, or that what seemed to work does no longer. */
  function wake() {
    if (document.visibilityState === 'hidden') return;
    socket?.check();
    if (isOnline) return events.onDoubt();
    if (isTrying || isStopped) return;
    backOff.reset();
    askTicket();
  }

  addEventListener('online', wake);
  addEventListener('offline', () => {
    socket?.close();
    tellDown();
  });
  document.addEventListener('visibilitychange', wake);
  // An open socket would keep the merchant's page out of the back/forward cache.
  addEventListener('pagehide', () => {
    const wasStopped = isStopped;
    isStopped = true;
    isTrying = false;
    clearTimeout(ticketTimer);
    backOff.cancel();
    socket?.close();
    isStopped = wasStopped;
  });
  addEventListener('pageshow', ({ persisted }) => persisted && wake());

  return {
    useTicket(ticket) {
      if (isOnline || isStopped) return;
      clearTimeout(ticketTimer);
      backOff.cancel();
      isTrying = true;
      const canPoll = !wasOnline || failures >= FAILURES_TO_POLL;
      socket = openSocket(api, { protocol, ticket }, canPoll, {
        onOpen() {
          backOff.reset();
          failures = 0;
          isTrying = false;
          isOnline = true;
          wasOnline = true;
          events.onStatus('online');
          events.onConnect();
        },
        onFact(name, fact) {
          const listeners: Record<string, ((fact: never) => void) | undefined> = {
            ...events.facts,
          };
          listeners[name]?.(fact as never);
        },
        onEnd(refusal) {
          isOnline = false;
          retry(refusal);
        },
      });
    },
    noTicket: retry,
    request: async <N extends RequestName>(name: N, body: Body<N>) =>
      (await socket?.request(name, body)) as Answer<N> | undefined,
  };
}
