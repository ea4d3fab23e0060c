/**
 * One system call for all that a connection is sent in one turn of the event loop. A committed batch
 * means many small messages to one console, and a fact and an ack to each sender; written one by one,
 * each as a header and a buffer of its own, they cost more processor time than all else that is done
 * for them. They are joined here to one text, from which the runtime writes without another copy.
 */
import type { Duplex } from 'node:stream';
import { UNREAD_MAX_BYTES, type Unread } from './unread.ts';

/** A text message to the peer, after everything that it was sent before. */
export type SendText = (text: string) => void;

/**
 * Also the place where a peer that does not read is cut off [LIMIT-1]: everything that an upgraded
 * connection is sent passes here, and Engine.IO keeps nothing back.
 *
 * @param socket an upgraded connection; what else is written to it keeps its place
 */
export function joinFrames(socket: Duplex, { total, onCut }: Partial<Unread> = {}): SendText {
  const write = socket.write.bind(socket);
  const end = socket.end.bind(socket);
  /** The frames of this turn, a character for a byte. */
  let held = '';

  function release(): void {
    if (held === '') return;
    const frames = held;
    held = '';
    if (socket.destroyed) return;
    write(frames, 'latin1');
    if (socket.writableLength > 0) total?.note(socket);
  }

  /** What this turn has gathered may be taken at once: only what is left after that is unread. */
  function cutOffIfUnread(): void {
    if (socket.writableLength + held.length <= UNREAD_MAX_BYTES) return;
    release();
    if (socket.writableLength <= UNREAD_MAX_BYTES) return;
    socket.destroy();
    onCut?.();
  }

  // Control frames, by `ws`.
  socket.write = (...args: unknown[]): boolean => {
    release();
    return Reflect.apply(write, socket, args);
  };
  socket.end = (...args: unknown[]) => {
    release();
    return Reflect.apply(end, socket, args);
  };

  return (text) => {
    cutOffIfUnread();
    if (socket.destroyed) return;
    if (held === '') setImmediate(release);
    held += frameOf(text);
  };
}

const FIN_TEXT = 0x81;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** An unmasked text frame, a character for a byte (RFC 6455, 5.2). */
function frameOf(text: string): string {
  const length = Buffer.byteLength(text);
  return headOf(length) + (length === text.length ? text : Buffer.from(text).toString('latin1'));
}

function headOf(length: number): string {
  if (length < TWO_BYTES) return String.fromCharCode(FIN_TEXT, length);
  if (length <= 0xffff) {
    return String.fromCharCode(FIN_TEXT, TWO_BYTES, length >> 8, length & 0xff);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return String.fromCharCode(FIN_TEXT, EIGHT_BYTES, ...bytes);
}
