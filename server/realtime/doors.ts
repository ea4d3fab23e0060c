/**
 * Who may open a connection [LIMIT-4]: so many in all, so many from one address, and few who have not
 * shown yet who they are. What is past it is refused before Socket.IO knows of it, with the code in
 * the body; whoever is in stays unharmed. Knows connections and addresses, and no person.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../../protocol/errors.ts';
import type { AddressOf } from '../address.ts';
import { AppError, toRefusal } from '../app-error.ts';
import { networkOf } from '../http/network.ts';
import { HTTP_STATUS } from '../http/status.ts';
import { busy, type Load } from '../load/load.ts';
import type { LocalLimiter } from '../load/local-limiter.ts';
import type { LoadLimits } from '../load-config.ts';
import { countUp, type Meters } from '../metrics/meters.ts';

/** What is used here of Engine.IO's server and its connections. */
export interface Connection {
  readonly request: IncomingMessage;
  once(event: 'close', listener: (reason: string) => void): unknown;
  close(discard?: boolean): unknown;
}
export interface ConnectionServer {
  use(check: (request: IncomingMessage, response: unknown, next: () => void) => void): unknown;
  on(event: 'connection', listener: (connection: Connection) => void): unknown;
}

export interface Doors {
  /** It asks for a namespace. @throws AppError `bad_request` where it has one, or asks on and on */
  knock(connection: Connection): void;
  /** It has shown who it is. */
  admitted(connection: Connection): void;
  /** No new connections from now on. */
  shut(): void;
  isShut(): boolean;
}

interface DoorsDeps {
  limits: LoadLimits;
  load: Pick<Load, 'admitHandshake'>;
  /** Connections begun, by network. */
  handshakes: LocalLimiter;
  addressOf: AddressOf;
  meters: Meters;
}

/** Of one network: an IPv4 address or an IPv6 /64. */
interface Network {
  open: number;
  strangers: number;
}

/** A client whose ticket came too late tries with another. */
const MAX_KNOCKS = 5;
/** For a peer's part in closing a WebSocket; whoever does not play it keeps no connection. */
const CLOSE_WITHIN_MS = 2000;

/** As Engine.IO reads it: of several the last one counts, and an empty one asks for a new connection. */
const isOfConnection = ({ url = '' }: IncomingMessage): boolean =>
  Boolean(new URL(url, 'http://localhost').searchParams.getAll('sid').at(-1));

export function guardDoors(engine: ConnectionServer, deps: DoorsDeps): Doors {
  const { limits, load, handshakes, addressOf, meters } = deps;
  const networks = new Map<string, Network>();
  const strangers = new Map<Connection, { network: Network; knocks: number }>();
  let open = 0;
  let shut = false;
  const closed = new Map<string, number>();

  function check(request: IncomingMessage): void {
    if (shut) throw new AppError('unavailable');
    if (open >= limits.connections || strangers.size >= limits.strangers) throw busy();
    load.admitHandshake();
    const address = networkOf(addressOf(request));
    const network = networks.get(address);
    if (network) {
      if (network.open >= limits.connectionsPerAddress) throw busy();
      if (network.strangers >= limits.strangersPerAddress) throw busy();
    }
    handshakes.take(address);
  }

  engine.use((request, response, next) => {
    if (isOfConnection(request)) return next();
    try {
      check(request);
    } catch (error) {
      const { outcome } = toRefusal(error);
      countUp(meters.refused.handshake, outcome.error.code);
      return turnAway(request, response, outcome);
    }
    next();
  });

  function forget(connection: Connection): void {
    const stranger = strangers.get(connection);
    if (!stranger) return;
    strangers.delete(connection);
    stranger.network.strangers--;
  }

  engine.on('connection', (connection) => {
    const { socket, headers } = connection.request;
    const isWebSocket = headers.upgrade !== undefined;
    const address = networkOf(addressOf(connection.request));
    const network = networks.get(address) ?? { open: 0, strangers: 0 };
    networks.set(address, network);
    open++;
    network.open++;
    network.strangers++;
    strangers.set(connection, { network, knocks: 0 });
    connection.once('close', (reason) => {
      countUp(closed, reason);
      forget(connection);
      open--;
      network.open--;
      if (network.open === 0) networks.delete(address);
      // A poller's connection may be a proxy's, and carry somebody else's requests.
      if (isWebSocket) setTimeout(() => socket.destroy(), CLOSE_WITHIN_MS).unref();
    });
  });

  meters.gauges.push(
    {
      name: 'bulkhead_connections_unauthenticated',
      help: 'Connections that have not shown who they are.',
      read: () => [{ value: strangers.size }],
    },
    {
      name: 'bulkhead_connections_closed_total',
      help: 'Connections that ended, by the reason that Engine.IO gives.',
      labels: ['reason'],
      read: () => [...closed].map(([reason, value]) => ({ labels: { reason }, value })),
    },
  );

  return {
    knock(connection) {
      if (shut) throw new AppError('unavailable');
      const stranger = strangers.get(connection);
      if (stranger && ++stranger.knocks <= MAX_KNOCKS) return;
      connection.close();
      throw new AppError('bad_request');
    },
    admitted: forget,
    shut() {
      shut = true;
    },
    isShut: () => shut,
  };
}

/** Of an upgrade there is only the bare socket: its response is none of Node's. */
function turnAway(
  request: IncomingMessage,
  response: unknown,
  outcome: { ok: false; error: Refusal },
): void {
  const { code, retryAfterMs } = outcome.error;
  const body = JSON.stringify(outcome);
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
  };
  if (isResponse(response)) {
    response.writeHead(HTTP_STATUS[code], headers).end(body);
    return;
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  request.socket.end(`HTTP/1.1 ${HTTP_STATUS[code]} ${code}\r\n${head.join('')}\r\n${body}`);
}

const isResponse = (response: unknown): response is ServerResponse =>
  typeof response === 'object' && response !== null && 'headersSent' in response;
