/**
 * Keeps every byte that reaches one port of this process, from whoever connects there: the server's
 * own end of the wire, without the server knowing. WebSocket frames are unmasked.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { createClientStream } from './client-stream.ts';

export interface Arrivals {
  bytes(): Buffer;
  stop(): void;
}

/** Node announces each accepted connection here, once the server has taken it over. */
const ACCEPTED = 'net.server.socket';

/** Connections from before are not heard, so this comes before the first client. */
export function recordArrivals(port: number): Arrivals {
  const chunks: Buffer[] = [];
  const accept = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    if (socket.localPort !== port) return;
    const hear = createClientStream((bytes) => chunks.push(bytes));
    socket.on('data', hear);
  };
  subscribe(ACCEPTED, accept);
  return {
    bytes: () => Buffer.concat(chunks),
    stop: () => void unsubscribe(ACCEPTED, accept),
  };
}
