/**
 * The scrolling log. Owns where it is scrolled to: at the bottom it follows what comes, elsewhere it
 * stays, also when older messages are put in above.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatMoney } from '../../../protocol/currencies.ts';
import type { Chat } from '../model/chat.ts';
import type { Row } from '../model/timeline.ts';
import { strings } from '../strings.ts';
import type { Format } from './format.ts';
import { Greeting } from './Greeting.tsx';
import { Group } from './Group.tsx';
import { PaymentCard } from './PaymentCard.tsx';
import { useSignal } from './use-signal.ts';

/** Closer to the bottom than this counts as there. */
const BOTTOM_PX = 48;
/** Closer to the top than this asks for older messages. */
const TOP_PX = 200;

export interface LogProps {
  chat: Chat;
  format: Format;
  onOpenLink(url: string): void;
}

export function Log({ chat, format, onOpenLink }: LogProps) {
  const rows = useSignal(chat.rows);
  const moreBefore = useSignal(chat.moreBefore);
  const isNews = useSignal(chat.isNews);
  const box = useRef<HTMLDivElement>(null);
  const isAtBottom = useRef(true);
  /** Distance from the bottom, which older messages above do not change. */
  const fromBottom = useRef(0);
  const top = useRef(0);
  const firstKey = rows.find(({ kind }) => kind !== 'day')?.key;
  const lastKey = lastMessageKey(rows);
  const knownFirst = useRef(firstKey);
  const [hasNew, setHasNew] = useState(false);

  function toBottom() {
    const log = box.current;
    if (log) log.scrollTop = log.scrollHeight;
  }
  /** The button goes away with what it does; the focus must not. */
  function leaveButton(act: () => void) {
    box.current?.focus();
    act();
  }
  function onScroll() {
    const log = box.current;
    // A hidden panel has no size, and says nothing about where the visitor was.
    if (!log?.clientHeight) return;
    fromBottom.current = log.scrollHeight - log.scrollTop;
    // Only the visitor goes up; a log that shrank under a growing composer is still at its bottom.
    const wentUp = log.scrollTop < top.current;
    top.current = log.scrollTop;
    isAtBottom.current =
      fromBottom.current - log.clientHeight < BOTTOM_PX || (isAtBottom.current && !wentUp);
    if (isAtBottom.current) setHasNew(false);
    if (log.scrollTop < TOP_PX) chat.readEarlier();
  }

  useLayoutEffect(() => {
    const log = box.current;
    if (!log) return;
    const isEarlier = knownFirst.current !== firstKey;
    knownFirst.current = firstKey;
    if (isAtBottom.current) toBottom();
    else if (isEarlier) log.scrollTop = log.scrollHeight - fromBottom.current;
  }, [rows]);
  useLayoutEffect(() => {
    const last = rows.at(-1);
    if (last?.kind === 'group' && last.author.kind === 'visitor') {
      isAtBottom.current = true;
      toBottom();
    } else if (!isAtBottom.current) setHasNew(true);
  }, [lastKey]);
  useLayoutEffect(() => {
    const log = box.current;
    if (!log) return;
    const observer = new ResizeObserver(() => isAtBottom.current && toBottom());
    observer.observe(log);
    return () => observer.disconnect();
  }, []);

  return (
    <div class="scroller">
      <div
        ref={box}
        class="log"
        role="log"
        aria-label={strings.log}
        aria-live={isNews ? 'polite' : 'off'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        onScroll={onScroll}
      >
        {moreBefore ? (
          <p class="line">{strings.earlier}</p>
        ) : (
          <Greeting site={chat.init.site} isAlone={!rows.length} />
        )}
        {rows.map((row) => (
          <RowView key={row.key} {...{ row, chat, format, onOpenLink, leaveButton }} />
        ))}
      </div>
      {hasNew && (
        <button type="button" class="jump" onClick={() => leaveButton(toBottom)}>
          {strings.newMessages}
        </button>
      )}
    </div>
  );
}

const lastMessageKey = (rows: readonly Row[]) => {
  const last = rows.at(-1);
  return last?.kind === 'group' ? last.messages.at(-1)?.key : last?.key;
};

interface RowProps extends LogProps {
  row: Row;
  leaveButton(act: () => void): void;
}

function RowView({ row, chat, format, onOpenLink, leaveButton }: RowProps) {
  const { locale, payments } = chat.init;
  switch (row.kind) {
    case 'day':
      return <p class="day">{format.day(row.at)}</p>;
    case 'group':
      return (
        <Group
          group={row}
          format={format}
          onOpenLink={onOpenLink}
          onRetry={(clientId) => leaveButton(() => chat.outbox.retry(clientId))}
          onRemove={(clientId) => leaveButton(() => chat.outbox.remove(clientId))}
        />
      );
    case 'payment':
      return (
        <PaymentCard
          payment={row.payment}
          locale={locale}
          format={format}
          canPay={payments}
          onPay={chat.pay}
        />
      );
    case 'paymentLine': {
      const { status, amountMinor, refundedMinor, currency } = row.payment;
      const words = strings.payments[status];
      const amount = status.endsWith('refunded') && refundedMinor ? refundedMinor : amountMinor;
      return words ? (
        <p class="line">{`${words} · ${formatMoney(amount, currency, locale)}`}</p>
      ) : null;
    }
    case 'event': {
      const words = eventWords(row.name, row.agentName);
      return words ? <p class="line">{words}</p> : null;
    }
  }
}

function eventWords(name: string, agentName?: string) {
  if (name === 'assigned') return agentName && strings.assigned(agentName);
  if (name === 'resolved') return strings.resolved;
  return name === 'reopened' && strings.reopened;
}
