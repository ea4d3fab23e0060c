import { clockTime, fullTime } from '../format/times.ts';
import type { Bubble, Group } from '../models/timeline.ts';
import { Avatar } from './Avatar.tsx';
import { Icon } from './Icon.tsx';
import { MessageText } from './MessageText.tsx';

export interface MessageGroupProps {
  group: Group;
  /** The author's name; the group of a visitor without one has a pseudonym. */
  name: string;
  mine: boolean;
  /** `seq` of the message under which "Sent" or "Seen" stands. */
  mark: { seq: number; seen: boolean } | null;
  onRetry: (clientId: string) => void;
  onDiscard: (clientId: string) => void;
  /** Absent where this agent cannot. */
  onRequestPayment?: (() => void) | undefined;
}

function Unsent({
  bubble,
  onRetry,
  onDiscard,
}: Pick<MessageGroupProps, 'onRetry' | 'onDiscard'> & {
  bubble: Bubble;
}) {
  const { unsent } = bubble;
  if (!unsent) return null;
  if (unsent.state === 'sending') return <p class="bubble-state">Sending</p>;
  const waits = unsent.state === 'waiting';
  return (
    <div class={`bubble-state ${waits ? 'bubble-waiting' : 'bubble-failed'}`}>
      <p>
        <Icon name={waits ? 'clock' : 'warning'} />
        <strong>{waits ? 'Waiting' : 'Not sent'}</strong>
        {unsent.reason && <span>{unsent.reason}</span>}
      </p>
      <button type="button" class="link-button" onClick={() => onRetry(unsent.clientId)}>
        Try again
      </button>
      <button type="button" class="link-button" onClick={() => onDiscard(unsent.clientId)}>
        Remove
      </button>
    </div>
  );
}

function Mark({ seen }: { seen: boolean }) {
  return (
    <p class="bubble-state">
      <Icon name={seen ? 'checks' : 'check'} />
      {seen ? 'Seen' : 'Sent'}
    </p>
  );
}

export function MessageGroup(props: MessageGroupProps) {
  const { group, name, mine, mark } = props;
  const { author, note, bubbles } = group;
  const side = author.kind === 'agent' ? 'ours' : author.kind === 'visitor' ? 'theirs' : 'system';
  return (
    <div class={`group group-${side} ${note ? 'group-note' : ''}`}>
      <Avatar
        id={author.id ?? 'system'}
        name={author.kind === 'visitor' ? author.name : name}
        size="small"
      />
      <div class="group-body">
        <p class="group-head">
          {note && (
            <span class="note-label">
              <Icon name="lock" />
              Internal note
            </span>
          )}
          <bdi class="group-name">{mine ? 'You' : name}</bdi>
          <time title={fullTime(bubbles[0]?.at ?? 0)}>{clockTime(bubbles[0]?.at ?? 0)}</time>
        </p>
        {bubbles.map((bubble) => (
          <div key={bubble.key} class={`bubble-row ${bubble.unsent ? 'bubble-unsent' : ''}`}>
            <div class="bubble" title={fullTime(bubble.at)}>
              <MessageText text={bubble.text} />
              {bubble.redacted && (
                <p class="bubble-redacted">
                  <Icon name="shield" />
                  {bubble.redacted > 1 ? `${bubble.redacted} card numbers` : 'Card number'} removed.
                  Request a payment instead.
                </p>
              )}
            </div>
            {bubble.asksPayment && props.onRequestPayment && (
              <button type="button" class="button bubble-request" onClick={props.onRequestPayment}>
                <Icon name="card" />
                Request a payment
              </button>
            )}
            <Unsent bubble={bubble} {...props} />
            {mark && mark.seq === bubble.seq && <Mark seen={mark.seen} />}
          </div>
        ))}
      </div>
    </div>
  );
}
