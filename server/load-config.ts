/**
 * How much one process takes on before it says `busy` [LIMIT-4], how it ends, and who may ask how it
 * is doing. The defaults are those of a small machine: two cores and two gigabytes. Pure.
 */

/** Bounds of one process. Past each the newest is refused, having changed nothing. */
export interface LoadLimits {
  connections: number;
  connectionsPerAddress: number;
  /** Connections that have not shown a ticket or an agent's session yet. */
  strangers: number;
  strangersPerAddress: number;
  /** Connections begun by one address, however short they are. */
  handshakesPerMinute: number;
  /** Of sockets, answered or not yet. */
  requests: number;
  /** Of visitors of one site. */
  requestsPerSite: number;
  httpRequests: number;
  /** Entries that wait for their commit. */
  waitingMessages: number;
  messagesPerSecondPerSite: number;
  sessionsPerSecondPerSite: number;
  /** What all peers together have been sent and have not read. */
  unreadBytes: number;
  /** How late the event loop may be, for longer than a moment, before handshakes are refused. */
  lagMs: number;
}

export interface DrainConfig {
  /** Between saying that it is not ready and refusing, for a balancer to take notice. */
  delayMs: number;
  /** Over how long at most the sockets are closed. */
  spreadMs: number;
}

/** Where `/metrics` is answered, apart from everything that visitors reach. */
export interface MetricsConfig {
  port: number;
  host: string;
  /** Bearer token; required where others than this machine can ask. */
  token: string | null;
}

type Read = (name: string) => string | null;
type Integer = (name: string, fallback: number, range: readonly [number, number]) => number;

const TOKEN_MIN_LENGTH = 16;
const MEBIBYTE = 1_048_576;
const MAX_COUNT = 1e9;

export function parseLoad(integer: Integer): LoadLimits {
  const count = (name: string, fallback: number) => integer(name, fallback, [1, MAX_COUNT]);
  return {
    connections: count('LIMIT_CONNECTIONS', 20_000),
    connectionsPerAddress: count('LIMIT_CONNECTIONS_PER_ADDRESS', 1000),
    strangers: count('LIMIT_STRANGERS', 2000),
    strangersPerAddress: count('LIMIT_STRANGERS_PER_ADDRESS', 200),
    handshakesPerMinute: count('LIMIT_HANDSHAKES_PER_MINUTE', 1200),
    requests: count('LIMIT_REQUESTS', 5000),
    requestsPerSite: count('LIMIT_SITE_REQUESTS', 2500),
    httpRequests: count('LIMIT_HTTP_REQUESTS', 1000),
    waitingMessages: count('LIMIT_WAITING_MESSAGES', 5000),
    messagesPerSecondPerSite: count('LIMIT_SITE_MESSAGES_PER_SECOND', 2000),
    sessionsPerSecondPerSite: count('LIMIT_SITE_SESSIONS_PER_SECOND', 1000),
    unreadBytes: integer('LIMIT_UNREAD_MIB', 64, [1, 1_000_000]) * MEBIBYTE,
    lagMs: count('LIMIT_LAG_MS', 1000),
  };
}

export const parseDrain = (integer: Integer): DrainConfig => ({
  delayMs: integer('DRAIN_DELAY_MS', 0, [0, 600_000]),
  spreadMs: integer('DRAIN_SPREAD_MS', 3000, [0, 600_000]),
});

export function parseMetrics(
  text: Read,
  integer: Integer,
  problems: string[],
): MetricsConfig | null {
  const token = text('METRICS_TOKEN');
  const host = text('METRICS_HOST') ?? '127.0.0.1';
  if (text('METRICS_PORT') === null) {
    if (token !== null) problems.push('METRICS_TOKEN is set without METRICS_PORT');
    return null;
  }
  if (token !== null && token.length < TOKEN_MIN_LENGTH) {
    problems.push(`METRICS_TOKEN must have at least ${TOKEN_MIN_LENGTH} characters`);
  }
  if (token === null && !/^(localhost|127\.0\.0\.1|::1)$/.test(host)) {
    problems.push('METRICS_HOST other than this machine needs METRICS_TOKEN, or anybody could ask');
  }
  return { port: integer('METRICS_PORT', 0, [0, 65_535]), host, token };
}
