/**
 * One connection to the visitors' namespace, from handshake to end: the Socket.IO protocol, version 5
 * (https://github.com/socketio/socket.io/blob/main/docs/socket.io-protocol), over Engine.IO's own
 * client. Of socket.io-client it leaves out what the chat must not use (reconnects with an old
 * ticket, buffering, binary packets, other namespaces), which is 5 of the chat's 24 KB.
 */
import { Socket as Engine, Fetch, WebSocket } from 'engine.io-client';
import type { VisitorHandshake } from '../../../protocol/sockets.ts';

/** A WebSocket that a firewall swallows neither opens nor fails. */
const CONNECT_TIMEOUT_MS = 8000;
/** [SEND-5] */
const ACK_TIMEOUT_MS = 10_000;
/** The value of `VISITOR_NAMESPACE`; importing it would bring the schema library along. */
const NAMESPACE = '/visitor,';
const PACKET = /^([0-4])\/visitor,(\d*)(.*)$/s;
const [CONNECT, , EVENT, ACK, CONNECT_ERROR] = ['0', '1', '2', '3', '4'];

export interface SocketEvents {
  onOpen(): void;
  onFact(name: string, fact: unknown): void;
  /** Once, whatever the reason; with the server's refusal, where it gave one. */
  onEnd(refusal?: { code?: string; message?: string }): void;
}

export interface VisitorSocket {
  /** Never rejects; `undefined` when there is no answer in time, or no connection. */
  request(name: string, body: unknown): Promise<unknown>;
  /** At once, without a goodbye that would still wait to be written when the page freezes. */
  close(): void;
}

/** @param isPollingFirst whether to begin with long-polling and move up, and not the other way. */
export function openSocket(
  api: string,
  handshake: VisitorHandshake,
  isPollingFirst: boolean,
  events: SocketEvents,
): VisitorSocket {
  const engine = new Engine(api, {
    path: '/socket.io',
    transports: isPollingFirst ? [Fetch, WebSocket] : [WebSocket, Fetch],
    tryAllTransports: true,
  });
  const waiting = new Map<string, (answer?: unknown) => void>();
  let count = 0;
  let isOpen = false;
  let isOver = false;
  const timer = setTimeout(end, CONNECT_TIMEOUT_MS);

  function end(refusal?: { code?: string; message?: string }) {
    if (isOver) return;
    isOver = true;
    isOpen = false;
    clearTimeout(timer);
    for (const settle of waiting.values()) settle();
    engine.transport.close();
    engine.close();
    events.onEnd(refusal);
  }

  function receive(packet: string) {
    const [, type, id = '', json] = PACKET.exec(packet) ?? [];
    const data = json && JSON.parse(json);
    if (type === EVENT) {
      events.onFact(data[0], data[1]);
    } else if (type === ACK) {
      waiting.get(id)?.(data[0]);
    } else if (type === CONNECT) {
      isOpen = true;
      clearTimeout(timer);
      events.onOpen();
    } else {
      end(type === CONNECT_ERROR ? data.data : undefined);
    }
  }

  engine.on('open', () => engine.send(`${CONNECT}${NAMESPACE}${JSON.stringify(handshake)}`));
  engine.on('data', receive);
  engine.on('error', () => end());
  engine.on('close', () => end());

  return {
    request(name, body) {
      if (!isOpen) return Promise.resolve();
      const id = String(count++);
      engine.send(`${EVENT}${NAMESPACE}${id}${JSON.stringify([name, body])}`);
      return new Promise((resolve) => {
        const late = setTimeout(() => settle(), ACK_TIMEOUT_MS);
        const settle = (answer?: unknown) => {
          clearTimeout(late);
          waiting.delete(id);
          resolve(answer);
        };
        waiting.set(id, settle);
      });
    },
    close: end,
  };
}
