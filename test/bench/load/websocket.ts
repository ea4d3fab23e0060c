/**
 * A WebSocket client that costs next to nothing, because thousands of them share one process with two
 * cores between it and the server. Text frames only, as RFC 6455 has them; knows no Socket.IO.
 */
import { connect, type Socket } from 'node:net';

export interface WebSocketEvents {
  onText(text: string): void;
  /** Once, whatever ended it; also when it never opened. */
  onClose(): void;
}

export interface ClientSocket {
  send(text: string): void;
  /** Without the closing handshake: what a page that is left does to a server's eyes. */
  destroy(): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const FIN = 0x80;
const MASKED = 0x80;
const HEADERS_END = '\r\n\r\n';
/** 16 random bytes would only be there to keep caches honest. */
const KEY = 'AAAAAAAAAAAAAAAAAAAAAA==';

export interface Address {
  host: string;
  port: number;
}

export function openWebSocket(
  { host, port }: Address,
  headers: Readonly<Record<string, string>>,
  { onText, onClose }: WebSocketEvents,
): ClientSocket {
  const socket = connect({ host, port, noDelay: true });
  let isUpgraded = false;
  let rest: Buffer | null = null;

  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}:${port}\r\n` +
      `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${KEY}\r\n${lines.join('')}\r\n`,
  );
  socket.on('data', (chunk: Buffer) => {
    let data: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = null;
    if (!isUpgraded) {
      const end = data.indexOf(HEADERS_END);
      if (end < 0) {
        rest = data;
        return;
      }
      if (!data.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) return void socket.destroy();
      isUpgraded = true;
      data = data.subarray(end + HEADERS_END.length);
    }
    rest = readFrames(data, socket, onText);
  });
  socket.on('error', () => {});
  socket.once('close', onClose);
  return {
    send: (text) => void socket.write(frameOf(text)),
    destroy: () => void socket.destroy(),
  };
}

/** @returns what is left of a frame whose end has not come yet */
function readFrames(data: Buffer, socket: Socket, onText: (text: string) => void): Buffer | null {
  let at = 0;
  while (at + 2 <= data.length) {
    const first = data[at] ?? 0;
    let length = (data[at + 1] ?? 0) & 0x7f;
    let start = at + 2;
    if (length >= 126) {
      const bytes = length === 126 ? 2 : 8;
      if (start + bytes > data.length) break;
      length = bytes === 2 ? data.readUInt16BE(start) : Number(data.readBigUInt64BE(start));
      start += bytes;
    }
    if (start + length > data.length) break;
    const opcode = first & 0x0f;
    if (opcode === TEXT) onText(data.toString('utf8', start, start + length));
    else if (opcode === CLOSE) socket.destroy();
    else if (opcode === PING) socket.destroy(new Error('Engine.IO pings in text'));
    at = start + length;
  }
  return at === data.length ? null : data.subarray(at);
}

/** Masked by a key of zeros, which leaves the payload as it is and costs the server the same. */
function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : 4;
  const frame = Buffer.alloc(head + 4 + length);
  frame[0] = FIN | TEXT;
  if (head === 2) frame[1] = MASKED | length;
  else {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(length, 2);
  }
  frame.write(text, head + 4);
  return frame;
}
