/**
 * One system call for all that a connection is sent in one turn of the event loop. A committed batch
 * means many small frames to one console, and a fact and an ack to each sender; written one by one,
 * they cost more processor time than all else that is done for them. They are joined here, since the
 * stream's own cork keeps a record for each part of each frame.
 */
import type { Duplex } from 'node:stream';
import { UNREAD_MAX_BYTES, type Unread } from './unread.ts';

/**
 * Also the place where a peer that does not read is cut off [LIMIT-1]: everything that an upgraded
 * connection is sent passes here, and Engine.IO keeps nothing back because of what is said below.
 *
 * @param socket an upgraded connection; `ws` corks it around each frame of its own accord
 */
export function corkPerTurn(socket: Duplex, { total, onCut }: Partial<Unread> = {}): void {
  const write = socket.write.bind(socket);
  const end = socket.end.bind(socket);
  /** The frames of this turn; null outside of one. */
  let held: Uint8Array[] | null = null;
  let heldBytes = 0;

  function release(): void {
    if (held === null) return;
    const frames = held;
    held = null;
    heldBytes = 0;
    const [first] = frames;
    if (!first || socket.destroyed) return;
    write(frames.length === 1 ? first : Buffer.concat(frames));
    if (socket.writableLength > 0) total?.note(socket);
  }

  /** What this turn has gathered may be taken at once: only what is left after that is unread. */
  function cutOffIfUnread(): void {
    if (socket.writableLength + heldBytes <= UNREAD_MAX_BYTES) return;
    release();
    if (socket.writableLength <= UNREAD_MAX_BYTES) return;
    socket.destroy();
    onCut?.();
  }

  socket.cork = () => {
    cutOffIfUnread();
    if (held !== null) return;
    held = [];
    setImmediate(release);
  };

  // Engine.IO holds the next packet back until the last one is said to be written. While frames are
  // held, "taken" is as much as can be said; a failure closes the socket whatever was said.
  socket.write = (...args: unknown[]): boolean => {
    const [part] = args;
    // A header is bytes, and `ws` leaves a text as it is. Frames come in UTF-8.
    const frame = typeof part === 'string' ? Buffer.from(part) : part;
    if (held === null || !(frame instanceof Uint8Array)) {
      release();
      return Reflect.apply(write, socket, args);
    }
    held.push(frame);
    heldBytes += frame.length;
    const done = args.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };

  socket.end = (...args: unknown[]) => {
    release();
    return Reflect.apply(end, socket, args);
  };
}
