import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { ConversationSummary } from '../../protocol/conversations.ts';
import type { Author } from '../../protocol/entries.ts';
import type { PaymentAttention } from '../../protocol/payments.ts';
import { eventWords } from '../format/event-words.ts';
import { visitorName } from '../format/people.ts';
import { clockTime, dayName, fullTime } from '../format/times.ts';
import { firstSeq, lastSeq } from '../models/conversation-log.ts';
import type { PaymentRecord } from '../models/payments.ts';
import { paymentAddress } from '../models/place.ts';
import type { Thread } from '../models/thread.ts';
import { buildTimeline, sentMark, type TimelineItem } from '../models/timeline.ts';
import { Icon } from './Icon.tsx';
import { MessageGroup } from './MessageGroup.tsx';
import { PaymentCard } from './PaymentCard.tsx';
import { useReadOnSight } from './use-read-on-sight.ts';
import { useStayAtEnd } from './use-stay-at-end.ts';

/** Nearer to the start than this reads older entries, in CSS pixels. */
const NEAR_TOP_PX = 60;

export interface LogProps {
  thread: Thread;
  summary: ConversationSummary | null;
  me: { id: string; name: string };
  typing: string | undefined;
  onRead: (seq: number) => void;
  /** Whose panel is open. */
  paymentId: string | null;
  /** Whether this agent can let a waiting request through, and how. */
  mayApprove: (payment: PaymentRecord) => boolean;
  onApprove: (paymentId: string) => void;
  attentionOf: (paymentId: string) => PaymentAttention | undefined;
  /** Absent where payments are not set up, or not for this agent. */
  onRequestPayment: (() => void) | undefined;
}

function Line({ at, words }: { at: number; words: string }) {
  return (
    <p class="event" title={fullTime(at)}>
      <span>
        {words} · <time>{clockTime(at)}</time>
      </span>
    </p>
  );
}

function Item({
  item,
  props,
  mark,
}: {
  item: TimelineItem;
  props: LogProps;
  mark: ReturnType<typeof sentMark>;
}) {
  const { thread, summary, me } = props;
  const nameOf = (author: Author) =>
    author.name ??
    (author.kind === 'visitor' && summary ? visitorName(summary.visitor) : 'Bulkhead');
  switch (item.kind) {
    case 'day':
      return (
        <p class="day">
          <span>{dayName(item.at, Date.now())}</span>
        </p>
      );
    case 'event':
      return <Line at={item.entry.at} words={eventWords(item.entry, me.id)} />;
    case 'turn':
      return <Line at={item.entry.at} words={item.words} />;
    case 'payment':
      return (
        <PaymentCard
          payment={item.payment}
          href={paymentAddress(item.payment.paymentId, thread.conversationId)}
          open={props.paymentId === item.payment.paymentId}
          attention={props.attentionOf(item.payment.paymentId)}
          onApprove={
            props.mayApprove(item.payment)
              ? () => props.onApprove(item.payment.paymentId)
              : undefined
          }
        />
      );
    case 'group':
      return (
        <MessageGroup
          group={item}
          name={nameOf(item.author)}
          mine={item.author.id === me.id}
          mark={mark}
          onRetry={thread.outbox.retry}
          onDiscard={thread.outbox.discard}
          onRequestPayment={props.onRequestPayment}
        />
      );
  }
}

export function Log(props: LogProps) {
  const { thread, summary, me, typing, onRead } = props;
  const box = useRef<HTMLDivElement>(null);
  const entries = thread.entries.value;
  const unsent = thread.outbox.items.value;
  const items = useMemo(
    () => buildTimeline(entries, unsent, { kind: 'agent', ...me }),
    [entries, unsent, me.id],
  );
  const mark = sentMark(entries, summary?.reads.visitor ?? 0);

  const { atEnd, toEnd, onScroll } = useStayAtEnd(box, firstSeq(entries));
  // Whoever sends wants to see it.
  useLayoutEffect(() => {
    if (unsent.length) toEnd();
  }, [unsent.length]);
  useReadOnSight(atEnd ? lastSeq(entries) : 0, onRead);

  return (
    <div class="log-frame">
      <div
        ref={box}
        class="log"
        role="log"
        aria-label="Conversation"
        // Older entries are not news: they are not read out.
        aria-busy={thread.loadingOlder.value}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        onScroll={(event) => {
          onScroll();
          if (event.currentTarget.scrollTop < NEAR_TOP_PX) void thread.loadOlder();
        }}
      >
        {thread.hasOlder.value && (
          <button
            type="button"
            class="button button-quiet log-older"
            disabled={thread.loadingOlder.value}
            onClick={() => void thread.loadOlder()}
          >
            {thread.loadingOlder.value ? 'Loading…' : 'Show earlier messages'}
          </button>
        )}
        {items.map((item) => (
          <Item key={item.key} item={item} props={props} mark={mark} />
        ))}
        {typing && (
          <p class="typing">
            <span class="typing-dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {typing === 'visitor'
              ? `${summary ? visitorName(summary.visitor) : 'The visitor'} is typing`
              : `${typing} is typing`}
          </p>
        )}
      </div>
      {!atEnd && (
        <button type="button" class="button log-end" onClick={toEnd}>
          <Icon name="down" />
          Newest
        </button>
      )}
    </div>
  );
}
