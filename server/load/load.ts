/**
 * How much is under way, and the refusal of more [LIMIT-4]: for the process, for each site so that a
 * flood on one leaves room for the others, and for each socket. Counts in plain numbers, since every
 * request passes here. Knows neither sockets nor what is asked.
 */
import { AppError } from '../app-error.ts';
import type { LoadLimits } from '../load-config.ts';
import type { Gauge } from '../metrics/meters.ts';
import { createPressure, type Pressure } from './pressure.ts';

/** What of one site is under way. */
export interface SiteLoad {
  running: number;
  messages: Allowance;
  sessions: Allowance;
}

/** One socket's part in it. */
export interface PeerLoad {
  running: number;
  /** For asking too often, less those that were forgiven since. */
  refusals: number;
  /** Takes nothing new: the server ends. */
  leaving: boolean;
  /** Called when nothing runs any more. */
  onIdle: (() => void) | null;
  /** `null` for agents, who serve them all. */
  site: SiteLoad | null;
}

export interface Load {
  peer(siteId: string | null): PeerLoad;
  /** @throws AppError `busy`, or `unavailable` once the peer is leaving */
  begin(peer: PeerLoad): void;
  end(peer: PeerLoad): void;
  /** A message of a visitor's. @throws AppError `busy` */
  admitMessage(peer: PeerLoad): void;
  /** @throws AppError `busy` */
  admitSession(siteId: string): void;
  /** @throws AppError `busy` while the process is late with everything */
  admitHandshake(): void;
  beginHttp(): boolean;
  endHttp(): void;
  readonly gauges: readonly Gauge[];
  close(): void;
}

/** A visitor's burst, and what an honest console asks for at once. */
const REQUESTS_PER_SOCKET = 200;
/** Of a site's messages and sessions, in seconds' worth. */
const BURST_S = 2;
/** Sends are refused later than handshakes. */
const SEND_LAG = 3;
const RETRY_AFTER_MS = 1000;
const RETRY_SPREAD_MS = 2000;

/** Not the same instant for everybody who is refused at once. */
export const busy = (): AppError =>
  new AppError('busy', {
    retryAfterMs: Math.round(RETRY_AFTER_MS + Math.random() * RETRY_SPREAD_MS),
  });

/** So many a second, and what was saved up for two. */
class Allowance {
  readonly #perSecond: number;
  #left: number;
  #filledAt = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * BURST_S;
  }

  take(now: number): boolean {
    const gained = ((now - this.#filledAt) * this.#perSecond) / 1000;
    this.#filledAt = now;
    this.#left = Math.min(this.#perSecond * BURST_S, this.#left + gained);
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

export function createLoad(limits: LoadLimits, pressure: Pressure = createPressure()): Load {
  const sites = new Map<string, SiteLoad>();
  let running = 0;
  let http = 0;

  function siteOf(siteId: string): SiteLoad {
    let site = sites.get(siteId);
    if (!site) {
      site = {
        running: 0,
        messages: new Allowance(limits.messagesPerSecondPerSite),
        sessions: new Allowance(limits.sessionsPerSecondPerSite),
      };
      sites.set(siteId, site);
    }
    return site;
  }

  return {
    peer: (siteId) => ({
      running: 0,
      refusals: 0,
      leaving: false,
      onIdle: null,
      site: siteId === null ? null : siteOf(siteId),
    }),

    begin(peer) {
      if (peer.leaving) throw new AppError('unavailable');
      const { site } = peer;
      if (
        running >= limits.requests ||
        peer.running >= REQUESTS_PER_SOCKET ||
        (site !== null && site.running >= limits.requestsPerSite)
      ) {
        throw busy();
      }
      running++;
      peer.running++;
      if (site !== null) site.running++;
    },
    end(peer) {
      running--;
      peer.running--;
      if (peer.site !== null) peer.site.running--;
      if (peer.running === 0) peer.onIdle?.();
    },

    admitMessage({ site }) {
      if (pressure.lagMs() > limits.lagMs * SEND_LAG) throw busy();
      if (site !== null && !site.messages.take(performance.now())) throw busy();
    },
    admitSession(siteId) {
      if (!siteOf(siteId).sessions.take(performance.now())) throw busy();
    },
    admitHandshake() {
      if (pressure.lagMs() > limits.lagMs) throw busy();
    },

    beginHttp() {
      if (http >= limits.httpRequests) return false;
      http++;
      return true;
    },
    endHttp: () => void http--,

    gauges: [
      {
        name: 'bulkhead_requests_running',
        help: 'Requests under way.',
        labels: ['surface'],
        read: () => [
          { labels: { surface: 'socket' }, value: running },
          { labels: { surface: 'http' }, value: http },
        ],
      },
      {
        name: 'bulkhead_event_loop_lag_seconds',
        help: 'Lateness of the event loop: the worst since the last look, and what is shed by.',
        labels: ['which'],
        read: () => [
          { labels: { which: 'worst' }, value: pressure.takeWorstMs() / 1000 },
          { labels: { which: 'sustained' }, value: pressure.lagMs() / 1000 },
        ],
      },
    ],
    close: pressure.close,
  };
}
