import type { ConversationSummary } from '../../protocol/conversations.ts';
import { visitorName } from '../format/people.ts';
import { fullTime, shortTime } from '../format/times.ts';
import { addressOf } from '../models/place.ts';
import { Avatar } from './Avatar.tsx';
import { Icon } from './Icon.tsx';

export interface ConversationLineProps {
  line: ConversationSummary;
  selected: boolean;
  typing: boolean;
  now: number;
  mine: boolean;
  /** Whether something of the agent's own did not get through. */
  unsent: boolean;
  /** Whether a payment of it does not go on by itself. */
  attention: boolean;
  /** Where an agent answers for more than one. */
  showSite: boolean;
}

const PAYMENT_BY_AGENT = /^(Payment (requested|waits|canceled)|Paid|Refunded|Partly refunded)\b.*:/;

/** The server writes payments in words; a visitor's own words never get the payment's sign. */
const isPayment = ({ preview, previewBy }: ConversationSummary) =>
  previewBy === 'system' || (previewBy === 'agent' && PAYMENT_BY_AGENT.test(preview));

function Preview({ line, typing }: { line: ConversationSummary; typing: boolean }) {
  if (typing) return <span class="line-preview line-typing">typing…</span>;
  return (
    <>
      {isPayment(line) ? (
        <Icon name="card" />
      ) : (
        line.previewBy === 'agent' && (
          <>
            <Icon name="reply" class="line-you flips" />
            <span class="visually-hidden">Reply: </span>
          </>
        )
      )}
      <span class="line-preview" dir="auto">
        {line.preview}
      </span>
    </>
  );
}

export function ConversationLine(props: ConversationLineProps) {
  const { line, selected, typing, now, mine, unsent, attention, showSite } = props;
  const { visitor, unread, assignee } = line;
  return (
    <li class="line">
      <a
        class={`line-link ${unread ? 'line-unread' : ''}`}
        href={addressOf(line.id)}
        aria-current={selected ? 'true' : undefined}
        data-conversation={line.id}
      >
        <Avatar id={visitor.id} name={visitor.name} online={visitor.online} />
        <span class="line-body">
          <span class="line-top">
            <bdi class="line-name">{visitorName(visitor)}</bdi>
            {visitor.online && <span class="visually-hidden">online</span>}
            <time class="line-time" title={fullTime(line.updatedAt)}>
              {shortTime(line.updatedAt, now)}
            </time>
          </span>
          <span class="line-bottom">
            <Preview line={line} typing={typing} />
            {unread > 0 && (
              <span class="badge">
                {unread > 99 ? '99+' : unread}
                <span class="visually-hidden"> unread</span>
              </span>
            )}
            {assignee && (
              <span class="line-assignee" title={`Assigned to ${mine ? 'you' : assignee.name}`}>
                <span class="visually-hidden">assigned to {mine ? 'you' : assignee.name}</span>
                <Avatar id={assignee.id} name={assignee.name} size="small" />
              </span>
            )}
          </span>
          {(line.status === 'resolved' || unsent || attention || showSite) && (
            <span class="line-foot">
              {attention && (
                <span class="tag tag-bad">
                  <Icon name="warning" />
                  Payment needs attention
                </span>
              )}
              {unsent && (
                <span class="tag tag-bad">
                  <Icon name="warning" />
                  Not sent
                </span>
              )}
              {line.status === 'resolved' && (
                <span class="tag tag-quiet">
                  <Icon name="check" />
                  Resolved
                </span>
              )}
              {showSite && <span class="line-site">{line.site.name}</span>}
            </span>
          )}
        </span>
      </a>
    </li>
  );
}
