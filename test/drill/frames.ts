/** Rewrites a server's WebSocket text frames on their way: RFC 6455, 5.2, unmasked and in one piece. */

const HEAD_END = '\r\n\r\n';
const TEXT_IN_ONE_PIECE = 0x81;

function toFrame(payload: Buffer): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([TEXT_IN_ONE_PIECE, length])
      : length < 0x1_0000
        ? Buffer.from([TEXT_IN_ONE_PIECE, 126, length >> 8, length & 0xff])
        : Buffer.from([TEXT_IN_ONE_PIECE, 127, 0, 0, 0, 0, ...uint32(length)]);
  return Buffer.concat([head, payload]);
}
const uint32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);

/** The answer to the upgrade goes through as it is; so does every frame that is no text. */
export function createFrameRewriter(
  rewrite: (text: string) => string,
  write: (bytes: Buffer) => void,
): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let isUpgraded = false;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    if (!isUpgraded) {
      const end = pending.indexOf(HEAD_END);
      if (end < 0) return;
      write(pending.subarray(0, end + HEAD_END.length));
      pending = Buffer.from(pending.subarray(end + HEAD_END.length));
      isUpgraded = true;
    }
    for (;;) {
      if (pending.length < 2) return;
      const short = pending.readUInt8(1) & 0x7f;
      const head = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
      if (pending.length < head) return;
      let length = short;
      if (short === 126) length = pending.readUInt16BE(2);
      if (short === 127) length = Number(pending.readBigUInt64BE(2));
      if (pending.length < head + length) return;
      const whole = Buffer.from(pending.subarray(0, head + length));
      pending = Buffer.from(pending.subarray(head + length));
      if (whole[0] === TEXT_IN_ONE_PIECE) {
        const text = whole.subarray(head).toString('utf8');
        write(toFrame(Buffer.from(rewrite(text))));
      } else write(whole);
    }
  };
}
