/**
 * Keeps a socket to the chat server up. Every handshake takes a fresh ticket, which only the loader
 * can get [AUTH-2], so each try goes: wait, ask for a ticket, open a socket. Knows nothing of
 * conversations.
 */
import type { VisitorFactsMap } from '../../protocol/sockets.ts';
import type { Answer, Body, Link, LinkStatus, RequestName } from './model/link.ts';
import { openSocket, type VisitorSocket } from './socket/visitor-socket.ts';

const TICKET_TIMEOUT_MS = 15_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;
/** Whether trying again cannot help, because the page itself has to change. */
export const isFinal = (code = ''): boolean =>
  /^(protocol_unsupported|origin_not_allowed|site_unknown)$/.test(code);

export interface ConnectionEvents {
  onStatus(status: LinkStatus): void;
  /** The server or the loader refuses for good; `message` is for a person. */
  onRefused(message: string): void;
  onConnect(): void;
  askTicket(): void;
  facts: VisitorFactsMap;
}

export interface Connection extends Link {
  /** A ticket came: connect with it. */
  useTicket(ticket: string): void;
  /** No ticket can be had now. */
  noTicket(refusal: { code: string; message: string }): void;
}

export function createConnection(
  api: string,
  protocol: number,
  events: ConnectionEvents,
): Connection {
  let socket: VisitorSocket | undefined;
  let attempts = 0;
  let isOnline = false;
  let wasOnline = false;
  /** Between asking for a ticket and the end of the handshake. */
  let isTrying = false;
  let isPollingFirst = false;
  /** Nothing more to try: the page is going away, or was refused for good. */
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout>;

  function later(act: () => void, ms: number) {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  }

  function askTicket() {
    isTrying = true;
    later(retry, TICKET_TIMEOUT_MS);
    events.askTicket();
  }

  function retry(refusal?: { code?: string; message?: string }) {
    isTrying = false;
    if (isStopped) return;
    if (refusal && isFinal(refusal.code)) {
      isStopped = true;
      clearTimeout(timer);
      return events.onRefused(refusal.message ?? '');
    }
    tellDown();
    const step = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** attempts++);
    later(askTicket, step / 2 + (Math.random() * step) / 2);
  }

  function tellDown() {
    if (isOnline) return;
    events.onStatus(navigator.onLine ? (wasOnline ? 'reconnecting' : 'connecting') : 'offline');
  }

  /** Something suggests that it would work now: no more waiting. */
  function wake() {
    if (isOnline || isTrying || isStopped || document.visibilityState === 'hidden') return;
    attempts = 0;
    askTicket();
  }

  addEventListener('online', wake);
  addEventListener('offline', tellDown);
  document.addEventListener('visibilitychange', wake);
  // An open socket would keep the merchant's page out of the back/forward cache.
  addEventListener('pagehide', () => {
    const wasStopped = isStopped;
    isStopped = true;
    isTrying = false;
    clearTimeout(timer);
    socket?.close();
    isStopped = wasStopped;
  });
  addEventListener('pageshow', ({ persisted }) => persisted && wake());

  return {
    useTicket(ticket) {
      if (isOnline || isStopped) return;
      clearTimeout(timer);
      isTrying = true;
      socket = openSocket(api, { protocol, ticket }, isPollingFirst, {
        onOpen() {
          attempts = 0;
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
          // What never opened may open the other way round.
          if (!isOnline && !refusal) isPollingFirst = !isPollingFirst;
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
