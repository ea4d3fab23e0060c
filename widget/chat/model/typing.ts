/** Who types [TYPE-1]: theirs for six seconds after the last word of it, ours said at most every three. */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { TypingChanged } from '../../../protocol/sockets.ts';

export const TYPING_EXPIRY_MS = 6000;
export const TYPING_REPEAT_MS = 3000;

export interface Typists {
  names: ReadonlySignal<readonly string[]>;
  hear(fact: TypingChanged): void;
  /** An agent's message arrived: that one has stopped. */
  stopped(agentId: string | undefined): void;
}

export function createTypists(): Typists {
  const names = signal<readonly string[]>([]);
  const typing = new Map<string, { name: string; timer: ReturnType<typeof setTimeout> }>();
  const publish = () => {
    names.value = [...typing.values()].map(({ name }) => name);
  };
  const stopped = (agentId = '') => {
    clearTimeout(typing.get(agentId)?.timer);
    if (typing.delete(agentId)) publish();
  };
  return {
    names,
    stopped,
    hear({ by, agent, on }) {
      if (by !== 'agent' || !agent) return;
      stopped(agent.id);
      if (!on) return;
      const timer = setTimeout(() => stopped(agent.id), TYPING_EXPIRY_MS);
      typing.set(agent.id, { name: agent.name, timer });
      publish();
    },
  };
}

/** @returns what to call at each keystroke; `tell` runs when the other side has to know. */
export function createOwnTyping(tell: (on: boolean) => void): (on: boolean) => void {
  let saidAt = 0;
  return (on) => {
    const now = Date.now();
    if (on ? now - saidAt < TYPING_REPEAT_MS : !saidAt) return;
    saidAt = on ? now : 0;
    tell(on);
  };
}
