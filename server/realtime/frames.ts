/**
 * One system call for all that a connection is sent in one turn of the event loop. A committed batch
 * means many small messages to one console, and a fact and an ack to each sender; written one by one,
 * each as a header and a buffer of its own, they cost more processor time than all else that is done
 * for them. They are joined here to one text, from which the runtime writes without another copy.
 *
 * Also the place where a peer that does not read is cut off [LIMIT-1]: everything that an upgraded
 * connection is sent passes here, and Engine.IO keeps nothing back.
 */
import type { Duplex } from 'node:stream';
import { UNREAD_MAX_BYTES, type Unread } from './unread.ts';

/** Of an idle connection this is one object and no function: there are thousands of them. */
export class Frames {
  readonly #socket: Duplex;
  readonly #unread: Partial<Unread>;
  /** The frames of this turn, a character for a byte. */
  #held = '';

  /** @param socket an upgraded connection; what else is written to it keeps its place */
  constructor(socket: Duplex, unread: Partial<Unread> = {}) {
    this.#socket = socket;
    this.#unread = unread;
    const framed: Framed = Object.assign(socket, { [FRAMES]: this });
    framed.write = writeBehind;
    framed.end = endBehind;
  }

  /** A text message to the peer, after everything that it was sent before. */
  send(text: string): void {
    this.#cutOffIfUnread();
    if (this.#socket.destroyed) return;
    if (this.#held === '') setImmediate(releaseFrames, this);
    this.#held += frameOf(text);
  }

  release(): void {
    const socket = this.#socket;
    const frames = this.#held;
    if (frames === '') return;
    this.#held = '';
    if (socket.destroyed) return;
    prototypeOf(socket).write.call(socket, frames, 'latin1');
    if (socket.writableLength > 0) this.#unread.total?.note(socket);
  }

  /** What this turn has gathered may be taken at once: only what is left after that is unread. */
  #cutOffIfUnread(): void {
    const socket = this.#socket;
    if (socket.writableLength + this.#held.length <= UNREAD_MAX_BYTES) return;
    this.release();
    if (socket.writableLength <= UNREAD_MAX_BYTES) return;
    socket.destroy();
    this.#unread.onCut?.();
  }
}

const FRAMES = Symbol('frames');
type Framed = Duplex & { [FRAMES]: Frames };
const releaseFrames = (frames: Frames) => frames.release();
/** Its own `write` and `end` are the two below. */
const prototypeOf = (socket: Duplex): Duplex => Object.getPrototypeOf(socket);

/** Control frames, by `ws`. */
function writeBehind(this: Framed, ...args: unknown[]): boolean {
  this[FRAMES].release();
  return Reflect.apply(prototypeOf(this).write, this, args);
}
function endBehind(this: Framed, ...args: unknown[]): Framed {
  this[FRAMES].release();
  return Reflect.apply(prototypeOf(this).end, this, args);
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
