/**
 * A WebSocket as small as the torture needs it (RFC 6455): text frames over one TCP connection that
 * can be dropped at any byte, without the closing handshake that a crashed tab does not make either.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

export interface Pipe {
  send(text: string): void;
  /** At once, without a goodbye. */
  drop(): void;
}
export interface PipeEvents {
  onText(text: string): void;
  /** Once, whatever the reason. */
  onEnd(): void;
}

const [CONTINUED, TEXT, CLOSE, PING, PONG] = [0, 1, 8, 9, 10] as const;

interface Frame {
  opcode: number;
  isLast: boolean;
  payload: Buffer;
  length: number;
}

/** @returns null while the frame is not all there */
function readFrame(bytes: Buffer): Frame | null {
  if (bytes.length < 2) return null;
  const first = bytes.readUInt8(0);
  let [size, start] = [bytes.readUInt8(1) & 0x7f, 2];
  if (size === 126) {
    if (bytes.length < 4) return null;
    [size, start] = [bytes.readUInt16BE(2), 4];
  } else if (size === 127) {
    if (bytes.length < 10) return null;
    [size, start] = [Number(bytes.readBigUInt64BE(2)), 10];
  }
  if (bytes.length < start + size) return null;
  const payload = bytes.subarray(start, start + size);
  return { opcode: first & 15, isLast: first >= 128, payload, length: start + size };
}

/** Masked with zeros, which a server cannot tell from any other mask. */
function writeFrame(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  const wide = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(6 + wide + size);
  frame.writeUInt8(0x80 | opcode, 0);
  frame.writeUInt8(0x80 | (wide === 0 ? size : wide === 2 ? 126 : 127), 1);
  if (wide === 2) frame.writeUInt16BE(size, 2);
  if (wide === 8) frame.writeBigUInt64BE(BigInt(size), 2);
  payload.copy(frame, 6 + wide);
  return frame;
}

const upgradeRequest = (url: URL, headers: Record<string, string>) =>
  [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');

export function openWebSocket(
  address: string,
  headers: Record<string, string>,
  events: PipeEvents,
): Pipe {
  const url = new URL(address);
  const socket = connect({ host: '127.0.0.1', port: Number(url.port), noDelay: true });
  let bytes: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let isOpen = false;
  let isOver = false;
  let isCorked = false;

  function end(): void {
    if (isOver) return;
    isOver = true;
    socket.destroy();
    events.onEnd();
  }

  function write(frame: Buffer): void {
    if (isOver) return;
    if (!isCorked) {
      isCorked = true;
      socket.cork();
      setImmediate(() => {
        isCorked = false;
        socket.uncork();
      });
    }
    socket.write(frame);
  }

  function open(): boolean {
    const head = bytes.indexOf('\r\n\r\n');
    if (head < 0) return false;
    if (!bytes.subarray(0, head).toString().startsWith('HTTP/1.1 101')) {
      end();
      return false;
    }
    bytes = bytes.subarray(head + 4);
    isOpen = true;
    return true;
  }

  function receive({ opcode, isLast, payload }: Frame): void {
    if (opcode === CLOSE) end();
    else if (opcode === PING) write(writeFrame(PONG, payload));
    else if (opcode === TEXT || opcode === CONTINUED) gather(payload, isLast);
  }

  function gather(payload: Buffer, isLast: boolean): void {
    parts.push(payload);
    if (!isLast) return;
    const [only] = parts;
    const whole = parts.length === 1 && only ? only : Buffer.concat(parts);
    parts = [];
    events.onText(whole.toString());
  }

  socket.on('connect', () => socket.write(upgradeRequest(url, headers)));
  socket.on('data', (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    if (!isOpen && !open()) return;
    for (let frame = readFrame(bytes); frame && !isOver; frame = readFrame(bytes)) {
      bytes = bytes.subarray(frame.length);
      receive(frame);
    }
  });
  socket.on('error', end);
  socket.on('close', end);

  return {
    send: (text) => write(writeFrame(TEXT, Buffer.from(text))),
    drop: end,
  };
}
