/**
 * What an agent is writing in one conversation: a reply and a note, each with its own draft. A card
 * number is stopped here before it is sent, and never reaches the kept draft [CARD-2].
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { findCards, redactCards } from '../../protocol/card-guard.ts';
import { MESSAGE_MAX_LENGTH } from '../../protocol/limits.ts';
import type { Keep } from './keep.ts';
import type { UnsentKind } from './outbox.ts';
import { createTypingSender } from './typing.ts';

export type WritingMode = 'reply' | 'note';
/** From here on the remaining characters are counted. */
const COUNT_FROM = MESSAGE_MAX_LENGTH - 200;

export interface Composer {
  readonly mode: ReadonlySignal<WritingMode>;
  readonly text: ReadonlySignal<string>;
  readonly hasCard: ReadonlySignal<boolean>;
  /** Characters left, negative when there are too many; `null` while it does not matter. */
  readonly left: ReadonlySignal<number | null>;
  readonly canSend: ReadonlySignal<boolean>;
  setMode(mode: WritingMode): void;
  input(text: string): void;
  /** Replaces card numbers by their last four digits. */
  maskCards(): void;
  send(): boolean;
  /** The agent left the field. */
  rest(): void;
}

export interface ComposerDeps {
  conversationId: string;
  keep: Keep;
  send: (kind: UnsentKind, text: string) => void;
  tellTyping: (on: boolean) => void;
}

function readDrafts(value: unknown): Record<WritingMode, string> {
  const { reply, note } = (value ?? {}) as Partial<Record<WritingMode, unknown>>;
  return {
    reply: typeof reply === 'string' ? reply : '',
    note: typeof note === 'string' ? note : '',
  };
}

export function createComposer(deps: ComposerDeps): Composer {
  const name = `draft.${deps.conversationId}`;
  const mode = signal<WritingMode>('reply');
  const drafts = signal(readDrafts(deps.keep.read(name)));
  const typing = createTypingSender(deps.tellTyping);

  const text = computed(() => drafts.value[mode.value]);
  const hasCard = computed(() => findCards(text.value).length > 0);
  const left = computed(() => {
    const length = text.value.trim().length;
    return length > COUNT_FROM ? MESSAGE_MAX_LENGTH - length : null;
  });
  const canSend = computed(
    () => text.value.trim() !== '' && !hasCard.value && (left.value ?? 0) >= 0,
  );

  function write(next: string) {
    drafts.value = { ...drafts.peek(), [mode.peek()]: next };
    const { reply, note } = drafts.peek();
    const clean = { reply: redactCards(reply).text, note: redactCards(note).text };
    deps.keep.write(name, reply || note ? clean : undefined);
  }

  return {
    mode,
    text,
    hasCard,
    left,
    canSend,
    setMode(next) {
      mode.value = next;
      typing.stopped();
    },
    input(next) {
      write(next);
      // A note is none of the visitor's business, not even that one is being written.
      if (mode.peek() === 'reply' && next.trim()) typing.typed();
      else typing.stopped();
    },
    maskCards: () => write(redactCards(text.peek()).text),
    send() {
      if (!canSend.peek()) return false;
      deps.send(mode.peek() === 'note' ? 'note' : 'message', text.peek().trim());
      write('');
      typing.stopped();
      return true;
    },
    rest: () => typing.stopped(),
  };
}
