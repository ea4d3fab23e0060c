/**
 * Messages on their way. Shown at once, sent one after another in the order of writing, and gone
 * from here when their entry is in the log. Every one can be seen failing and be sent again, always
 * under the same `clientId` [SEND-1, SEND-5]. None overtakes one that waits, except past one that
 * was refused for what it says [SEND-6].
 */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { isPassing } from '../../../protocol/back-off.ts';
import { createBackOff } from '../../../protocol/back-off-timer.ts';
import { newClientId } from '../../../protocol/client-id.ts';
import { OUTBOX_MAX_MESSAGES } from '../../../protocol/limits.ts';
import type { UnsentMessage } from '../../../protocol/port.ts';
import type { SentMessage } from '../../../protocol/sockets.ts';
import type { Link } from './link.ts';

export interface OutgoingMessage extends UnsentMessage {
  at: number;
  /**
   * `waiting` was refused for now, and goes by itself a little later; `failed` went without an
   * answer, and goes again after a reconnect; `refused` stays until the visitor acts.
   */
  state: 'sending' | 'waiting' | 'failed' | 'refused';
  /** Why the server refused it, in words for a person. */
  reason?: string;
}

export interface Outbox {
  messages: ReadonlySignal<readonly OutgoingMessage[]>;
  isFull(): boolean;
  add(text: string): void;
  retry(clientId: string): void;
  remove(clientId: string): void;
  /** The entry stands in the log. @returns whether it was one of these. */
  confirm(clientId: string): boolean;
  /** The connection is back: everything unsent goes again, in order. */
  flush(): void;
}

/** [SEND-5] */
const SEND_TIMEOUT_MS = 10_000;

const isOverdue = ({ at }: OutgoingMessage) => Date.now() - at >= SEND_TIMEOUT_MS;

/**
 * @param unsent what the loader kept across a reload [PORT-6]
 * @param onAck says whether what was acknowledged is in the log already, as far as it is read
 */
export function createOutbox(
  link: Link,
  unsent: readonly UnsentMessage[],
  conversationId: () => string | null,
  onAck: (sent: SentMessage) => boolean,
): Outbox {
  const now = Date.now();
  const messages = signal<readonly OutgoingMessage[]>(
    unsent.map(({ clientId, text }) => ({ clientId, text, at: now, state: 'sending' })),
  );
  /** Acknowledged and only waiting for their entry; never sent again by themselves. */
  const acked = new Set<string>();
  const backOff = createBackOff();
  let isSending = false;

  const change = (clientId: string, to: Partial<OutgoingMessage>) => {
    messages.value = messages.value.map((message) =>
      message.clientId === clientId ? { ...message, ...to } : message,
    );
  };
  const drop = (clientId: string) => {
    messages.value = messages.value.filter((message) => message.clientId !== clientId);
  };

  /** Sending has its time, whether there is a connection or not. */
  function watch() {
    setTimeout(() => {
      for (const message of messages.value) {
        const { clientId, state } = message;
        if (state === 'sending' && !acked.has(clientId) && isOverdue(message)) {
          change(clientId, { state: 'failed' });
        }
      }
    }, SEND_TIMEOUT_MS);
  }

  /** One at a time: two in flight could be stored in the other order. */
  async function pump() {
    if (isSending || backOff.isWaiting()) return;
    isSending = true;
    for (;;) {
      const next = messages.value.find(
        ({ state, clientId }) => state !== 'refused' && !acked.has(clientId),
      );
      if (!next) break;
      const { clientId, text } = next;
      const answer = await link.request('message:send', {
        conversationId: conversationId(),
        clientId,
        text,
      });
      if (!answer) {
        // The connection is gone: the same one is the first to go by the next, by `flush`.
        if (isOverdue(next)) change(clientId, { state: 'failed' });
        break;
      }
      if (answer.ok) {
        backOff.reset();
        acked.add(clientId);
        if (onAck(answer.data)) drop(clientId);
      } else {
        const { code, message: reason } = answer.error;
        const isForNow = isPassing(code);
        change(clientId, { state: isForNow ? 'waiting' : 'refused', reason });
        if (isForNow) {
          backOff.later(pump, answer.error);
          break;
        }
      }
    }
    isSending = false;
  }

  watch();
  return {
    messages,
    isFull: () => messages.value.length >= OUTBOX_MAX_MESSAGES,
    add(text) {
      const message: OutgoingMessage = {
        clientId: newClientId(),
        text,
        at: Date.now(),
        state: 'sending',
      };
      messages.value = [...messages.value, message];
      watch();
      pump();
    },
    retry(clientId) {
      change(clientId, { state: 'sending', at: Date.now() });
      watch();
      backOff.reset();
      pump();
    },
    remove: drop,
    confirm(clientId) {
      const known = messages.value.some((message) => message.clientId === clientId);
      acked.delete(clientId);
      if (known) drop(clientId);
      return known;
    },
    flush() {
      messages.value = messages.value.map((message) =>
        message.state === 'failed' ? { ...message, state: 'sending' } : message,
      );
      pump();
    },
  };
}
