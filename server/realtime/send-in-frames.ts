/** Hands what Engine.IO sends over WebSocket to `frames.ts`, in place of a write for each packet. */
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { joinFrames } from './frames.ts';
import type { Connection, Unread } from './unread.ts';

interface Packet {
  type: string;
  data?: string;
}
/** What is used here of Engine.IO's transport, and of the socket of `ws` below it. */
interface WebSocketTransport extends EventEmitter {
  socket: { _socket: Duplex };
  parser: {
    encodePacket(packet: Packet, supportsBinary: boolean, done: (text: string) => void): void;
  };
  send(packets: readonly Packet[]): void;
}

const isWebSocket = (
  transport: Connection['transport'],
): transport is Connection['transport'] & WebSocketTransport => transport.name === 'websocket';

/** @param connection one that has just been opened, of any transport */
export function sendInFrames(connection: Connection & EventEmitter, unread: Partial<Unread>): void {
  const take = (transport: Connection['transport']) => {
    if (isWebSocket(transport)) replaceSend(transport, unread);
  };
  take(connection.transport);
  connection.once('upgrade', take);
}

function replaceSend(transport: WebSocketTransport, unread: Partial<Unread>): void {
  const { encodePacket } = transport.parser;
  const sendText = joinFrames(transport.socket._socket, unread);
  // It can always take more: how much a peer may leave unread is settled with the frames.
  transport.send = (packets) => {
    for (const packet of packets) encodePacket(packet, true, sendText);
    transport.emit('drain');
  };
}
