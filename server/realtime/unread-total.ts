/**
 * What all peers together have not read [LIMIT-1]. One may leave a mebibyte; a thousand of them must
 * not leave a thousand. Past the bound those with the most are cut off first. Only peers that did not
 * take at once what they were sent are looked at, so that an honest one costs nothing here.
 */
export interface SlowPeer {
  /** Bytes that wait for it. */
  readonly writableLength: number;
  destroy(): unknown;
}

export interface UnreadTotal {
  /** It has not taken all that it was sent. Cheap, and may be said again and again. */
  note(peer: SlowPeer): void;
  /** At the last look. */
  bytes(): number;
}

/** Many are noted in one turn. */
const LOOK_AFTER_MS = 20;
/** While some are slow and nothing more is sent to them. */
const LOOK_AGAIN_MS = 500;
/** So far below the bound are they brought, that it is not reached again at once. */
const DOWN_TO = 0.75;

export function createUnreadTotal(maxBytes: number, onCut: () => void): UnreadTotal {
  const slow = new Set<SlowPeer>();
  let total = 0;
  let timer: NodeJS.Timeout | null = null;
  let isSoon = false;

  function look(): void {
    timer = null;
    isSoon = false;
    total = 0;
    for (const peer of slow) {
      if (peer.writableLength === 0) slow.delete(peer);
      total += peer.writableLength;
    }
    if (total > maxBytes) cutOff();
    if (slow.size > 0) lookIn(LOOK_AGAIN_MS);
  }

  function cutOff(): void {
    const most = [...slow].sort((one, other) => other.writableLength - one.writableLength);
    for (const peer of most) {
      if (total <= maxBytes * DOWN_TO) return;
      total -= peer.writableLength;
      slow.delete(peer);
      peer.destroy();
      onCut();
    }
  }

  function lookIn(ms: number): void {
    if (timer) clearTimeout(timer);
    timer = setTimeout(look, ms).unref();
  }

  return {
    note(peer) {
      slow.add(peer);
      if (isSoon) return;
      isSoon = true;
      lookIn(LOOK_AFTER_MS);
    },
    bytes: () => total,
  };
}
