/**
 * What one connection of a client says: HTTP as it stands, and after an upgrade the payloads of its
 * WebSocket frames, unmasked. Compressed frames would stay unreadable; the chat server takes none.
 */

/** Unmasks a client's frames (RFC 6455, 5.2 and 5.3) as they arrive in pieces. */
export function createUnmasker(onPayload: (payload: Buffer) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      if (pending.length < 2) return;
      const short = pending.readUInt8(1) & 0x7f;
      const lengthEnd = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
      const isMasked = (pending.readUInt8(1) & 0x80) !== 0;
      const head = lengthEnd + (isMasked ? 4 : 0);
      if (pending.length < head) return;
      let length = short;
      if (short === 126) length = pending.readUInt16BE(2);
      if (short === 127) length = Number(pending.readBigUInt64BE(2));
      if (pending.length < head + length) return;
      const payload = Buffer.from(pending.subarray(head, head + length));
      const mask = pending.subarray(lengthEnd, head);
      if (isMasked) {
        for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
      }
      onPayload(payload);
      pending = pending.subarray(head + length);
    }
  };
}

const HEAD_END = '\r\n\r\n';

/** A browser opens a connection of its own for a WebSocket, so its first head tells which it is. */
export function createClientStream(record: (bytes: Buffer) => void): (chunk: Buffer) => void {
  const unmask = createUnmasker(record);
  let head: Buffer | undefined = Buffer.alloc(0);
  let say = record;
  return (chunk) => {
    if (!head) return say(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return;
    const start = end + HEAD_END.length;
    const rest = head.subarray(start);
    record(head.subarray(0, start));
    if (/^upgrade: *websocket\r?$/im.test(head.toString('latin1', 0, start))) say = unmask;
    head = undefined;
    if (rest.length) say(rest);
  };
}
