/** One author's messages of one minute: bubbles, and below them who, when and how they stand. */
import { avatarColor, initialsOf } from '../model/colors.ts';
import type { MessageGroup, ShownMessage } from '../model/timeline.ts';
import { strings } from '../strings.ts';
import type { Format } from './format.ts';
import { Text } from './Text.tsx';

export interface GroupProps {
  group: MessageGroup;
  format: Format;
  onOpenLink(url: string): void;
  onRetry(clientId: string): void;
  onRemove(clientId: string): void;
}

export function Group({ group, format, onOpenLink, onRetry, onRemove }: GroupProps) {
  const { author, at, messages } = group;
  const isMine = author.kind === 'visitor';
  const name = isMine ? strings.you : (author.name ?? strings.support);
  return (
    // Only what others say is announced.
    <div class={isMine ? 'group mine' : 'group'} aria-live={isMine ? 'off' : undefined}>
      {!isMine && (
        <span
          class="avatar"
          aria-hidden="true"
          style={{ background: avatarColor(author.id ?? '') }}
        >
          {initialsOf(name)}
        </span>
      )}
      <div class="stack">
        {messages.map((message, index) => (
          <div key={message.key} class="item">
            <p class={`bubble ${message.state ?? ''}`}>
              <span class="quiet">{`${name}: `}</span>
              <span class="text" dir="auto">
                <Text text={message.text} onOpenLink={onOpenLink} />
              </span>
            </p>
            {message.isRedacted && <p class="meta">{strings.redacted}</p>}
            <Meta
              message={message}
              at={index === messages.length - 1 ? format.time(at) : ''}
              name={isMine ? '' : name}
              onRetry={onRetry}
              onRemove={onRemove}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

interface MetaProps extends Pick<GroupProps, 'onRetry' | 'onRemove'> {
  message: ShownMessage;
  at: string;
  name: string;
}

function Meta({ message: { key, state, reason }, at, name, onRetry, onRemove }: MetaProps) {
  if (state === 'waiting' || state === 'failed' || state === 'refused') {
    return (
      <p class={`meta unsent ${state}`} role="status">
        <b>{state === 'waiting' ? strings.waiting : strings.notSent}</b>
        {reason && <span>{reason}</span>}
        <button type="button" onClick={() => onRetry(key)}>
          {strings.retry}
        </button>
        <button type="button" onClick={() => onRemove(key)}>
          {strings.remove}
        </button>
      </p>
    );
  }
  if (!at && !state) return null;
  return (
    <p class="meta">
      {at && name && <span>{name}</span>}
      {at && <span>{at}</span>}
      {state && <span class={state}>{state === 'seen' ? strings.seen : strings.sending}</span>}
    </p>
  );
}
