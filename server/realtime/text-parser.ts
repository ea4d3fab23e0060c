/**
 * Socket.IO's packets for a protocol that is text alone (Socket.IO, Custom parser). Nothing that is
 * said here is searched for binary data. Where a peer sends some, a placeholder stands in its place,
 * which no schema takes, so that it is refused in words; the data itself is let go as it comes.
 */
import { type Packet, PacketType, Decoder as TextAndBinaryDecoder } from 'socket.io-parser';

export class Encoder {
  encode({ type, nsp, id, data }: Packet): [string] {
    const namespace = nsp === '/' ? '' : `${nsp},`;
    const body = data === undefined ? '' : JSON.stringify(data);
    return [`${type}${namespace}${id ?? ''}${body}`];
  }
}

const MAX_ATTACHMENTS = 10;
const ATTACHMENTS = /^([56])(\d{1,2})-/;
/** The same without attachments. */
const TEXT_TYPES: Readonly<Record<string, PacketType>> = {
  [PacketType.BINARY_EVENT]: PacketType.EVENT,
  [PacketType.BINARY_ACK]: PacketType.ACK,
};

export class Decoder extends TextAndBinaryDecoder {
  /** Attachments that were announced and have not come. */
  #awaited = 0;

  /** @throws Error which ends the connection, as for any packet that is none */
  override add(packet: unknown): void {
    if (typeof packet !== 'string') {
      if (this.#awaited === 0) throw new Error('binary data that nothing waits for');
      this.#awaited--;
      return;
    }
    if (this.#awaited > 0) throw new Error('text in place of an attachment');
    super.add(packet[0] === '5' || packet[0] === '6' ? this.#withoutAttachments(packet) : packet);
  }

  #withoutAttachments(packet: string): string {
    const [head = '', type = '', count = ''] = ATTACHMENTS.exec(packet) ?? [];
    this.#awaited = Number(count);
    if (this.#awaited === 0 || this.#awaited > MAX_ATTACHMENTS) throw new Error('attachments');
    return `${TEXT_TYPES[type]}${packet.slice(head.length)}`;
  }
}
