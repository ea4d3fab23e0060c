/**
 * What an agent has sent and the log does not show yet, per conversation. A repeat always carries the
 * same `clientId`, so that nothing is ever there twice [SEND-1] [SEND-5]. It survives a reload.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Entry } from '../../protocol/entries.ts';
import type { Keep } from './keep.ts';
import { type AgentLink, isPassing } from './link.ts';

export type UnsentKind = 'message' | 'note';
export interface Unsent {
  clientId: string;
  kind: UnsentKind;
  text: string;
  /** Milliseconds since the epoch, by this browser's clock. */
  at: number;
  state: 'sending' | 'failed';
  /** Why it failed, for a person. */
  reason?: string;
  /** Refused for what it is: sending it again by itself would be refused again. */
  refused?: boolean;
}

export interface Outbox {
  readonly items: ReadonlySignal<readonly Unsent[]>;
  send(kind: UnsentKind, text: string): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
  /** Sends again whatever was not answered. */
  resume(): void;
  /** Drops what the log now holds. */
  settle(entries: readonly Entry[]): void;
}

export interface OutboxDeps {
  conversationId: string;
  link: AgentLink;
  keep: Keep;
  newClientId: () => string;
  /** The server has it under this `seq`. */
  onAccepted: (seq: number) => void;
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
  const underway = new Set<string>();

  const replace = (next: readonly Unsent[]) => {
    items.value = next;
    const { [conversationId]: _, ...others } = readUnsent(keep);
    const all = next.length ? { ...others, [conversationId]: next } : others;
    keep.write('outbox', Object.keys(all).length ? all : undefined);
  };
  const change = (clientId: string, to: (item: Unsent) => Unsent) =>
    replace(items.peek().map((item) => (item.clientId === clientId ? to(item) : item)));

  async function deliver({ clientId, kind, text }: Unsent) {
    if (underway.has(clientId)) return;
    underway.add(clientId);
    change(clientId, ({ reason: _, refused: __, ...item }) => ({ ...item, state: 'sending' }));
    const request = kind === 'note' ? 'note:send' : 'message:send';
    const answer = await link.request(request, { conversationId, clientId, text });
    underway.delete(clientId);
    if (answer.ok) deps.onAccepted(answer.data.seq);
    else {
      const { code, message } = answer.error;
      change(clientId, (item) => ({
        ...item,
        state: 'failed',
        reason: message,
        ...(!isPassing(code) && { refused: true }),
      }));
    }
  }

  const find = (clientId: string) => items.peek().find((item) => item.clientId === clientId);

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
      void deliver(item);
    },
    retry(clientId) {
      const item = find(clientId);
      if (item) void deliver(item);
    },
    discard(clientId) {
      replace(items.peek().filter((item) => item.clientId !== clientId));
    },
    resume() {
      for (const item of items.peek()) if (!item.refused) void deliver(item);
    },
    settle(entries) {
      if (!items.peek().length) return;
      const known = new Set(entries.map((entry) => ('clientId' in entry ? entry.clientId : '')));
      const left = items.peek().filter((item) => !known.has(item.clientId));
      if (left.length < items.peek().length) replace(left);
    },
  };
}
