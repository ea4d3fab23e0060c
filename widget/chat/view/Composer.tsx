/** Where the visitor writes. Refuses to send what looks like a card number [CARD-2]. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { findCards } from '../../../protocol/card-guard.ts';
import { MESSAGE_MAX_LENGTH } from '../../../protocol/limits.ts';
import { ASK_SECURE_PAYMENT } from '../../../protocol/phrases.ts';
import { strings } from '../strings.ts';

/** The counter shows from here on. */
const COUNTER_FROM = MESSAGE_MAX_LENGTH - 200;
const MAX_LINES = 5;

export interface ComposerProps {
  draft: string;
  /** Whether this page can take a payment. */
  canPay: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  isFull(): boolean;
  onDraft(text: string): void;
  onSend(text: string): void;
}

export function Composer({ draft, canPay, field, isFull, onDraft, onSend }: ComposerProps) {
  const [text, setText] = useState(draft);
  const [isRefused, setRefused] = useState(false);
  const trimmed = text.trim();
  const left = MESSAGE_MAX_LENGTH - trimmed.length;
  const hasCard = findCards(text).length > 0;

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    const { style } = area;
    style.height = 'auto';
    const { lineHeight, paddingBlockStart } = getComputedStyle(area);
    const most =
      Number.parseFloat(lineHeight) * MAX_LINES + Number.parseFloat(paddingBlockStart) * 2;
    style.height = `${Math.min(area.scrollHeight, most)}px`;
  }, [text]);

  function write(next: string) {
    setText(next);
    setRefused(false);
    onDraft(next);
  }
  function send() {
    field.current?.focus();
    if (!trimmed || left < 0 || hasCard) return;
    if (isFull()) return setRefused(true);
    onSend(trimmed);
    setText('');
  }
  /** The number goes, whatever else was written stays. */
  function askSecurely() {
    const isLate = isFull();
    if (!isLate) onSend(ASK_SECURE_PAYMENT);
    removeCards();
    setRefused(isLate);
  }
  function onKeyDown(event: KeyboardEvent) {
    // While an input method composes, Enter takes its suggestion; WebKit says so by 229 only.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    send();
  }
  function removeCards() {
    write(
      findCards(text).reduceRight(
        (rest, { start, end }) => rest.slice(0, start) + rest.slice(end),
        text,
      ),
    );
    field.current?.focus();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {(hasCard || isRefused) && (
        <div class="warning" role="alert">
          <p>{hasCard ? strings.card : strings.full}</p>
          {hasCard && canPay && (
            <button type="button" onClick={askSecurely}>
              {strings.askSecurely}
            </button>
          )}
          {hasCard && (
            <button type="button" onClick={removeCards}>
              {strings.removeCard}
            </button>
          )}
        </div>
      )}
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={strings.message}
          aria-invalid={hasCard || left < 0}
          placeholder={strings.placeholder}
          enterkeyhint="send"
          value={text}
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="send"
          aria-label={strings.send}
          onClick={send}
          disabled={!trimmed || left < 0}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 20V5M5.5 11.5 12 5l6.5 6.5" />
          </svg>
        </button>
      </div>
      {trimmed.length > COUNTER_FROM && (
        <p class={left < 0 ? 'counter over' : 'counter'} role="status">
          {strings.left(left)}
        </p>
      )}
    </form>
  );
}
