/**
 * One system call for all that a connection is sent in one turn of the event loop. A committed batch
 * means many small frames to one console, and a fact and an ack to each sender; written one by one,
 * they cost more processor time than all else that is done for them.
 */
import type { Duplex } from 'node:stream';
import { UNREAD_MAX_BYTES } from './unread.ts';

/**
 * Also the place where a peer that does not read is cut off [LIMIT-1]: everything that an upgraded
 * connection is sent passes here, and Engine.IO keeps nothing back because of what is said below.
 *
 * @param socket an upgraded connection; `ws` corks it around each frame of its own accord
 */
export function corkPerTurn(socket: Duplex): void {
  const cork = socket.cork.bind(socket);
  const write = socket.write.bind(socket);
  let isHeld = false;

  /** What this turn has gathered may be taken at once: only what is left after that is unread. */
  function cutOffIfUnread(): void {
    if (socket.writableLength <= UNREAD_MAX_BYTES) return;
    if (isHeld) {
      socket.uncork();
      cork();
    }
    if (socket.writableLength > UNREAD_MAX_BYTES) socket.destroy();
  }

  socket.cork = () => {
    cutOffIfUnread();
    cork();
    if (isHeld) return;
    isHeld = true;
    // Corks nest: the frames of this turn are written when the last one is taken away.
    cork();
    setImmediate(() => {
      isHeld = false;
      socket.uncork();
    });
  };

  // Engine.IO holds the next packet back until the last one is said to be written. While the cork
  // is on, "taken" is as much as can be said; a failure closes the socket whatever was said.
  socket.write = (...args: unknown[]): boolean => {
    const done = args.at(-1);
    if (!isHeld || typeof done !== 'function') return Reflect.apply(write, socket, args);
    process.nextTick(done);
    return Reflect.apply(write, socket, args.slice(0, -1));
  };
}
