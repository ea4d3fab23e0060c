/**
 * One connection to the visitors' namespace, from handshake to end: the Socket.IO protocol, version 5
 * (https://github.com/socketio/socket.io/blob/main/docs/socket.io-protocol), in one namespace, with
 * text packets and acks, and nothing that a chat must not do: reconnect with an old ticket, or keep
 * what was not sent for a later connection.
 */
import type { Refused } from '../../../protocol/back-off.ts';
import type { VisitorHandshake } from '../../../protocol/sockets.ts';
import { openEngine } from './engine.ts';

/** From the beginning to the server's word that the ticket was good; longer than trying both ways. */
const CONNECT_TIMEOUT_MS = 20_000;
/** [SEND-5] */
const ACK_TIMEOUT_MS = 10_000;
/** The value of `VISITOR_NAMESPACE`; importing it would bring the schema library along. */
const NAMESPACE = '/visitor,';
const PACKET = /^([0-4])\/visitor,(\d*)(.*)$/s;
const [CONNECT, , EVENT, ACK, CONNECT_ERROR] = '01234';

export interface SocketEvents {
  onOpen(): void;
  onFact(name: string, fact: unknown): void;
  /** Once, whatever the reason; with the server's refusal, where it gave one. */
  onEnd(refusal?: Refused): void;
}

export interface VisitorSocket {
  /**
   * Never rejects; `undefined` when there is no connection, or no answer in time, which ends a
   * connection that may still look alive [SYNC-2].
   */
  request(name: string, body: unknown): Promise<unknown>;
  /** Ends a connection that died while the machine slept. */
  check(): void;
  close(): void;
}

/** @param canPoll whether to try long-polling where a WebSocket does not open. */
export function openSocket(
  api: string,
  handshake: VisitorHandshake,
  canPoll: boolean,
  events: SocketEvents,
): VisitorSocket {
  const waiting = new Map<string, (answer?: unknown) => void>();
  let count = 0;
  let isOpen = false;
  let isOver = false;
  const timer = setTimeout(() => end(), CONNECT_TIMEOUT_MS);
  const engine = openEngine(api, canPoll, {
    onOpen: () => engine.send(`${CONNECT}${NAMESPACE}${JSON.stringify(handshake)}`),
    onText: receive,
    onEnd: end,
  });

  function end(refusal?: Refused) {
    if (isOver) return;
    isOver = true;
    isOpen = false;
    clearTimeout(timer);
    engine.end();
    for (const settle of waiting.values()) settle();
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

  return {
    request(name, body) {
      engine.check();
      if (!isOpen) return Promise.resolve();
      const id = String(count++);
      engine.send(`${EVENT}${NAMESPACE}${id}${JSON.stringify([name, body])}`);
      return new Promise((resolve) => {
        const late = setTimeout(() => end(), ACK_TIMEOUT_MS);
        waiting.set(id, (answer) => {
          clearTimeout(late);
          waiting.delete(id);
          resolve(answer);
        });
      });
    },
    check: engine.check,
    close: () => end(),
  };
}
