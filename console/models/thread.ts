/**
 * One conversation as the console holds it: its log and what is on the way into it. Facts are hints;
 * when one leaves a gap, or after a reconnect, the log is read from the cursor [LOG-5].
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ConversationSummary } from '../../protocol/conversations.ts';
import type { Entry } from '../../protocol/entries.ts';
import type { Refusal } from '../../protocol/errors.ts';
import {
  appendEntries,
  firstSeq,
  lastSeq,
  prependEntries,
  type Stretch,
} from './conversation-log.ts';
import type { Keep } from './keep.ts';
import type { AgentLink } from './link.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** How long the fact of an own, accepted message may take before the log is read for it. */
const FACT_PATIENCE_MS = 400;

export interface Thread {
  readonly conversationId: string;
  readonly entries: ReadonlySignal<Stretch>;
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  readonly hasOlder: ReadonlySignal<boolean>;
  readonly loadingOlder: ReadonlySignal<boolean>;
  readonly outbox: Outbox;
  /** Brings the log up to date, and sends again what was not answered. @returns whether it could. */
  sync(): Promise<boolean>;
  receive(entry: Entry): void;
  /** The log goes up to this `seq`: the fact of the last entry may be the one that was lost. */
  hearOf(seq: number): void;
  loadOlder(): Promise<void>;
}

export interface ThreadDeps {
  conversationId: string;
  link: AgentLink;
  keep: Keep;
  newClientId: () => string;
  onSummary: (summary: ConversationSummary) => void;
}

export function createThread(deps: ThreadDeps): Thread {
  const { conversationId, link } = deps;
  const entries = signal<Stretch>([]);
  const phase = signal<'loading' | 'ready' | 'failed'>('loading');
  const refusal = signal<Refusal | null>(null);
  const hasOlder = signal(false);
  const loadingOlder = signal(false);
  /** The highest `seq` that anyone spoke of. */
  let heardOf = 0;
  let reading = false;

  const outbox = createOutbox({
    ...deps,
    onAccepted(seq) {
      hearOf(seq);
      return seq <= lastSeq(entries.peek());
    },
  });

  /** Its fact is on its way, or was lost. */
  function hearOf(seq: number) {
    if (seq <= heardOf) return;
    heardOf = seq;
    setTimeout(() => void catchUp(), FACT_PATIENCE_MS);
  }

  function append(incoming: readonly Entry[]) {
    entries.value = appendEntries(entries.peek(), incoming);
    outbox.settle(incoming);
  }

  /** Reads on until nothing that was heard of is missing. One reader at a time. */
  async function catchUp() {
    if (reading || phase.peek() !== 'ready') return;
    reading = true;
    try {
      while (lastSeq(entries.peek()) < heardOf) {
        const after = lastSeq(entries.peek());
        const page = await link.request('log:read', { conversationId, after });
        if (!page.ok) return;
        append(page.data.entries);
        // Nothing that fits: the next hint or the next connect tries again.
        if (lastSeq(entries.peek()) === after) return;
        if (page.data.more) heardOf = Math.max(heardOf, lastSeq(entries.peek()) + 1);
      }
    } finally {
      reading = false;
    }
  }

  async function sync() {
    const after = lastSeq(entries.peek());
    const answer = await link.request('conversation:sync', { conversationId, after });
    if (!answer.ok) {
      refusal.value = answer.error;
      if (phase.peek() === 'loading') phase.value = 'failed';
      return false;
    }
    const { conversation, entries: page, more } = answer.data;
    if (after === 0) hasOlder.value = more;
    append(page);
    heardOf = Math.max(heardOf, conversation.lastSeq);
    refusal.value = null;
    phase.value = 'ready';
    deps.onSummary(conversation);
    await catchUp();
    outbox.resume();
    return true;
  }

  return {
    conversationId,
    entries,
    phase,
    refusal,
    hasOlder,
    loadingOlder,
    outbox,
    sync,
    hearOf,
    receive(entry) {
      heardOf = Math.max(heardOf, entry.seq);
      if (phase.peek() !== 'ready') return;
      append([entry]);
      void catchUp();
    },
    async loadOlder() {
      const before = firstSeq(entries.peek());
      if (!hasOlder.peek() || loadingOlder.peek() || before <= 1) return;
      loadingOlder.value = true;
      const page = await link.request('log:read', { conversationId, before });
      loadingOlder.value = false;
      if (!page.ok) return;
      entries.value = prependEntries(entries.peek(), page.data.entries);
      hasOlder.value = page.data.more && firstSeq(entries.peek()) > 1;
    },
  };
}
