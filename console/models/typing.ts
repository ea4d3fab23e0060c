/** Who is typing where. Ephemeral: over after six seconds unless it is repeated [TYPE-1]. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { TypingChanged } from '../../protocol/sockets.ts';

const TYPING_MAX_MS = 6000;
/** Repeated a little sooner than it would be over. */
const TYPING_REPEAT_MS = 4000;

export interface TypingModel {
  /** By conversation: the name of the agent who types, or `visitor`. */
  readonly typing: ReadonlySignal<ReadonlyMap<string, string>>;
  receive(fact: TypingChanged): void;
}

export function createTyping(): TypingModel {
  const typing = signal<ReadonlyMap<string, string>>(new Map());
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  function set(conversationId: string, who: string | null) {
    const next = new Map(typing.peek());
    if (who === null) next.delete(conversationId);
    else next.set(conversationId, who);
    typing.value = next;
  }

  return {
    typing,
    receive({ conversationId, by, agent, on }) {
      clearTimeout(timers.get(conversationId));
      set(conversationId, on ? (by === 'agent' ? (agent?.name ?? 'An agent') : 'visitor') : null);
      if (on) {
        timers.set(
          conversationId,
          setTimeout(() => set(conversationId, null), TYPING_MAX_MS),
        );
      }
    },
  };
}

/** Says that this agent types, seldom enough. */
export function createTypingSender(tell: (on: boolean) => void) {
  let saidAt = 0;
  return {
    typed() {
      if (Date.now() - saidAt < TYPING_REPEAT_MS) return;
      saidAt = Date.now();
      tell(true);
    },
    stopped() {
      if (saidAt === 0) return;
      saidAt = 0;
      tell(false);
    },
  };
}
