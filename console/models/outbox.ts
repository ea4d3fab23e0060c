/**
 * What an agent has sent and the log does not show yet, per conversation. A repeat always carries the
 * same `clientId`, so that nothing is ever there twice [SEND-1] [SEND-5]. It goes in the order of
 * writing: none overtakes one that waits, except past one that was refused for what it says
 * [SEND-6]. It survives a reload.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { isPassing } from '../../protocol/back-off.ts';
import { createBackOff } from '../../protocol/back-off-timer.ts';
import type { Entry } from '../../protocol/entries.ts';
import type { Keep } from './keep.ts';
import { type AgentLink, NO_ANSWER } from './link.ts';

export type UnsentKind = 'message' | 'note';
export interface Unsent {
  clientId: string;
  kind: UnsentKind;
  text: string;
  /** Milliseconds since the epoch, by this browser's clock. */
  at: number;
  /** `waiting` was refused for now, and goes by itself a little later. */
  state: 'sending' | 'waiting' | 'failed';
  /** Why it waits or failed, for a person. */
  reason?: string;
  /** Refused for what it is: sending it again by itself would be refused again. */
  refused?: boolean;
}

export interface Outbox {
  readonly items: ReadonlySignal<readonly Unsent[]>;
  send(kind: UnsentKind, text: string): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
  /** The connection is back: sends again whatever was not answered. */
  resume(): void;
  /** Drops what the log now holds. */
  settle(entries: readonly Entry[]): void;
}

export interface OutboxDeps {
  conversationId: string;
  link: AgentLink;
  keep: Keep;
  newClientId: () => string;
  /** The server has it under this `seq`. @returns whether the log is read that far. */
  onAccepted: (seq: number) => boolean;
}

function isUnsent(value: unknown): value is Unsent {
  const item = (value ?? {}) as Partial<Unsent>;
  return (
    typeof item.clientId === 'string' &&
    typeof item.text === 'string' &&
    typeof item.at === 'number' &&
    (item.kind === 'message' || item.kind === 'note')
  );
}

const readUnsent = (keep: Keep) => (keep.read('outbox') ?? {}) as Record<string, unknown>;

/** @returns the conversations in which something was left unsent before a reload. */
export const unsentConversations = (keep: Keep): string[] => Object.keys(readUnsent(keep));

export function createOutbox(deps: OutboxDeps): Outbox {
  const { conversationId, link, keep } = deps;
  const kept = readUnsent(keep)[conversationId];
  const items = signal<readonly Unsent[]>(
    (Array.isArray(kept) ? kept.filter(isUnsent) : []).map((item) => ({
      ...item,
      state: 'failed' as const,
    })),
  );
  /** Acknowledged, and only waiting for their entry. */
  const accepted = new Set<string>();
  const backOff = createBackOff();
  let isSending = false;

  const replace = (next: readonly Unsent[]) => {
    items.value = next;
    const { [conversationId]: _, ...others } = readUnsent(keep);
    const all = next.length ? { ...others, [conversationId]: next } : others;
    keep.write('outbox', Object.keys(all).length ? all : undefined);
  };
  const change = (clientId: string, to: (item: Unsent) => Unsent) =>
    replace(items.peek().map((item) => (item.clientId === clientId ? to(item) : item)));

  const drop = (clientId: string) =>
    replace(items.peek().filter((item) => item.clientId !== clientId));
  const sending = ({ reason: _, refused: __, ...item }: Unsent): Unsent => ({
    ...item,
    state: 'sending',
  });

  /** @returns whether the next may go. */
  async function deliver({ clientId, kind, text, state }: Unsent): Promise<boolean> {
    if (state === 'failed') change(clientId, sending);
    const request = kind === 'note' ? 'note:send' : 'message:send';
    const answer = await link.request(request, { conversationId, clientId, text });
    if (answer.ok) {
      backOff.reset();
      accepted.add(clientId);
      if (deps.onAccepted(answer.data.seq)) drop(clientId);
      return true;
    }
    const { code, message: reason } = answer.error;
    // Without an answer it goes again after the next connect, by `resume`.
    const isSilent = answer.error === NO_ANSWER.error;
    const isForNow = !isSilent && isPassing(code);
    const refused = !isSilent && !isForNow;
    change(clientId, (item) => ({
      ...item,
      state: isForNow ? 'waiting' : 'failed',
      reason,
      ...(refused && { refused }),
    }));
    if (isForNow) backOff.later(pump, answer.error);
    return refused;
  }

  /** One at a time: two in flight could be stored in the other order. */
  async function pump() {
    if (isSending || backOff.isWaiting()) return;
    isSending = true;
    for (let goesOn = true; goesOn; ) {
      const next = items
        .peek()
        .find(({ refused, clientId }) => !refused && !accepted.has(clientId));
      goesOn = next !== undefined && (await deliver(next));
    }
    isSending = false;
  }

  return {
    items,
    send(kind, text) {
      const item: Unsent = {
        clientId: deps.newClientId(),
        kind,
        text,
        at: Date.now(),
        state: 'sending',
      };
      replace([...items.peek(), item]);
      void pump();
    },
    retry(clientId) {
      change(clientId, sending);
      backOff.reset();
      void pump();
    },
    discard: drop,
    resume: () => void pump(),
    settle(entries) {
      if (!items.peek().length) return;
      const known = new Set(entries.map((entry) => ('clientId' in entry ? entry.clientId : '')));
      const left = items.peek().filter((item) => !known.has(item.clientId));
      if (left.length < items.peek().length) replace(left);
    },
  };
}
