/** Socket.IO over the small WebSocket: one namespace, requests with an ack, and a count of events. */
import { type Address, type ClientSocket, openWebSocket } from './websocket.ts';

export interface Peer {
  /** Rejects when the connection ends before the ack. */
  request(event: string, body: unknown): Promise<unknown>;
  /** As `request`, for the hot path: no promise, the ack as the text of its JSON array. */
  send(event: string, body: string, onAck: (answer: string) => void): void;
  close(): void;
}

export interface PeerOptions {
  address: Address;
  /** `/` for the main one. */
  namespace: string;
  auth: object;
  headers?: Readonly<Record<string, string>>;
  onEvent(): void;
  /** The connection that was up ended, by whoever's doing but `close`. */
  onLost?(): void;
}

/** The handshake was refused; `message` is the refusal. */
export class HandshakeRefused extends Error {}

export function connectPeer(options: PeerOptions): Promise<Peer> {
  const { address, auth, headers = {}, onEvent, onLost } = options;
  const prefix = options.namespace === '/' ? '' : `${options.namespace},`;
  const event = `42${prefix}`;
  const ack = `43${prefix}`;
  const connect = `40${prefix}`;
  const connectError = `44${prefix}`;
  const waiting = new Map<number, { onAck(answer: string): void; onEnd(): void }>();
  let nextId = 0;
  let isUp = false;
  let isClosed = false;
  let socket: ClientSocket;

  return new Promise((resolve, reject) => {
    const peer: Peer = {
      request: (name, body) =>
        new Promise((answered, failed) => {
          const id = nextId++;
          waiting.set(id, {
            onAck: (answer) => answered(JSON.parse(answer)[0]),
            onEnd: () => failed(new Error('the connection ended')),
          });
          socket.send(`${event}${id}${JSON.stringify([name, body])}`);
        }),
      send(name, body, onAck) {
        const id = nextId++;
        waiting.set(id, { onAck, onEnd() {} });
        socket.send(`${event}${id}["${name}",${body}]`);
      },
      close() {
        isClosed = true;
        socket.destroy();
      },
    };

    function onText(text: string): void {
      if (text === '2') socket.send('3');
      else if (text.startsWith(event)) onEvent();
      else if (text.startsWith(ack)) {
        const bracket = text.indexOf('[', ack.length);
        const id = Number(text.slice(ack.length, bracket));
        const one = waiting.get(id);
        waiting.delete(id);
        one?.onAck(text.slice(bracket));
      } else if (text.startsWith('0')) socket.send(connect + JSON.stringify(auth));
      else if (text.startsWith(connect)) {
        isUp = true;
        resolve(peer);
      } else if (text.startsWith(connectError)) {
        isClosed = true;
        socket.destroy();
        reject(new HandshakeRefused(text.slice(connectError.length)));
      }
    }

    function onClose(): void {
      reject(new Error('the connection ended before it was up'));
      for (const { onEnd } of waiting.values()) onEnd();
      waiting.clear();
      if (isUp && !isClosed) onLost?.();
    }

    socket = openWebSocket(address, headers, { onText, onClose });
  });
}
