/** Hands what Engine.IO sends over WebSocket to `frames.ts`, in place of a write for each packet. */
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { Frames } from './frames.ts';
import type { Connection, Unread } from './unread.ts';

interface Packet {
  type: string;
  data?: string;
}
const FRAMES = Symbol('frames');
/** What is used here of Engine.IO's transport, and of the socket of `ws` below it. */
interface WebSocketTransport extends EventEmitter {
  socket: { _socket: Duplex };
  parser: {
    encodePacket(packet: Packet, supportsBinary: boolean, done: (text: string) => void): void;
  };
  send(packets: readonly Packet[]): void;
  [FRAMES]: Frames;
}

const isWebSocket = (
  transport: Connection['transport'],
): transport is Connection['transport'] & WebSocketTransport => transport.name === 'websocket';

/** @param connection one that has just been opened, of any transport */
export function sendInFrames(connection: Connection & EventEmitter, unread: Partial<Unread>): void {
  const { transport } = connection;
  if (isWebSocket(transport)) replaceSend(transport, unread);
  else connection.once('upgrade', (next: WebSocketTransport) => replaceSend(next, unread));
}

function replaceSend(transport: WebSocketTransport, unread: Partial<Unread>): void {
  transport[FRAMES] = new Frames(transport.socket._socket, unread);
  transport.send = sendPackets;
}

/** It can always take more: how much a peer may leave unread is settled with the frames. */
function sendPackets(this: WebSocketTransport, packets: readonly Packet[]): void {
  const frames = this[FRAMES];
  const send = (text: string) => frames.send(text);
  for (const packet of packets) this.parser.encodePacket(packet, true, send);
  this.emit('drain');
}
