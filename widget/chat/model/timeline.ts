/**
 * Turns the log and the outbox into what stands on the screen, top to bottom: days, groups of one
 * author's messages, payment cards, small lines. Pure.
 */
import type { Author, Entry, PaymentEntry, PaymentState } from '../../../protocol/entries.ts';
import type { SheetResult } from '../../../protocol/port.ts';
import type { OutgoingMessage } from './outbox.ts';

export interface ShownMessage {
  /** Stays the same from the first keystroke to the confirmed entry. */
  key: string;
  text: string;
  state?: 'sending' | 'waiting' | 'failed' | 'refused' | 'seen';
  reason?: string;
  isRedacted?: boolean;
}

export interface MessageGroup {
  kind: 'group';
  key: string;
  at: number;
  author: Author;
  messages: ShownMessage[];
}

export type Row =
  | { kind: 'day'; key: string; at: number }
  | MessageGroup
  | { kind: 'payment'; key: string; payment: PaymentState; by: Author }
  | { kind: 'event'; key: string; name: string; agentName?: string | undefined }
  | { kind: 'paymentLine'; key: string; payment: PaymentState };

const minuteOf = (at: number) => Math.floor(at / 60_000);
const dayOf = (at: number) => new Date(at).toDateString();
const ME: Author = { kind: 'visitor' };

/** @param paid how the sheet closed, which holds until the log says more. */
export function createTimeline(
  entries: readonly Entry[],
  outgoing: readonly OutgoingMessage[],
  agentRead: number,
  paid?: { paymentId: string; result: SheetResult },
): Row[] {
  const rows: Row[] = [];
  let day = '';

  function onDay(at: number) {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    rows.push({ kind: 'day', key: `day ${day}`, at });
  }

  function addMessage(author: Author, at: number, message: ShownMessage) {
    onDay(at);
    const last = rows.at(-1);
    if (
      last?.kind === 'group' &&
      last.author.kind === author.kind &&
      last.author.id === author.id &&
      minuteOf(last.at) === minuteOf(at)
    ) {
      last.messages.push(message);
    } else {
      rows.push({ kind: 'group', key: message.key, at, author, messages: [message] });
    }
  }

  const newest = newestPayments(entries, paid);
  const placed = new Set<string>();
  /** What was told of a payment by a line: once each, whatever else changes in it. */
  const told = new Set<string>();
  let seen: ShownMessage | undefined;
  for (const entry of entries) {
    const key = `#${entry.seq}`;
    if (entry.type === 'message') {
      const isMine = entry.author.kind === 'visitor';
      const message: ShownMessage = { key: entry.clientId ?? key, text: entry.text };
      if (entry.redacted) message.isRedacted = true;
      if (isMine && entry.seq <= agentRead) seen = message;
      // All of a visitor's tabs are one author, whatever name was given in between.
      addMessage(isMine ? ME : entry.author, entry.at, message);
    } else if (entry.type === 'payment') {
      const { paymentId, status, refundedMinor } = entry.payment;
      const news = `${paymentId} ${status} ${refundedMinor}`;
      const isTold = told.has(news);
      told.add(news);
      if (isTold) continue;
      onDay(entry.at);
      if (placed.has(paymentId)) {
        rows.push({ kind: 'paymentLine', key, payment: entry.payment });
      } else {
        placed.add(paymentId);
        const payment = newest.get(paymentId) ?? entry.payment;
        rows.push({ kind: 'payment', key: paymentId, payment, by: entry.author });
      }
    } else if (entry.type === 'event') {
      onDay(entry.at);
      rows.push({ kind: 'event', key, name: entry.event, agentName: entry.agent?.name });
    }
  }
  if (seen) seen.state = 'seen';
  for (const { clientId, text, at, state, reason } of outgoing) {
    addMessage(ME, at, { key: clientId, text, state, ...(reason && { reason }) });
  }
  return rows;
}

/** The newest state of each payment is the one that holds [PAY-1]. */
function newestPayments(
  entries: readonly Entry[],
  paid?: { paymentId: string; result: SheetResult },
): Map<string, PaymentState> {
  const newest = new Map<string, PaymentState>();
  for (const entry of entries) {
    if (isPayment(entry)) newest.set(entry.payment.paymentId, entry.payment);
  }
  const told = paid && newest.get(paid.paymentId);
  if (
    told &&
    (paid.result === 'succeeded' || paid.result === 'processing') &&
    (told.status === 'created' || told.status === 'open')
  ) {
    newest.set(paid.paymentId, { ...told, status: 'processing' });
  }
  return newest;
}

const isPayment = (entry: Entry): entry is PaymentEntry => entry.type === 'payment';
