/**
 * A visitor who sends one message after the other, whatever becomes of the connection: what is not
 * acknowledged is sent again with its `clientId`, over a new connection to whichever server answers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { newClientId, type VisitorSocket, visitorClient } from './clients.ts';

export interface Resender {
  /** In the order of sending. */
  acknowledged: string[];
  conversationId(): string;
  /** Sends what is under way to its end. */
  finish(): Promise<void>;
}

const ACK_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 50;

/** @param urls of servers, each asked in turn when the last one failed */
export async function createResender(urls: readonly string[]): Promise<Resender> {
  const acknowledged: string[] = [];
  let conversationId = '';
  let finishing = false;
  let token: string | undefined;
  let socket: VisitorSocket | null = null;
  let at = Math.floor(Math.random() * urls.length);

  async function connect(): Promise<VisitorSocket> {
    if (socket?.connected) return socket;
    at = (at + 1) % urls.length;
    const client = await visitorClient(urls[at] ?? '', token === undefined ? {} : { token });
    token = client.token;
    socket = client.socket;
    return socket;
  }

  async function sendOne(clientId: string): Promise<void> {
    for (;;) {
      try {
        const body = { conversationId: conversationId || null, clientId, text: clientId };
        const peer = (await connect()).timeout(ACK_WITHIN_MS);
        const outcome = await peer.emitWithAck('message:send', body);
        if (outcome.ok) {
          conversationId = outcome.data.conversationId;
          acknowledged.push(clientId);
          return;
        }
      } catch {
        socket?.close();
      }
      await sleep(AGAIN_AFTER_MS);
    }
  }

  async function run(): Promise<void> {
    while (!finishing) await sendOne(newClientId());
    socket?.close();
  }

  await sendOne(newClientId());
  const running = run();
  return {
    acknowledged,
    conversationId: () => conversationId,
    finish() {
      finishing = true;
      return running;
    },
  };
}
