/** Who is typing [TYPE-1]: relayed, stored nowhere, over after six seconds unless repeated. */
import type { TypingChanged } from '../../protocol/sockets.ts';

const LASTS_MS = 6000;

/** Sends the fact to the others in the conversation. */
export type Relay = (fact: TypingChanged) => void;

export interface TypingHeard {
  visitorId: string;
  changed: TypingChanged;
}

export interface Typing {
  set(fact: TypingChanged, relay: Relay): void;
  /** From another process, which may end before it says that it is over. */
  heard(fact: TypingHeard): void;
  /** Somebody sent, left or was cut off: says so if that one was typing. */
  stop(conversationId: string, who: string): void;
  stopAll(who: string): void;
  close(): void;
}

interface Running {
  timer: NodeJS.Timeout;
  fact: TypingChanged;
  relay: Relay;
}

export const typistOf = (fact: TypingChanged): string => fact.agent?.id ?? 'visitor';

/** @param relayHere to the sockets of this process, what others told */
export function createTyping(relayHere: (heard: TypingHeard) => void = () => {}): Typing {
  /** By conversation, then by who types. */
  const running = new Map<string, Map<string, Running>>();

  function take(conversationId: string, who: string): Running | undefined {
    const here = running.get(conversationId);
    const found = here?.get(who);
    if (!found) return undefined;
    clearTimeout(found.timer);
    here?.delete(who);
    if (here?.size === 0) running.delete(conversationId);
    return found;
  }

  function stop(conversationId: string, who: string): void {
    const found = take(conversationId, who);
    found?.relay({ ...found.fact, on: false });
  }

  function set(fact: TypingChanged, relay: Relay): void {
    const { conversationId } = fact;
    const who = typistOf(fact);
    if (!fact.on) {
      stop(conversationId, who);
      return;
    }
    take(conversationId, who);
    const timer = setTimeout(() => stop(conversationId, who), LASTS_MS).unref();
    const here = running.get(conversationId) ?? new Map<string, Running>();
    running.set(conversationId, here.set(who, { timer, fact, relay }));
    relay(fact);
  }

  return {
    set,
    heard: ({ visitorId, changed }) =>
      set(changed, (fact) => relayHere({ visitorId, changed: fact })),
    stop,
    stopAll(who) {
      for (const conversationId of [...running.keys()]) stop(conversationId, who);
    },
    close() {
      for (const here of running.values())
        for (const { timer } of here.values()) clearTimeout(timer);
      running.clear();
    },
  };
}
