/**
 * What a peer has been sent and has not read. A peer that stops reading but goes on asking would
 * have the server keep every answer, so it is cut off; an honest one comes back and reads the log
 * from its cursor [LIMIT-1] [LOG-5]. WebSockets are cut off by `frames.ts`, where all their bytes
 * pass; here is long-polling, whose bytes wait for a poll or in the response to an earlier one.
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import type { UnreadTotal } from './unread-total.ts';

/** A few pages of the log. One frame more than this may be held: who is over it gets no other. */
export const UNREAD_MAX_BYTES = 1_048_576;

/** Beside each peer's own bound. */
export interface Unread {
  total: Pick<UnreadTotal, 'note'>;
  /** A peer was cut off for what it alone has not read. */
  onCut(): void;
}

/** What is used here of a connection of Engine.IO. */
export interface Connection {
  transport: { name: string };
}
export interface NewConnection extends Connection, EventEmitter {
  transport: EventEmitter & { name: string };
  close(discard: boolean): void;
}

/** Long-polling connections alone: there are few, and an idle WebSocket should cost little. */
const pollers = new WeakMap<Connection, () => number>();

export function unreadBytes(connection: Connection): number {
  const { transport } = connection;
  if (isWebSocket(transport)) return transport.socket.bufferedAmount;
  return pollers.get(connection)?.() ?? 0;
}

const isWebSocket = (
  transport: Connection['transport'],
): transport is Connection['transport'] & { socket: { bufferedAmount: number } } =>
  transport.name === 'websocket';

/** @param connection one that has just been opened, of any transport */
export function limitPolling(
  connection: NewConnection,
  { total, onCut }: Partial<Unread> = {},
): void {
  const { transport } = connection;
  if (transport.name !== 'polling') return;
  /** For the next poll, in characters; nearly all are one byte. */
  let waiting = 0;
  /** A client keeps one or two; an attacker takes a new one for each poll. */
  const sockets = new Set<NetSocket>();

  function unread(): number {
    let bytes = waiting;
    for (const socket of sockets) {
      if (socket.destroyed || socket.writableLength === 0) sockets.delete(socket);
      bytes += socket.writableLength;
    }
    return bytes;
  }

  const slow = {
    get writableLength() {
      return unread();
    },
    destroy() {
      waiting = 0;
      connection.close(true);
      for (const socket of sockets) socket.destroy();
    },
  };

  function onPacket({ data }: { data?: string | Buffer }): void {
    if (unread() > UNREAD_MAX_BYTES) {
      slow.destroy();
      onCut?.();
    }
    waiting += data?.length ?? 0;
    total?.note(slow);
  }
  const onFlush = () => {
    waiting = 0;
  };
  const onHeaders = (_headers: unknown, { socket }: IncomingMessage) => void sockets.add(socket);

  pollers.set(connection, unread);
  connection.on('packetCreate', onPacket).on('flush', onFlush);
  transport.on('headers', onHeaders);
  connection.once('upgrade', () => {
    connection.off('packetCreate', onPacket).off('flush', onFlush);
  });
}
