/**
 * Socket.IO's packets for a protocol that is text alone (Socket.IO, Custom parser). Nothing that is
 * said here is searched for binary data, and whoever sends some breaks the protocol at its first byte
 * instead of having it gathered.
 */
import { type Packet, PacketType, Decoder as TextAndBinaryDecoder } from 'socket.io-parser';

export class Encoder {
  encode({ type, nsp, id, data }: Packet): [string] {
    const namespace = nsp === '/' ? '' : `${nsp},`;
    const body = data === undefined ? '' : JSON.stringify(data);
    return [`${type}${namespace}${id ?? ''}${body}`];
  }
}

const isBinary = (packet: string) =>
  packet.startsWith(`${PacketType.BINARY_EVENT}`) || packet.startsWith(`${PacketType.BINARY_ACK}`);

export class Decoder extends TextAndBinaryDecoder {
  /** @throws Error which ends the connection, as for any packet that is none */
  override add(packet: unknown): void {
    if (typeof packet !== 'string' || isBinary(packet)) throw new Error('binary data');
    super.add(packet);
  }
}
