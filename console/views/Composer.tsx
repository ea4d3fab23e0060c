import type { Ref } from 'preact';
import { useId } from 'preact/hooks';
import { textOfRichPaste } from '../adapter/rich-paste.ts';
import type { Composer as ComposerModel, WritingMode } from '../models/composer.ts';
import { Icon } from './Icon.tsx';

export interface ComposerProps {
  composer: ComposerModel;
  field: Ref<HTMLTextAreaElement>;
  /** Absent where payments are not set up. */
  onRequestPayment?: (() => void) | undefined;
}

const MODES: readonly (readonly [WritingMode, string])[] = [
  ['reply', 'Reply'],
  ['note', 'Note'],
];

function paste(event: ClipboardEvent) {
  const field = event.currentTarget;
  const html = event.clipboardData?.getData('text/html');
  const text = html ? textOfRichPaste(html) : null;
  if (text === null || !(field instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  // The only way to insert that the browser's own undo knows; it is not going away for text fields.
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function CardWarning({ id, onMask }: { id: string; onMask: () => void }) {
  return (
    <div class="notice notice-bad composer-warning" role="alert" id={id}>
      <Icon name="shield" />
      <span>
        This looks like a card number, which is never sent in a chat. Request a payment instead: the
        visitor enters the card in a secure form.
      </span>
      <button type="button" class="link-button" onClick={onMask}>
        Keep only the last four digits
      </button>
    </div>
  );
}

export function Composer({ composer, field, onRequestPayment }: ComposerProps) {
  const warningId = useId();
  const mode = composer.mode.value;
  const note = mode === 'note';
  const left = composer.left.value;
  const send = () => composer.send();

  return (
    <form
      class={`composer ${note ? 'composer-note' : ''}`}
      aria-label="Write"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset class="composer-modes" aria-label="Kind of message">
        {MODES.map(([value, label]) => (
          <button
            key={value}
            type="button"
            class="composer-mode"
            aria-pressed={mode === value}
            onClick={() => composer.setMode(value)}
          >
            {value === 'note' && <Icon name="lock" />}
            {label}
          </button>
        ))}
      </fieldset>
      {composer.hasCard.value && <CardWarning id={warningId} onMask={composer.maskCards} />}
      <textarea
        ref={field}
        class="composer-text"
        rows={2}
        dir="auto"
        aria-label={note ? 'Note' : 'Reply'}
        aria-invalid={composer.hasCard.value || (left ?? 0) < 0}
        aria-describedby={composer.hasCard.value ? warningId : undefined}
        placeholder={note ? 'Only your team sees this…' : 'Write a reply…'}
        value={composer.text.value}
        onInput={(event) => composer.input(event.currentTarget.value)}
        onPaste={paste}
        onBlur={composer.rest}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          // Enter also ends a composition of Chinese, Japanese or Korean input: that must not send.
          // WebKit tells that Enter by its key code alone (https://bugs.webkit.org/show_bug.cgi?id=165004).
          const composing = event.isComposing || event.keyCode === 229;
          if (event.key !== 'Enter' || event.shiftKey || composing) return;
          event.preventDefault();
          send();
        }}
      />
      <div class="composer-foot">
        {onRequestPayment && (
          <button type="button" class="button button-quiet" onClick={onRequestPayment}>
            <Icon name="card" />
            Request payment
          </button>
        )}
        <span class="composer-hint">
          {left === null ? (
            <>
              <kbd>Enter</kbd> to send, <kbd>Shift</kbd> <kbd>Enter</kbd> for a new line
            </>
          ) : left < 0 ? (
            <strong class="composer-over">{-left} characters too many</strong>
          ) : (
            `${left} characters left`
          )}
        </span>
        <button type="submit" class="button button-primary" disabled={!composer.canSend.value}>
          <Icon name="send" />
          {note ? 'Add note' : 'Send'}
        </button>
      </div>
    </form>
  );
}
