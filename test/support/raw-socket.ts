/** A peer below every client library: bytes on a TCP connection, and WebSocket frames made by hand. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface RawSocket {
  socket: Socket;
  /** Everything that came, as text; nothing of it while it is paused. */
  received(): string;
  ended(): boolean;
  write(bytes: string | Buffer): void;
  /** Resolves once `marker` has come. */
  until(marker: string): Promise<void>;
  /** Resolves once the server has closed it. */
  untilEnded(): Promise<void>;
  close(): void;
}

export function openRaw(url: string, localAddress?: string): RawSocket {
  const { hostname, port } = new URL(url);
  const host = hostname === 'localhost' ? '127.0.0.1' : hostname;
  const socket = connect({ port: Number(port), host, ...(localAddress && { localAddress }) });
  let received = '';
  let ended = false;
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of waiting) check();
  };
  const end = () => {
    ended = true;
    look();
  };
  socket.on('error', end).on('close', end).on('end', end);
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    look();
  });
  const when = (isSo: () => boolean, orElse: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (isSo()) resolve();
        else if (ended) reject(new Error(`${orElse}; came: ${received.slice(-300)}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  return {
    socket,
    received: () => received,
    ended: () => ended,
    write: (bytes) => void socket.write(bytes),
    until: (marker) => when(() => received.includes(marker), `ended before ${marker}`),
    untilEnded: () => when(() => ended, ''),
    close: () => void socket.destroy(),
  };
}

interface FrameOptions {
  opcode?: number;
  isLast?: boolean;
  /** Of the payload that is announced, where it is another than what follows. */
  length?: number;
}

/** A client's frame, masked as RFC 6455 5.3 wants it, with a mask of zeros. */
export function frame(text: string | Buffer, options: FrameOptions = {}): Buffer {
  const { opcode = 1, isLast = true } = options;
  const payload = Buffer.from(text);
  const length = options.length ?? payload.length;
  const first = (isLast ? 0x80 : 0) | opcode;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (length >= 65_536) head.writeBigUInt64BE(BigInt(length), 2);
  else if (length >= 126) head.writeUInt16BE(length, 2);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

export const upgradeRequest = (path = '/socket.io/?EIO=4&transport=websocket'): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: chat',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    '\r\n',
  ].join('\r\n');

/** A WebSocket of Engine.IO's that has not said yet what it wants. */
export async function openStranger(url: string, localAddress?: string): Promise<RawSocket> {
  const raw = openRaw(url, localAddress);
  raw.write(upgradeRequest());
  await raw.until('0{');
  return raw;
}

/** @param ticket of a session; the socket joins the visitors' namespace */
export async function openJoined(url: string, ticket: string): Promise<RawSocket> {
  const raw = await openStranger(url);
  raw.write(frame(`40/visitor,${JSON.stringify({ protocol: 1, ticket })}`));
  await raw.until('40/visitor,{"sid"');
  return raw;
}
