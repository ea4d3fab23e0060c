/**
 * Turns a log and an outbox into what stands on screen: days, groups of messages by one author,
 * payment cards and events. Pure, and in the order of `seq`; what is unsent comes last [LOG-2].
 */
import type {
  Author,
  Entry,
  EventEntry,
  MessageEntry,
  NoteEntry,
  PaymentEntry,
} from '../../protocol/entries.ts';
import { ASK_SECURE_PAYMENT } from '../../protocol/phrases.ts';
import { paymentTurn } from '../format/payment-words.ts';
import type { Unsent } from './outbox.ts';
import { foldPayments, type PaymentRecord } from './payments.ts';

/** Messages of one author further apart than this stand in two groups. */
const GROUP_GAP_MS = 5 * 60_000;

export interface Bubble {
  /** Stays the same when an optimistic message is confirmed, so that it does not flicker. */
  key: string;
  text: string;
  at: number;
  seq?: number;
  redacted?: number;
  /** The visitor wants to pay by card, and nobody has asked for a payment since. */
  asksPayment?: true;
  /** Only while it is not in the log. */
  unsent?: Unsent;
}
export interface Group {
  kind: 'group';
  key: string;
  author: Author;
  note: boolean;
  bubbles: Bubble[];
}
export type TimelineItem =
  | Group
  | { kind: 'day'; key: string; at: number }
  | { kind: 'event'; key: string; entry: EventEntry }
  | { kind: 'payment'; key: string; at: number; payment: PaymentRecord }
  | { kind: 'turn'; key: string; entry: PaymentEntry; words: string };

const dayOf = (at: number) => new Date(at).toDateString();

/** @returns the `seq` of the visitor's newest wish to pay that no request has answered yet. */
function openWish(entries: readonly Entry[]): number | undefined {
  const requested = new Set<string>();
  let wish: number | undefined;
  for (const entry of entries) {
    if (entry.type === 'payment' && !requested.has(entry.payment.paymentId)) {
      requested.add(entry.payment.paymentId);
      wish = undefined;
    }
    const isWish =
      entry.type === 'message' &&
      entry.author.kind === 'visitor' &&
      (entry.text === ASK_SECURE_PAYMENT || entry.redacted);
    if (isWish) wish = entry.seq;
  }
  return wish;
}

function bubbleOf(entry: MessageEntry | NoteEntry, wish: number | undefined): Bubble {
  const { text, at, seq, redacted } = entry;
  return {
    ...(seq === wish && { asksPayment: true }),
    key: entry.clientId ?? `s${seq}`,
    text,
    at,
    seq,
    ...(redacted !== undefined && { redacted }),
  };
}

export function buildTimeline(
  entries: readonly Entry[],
  unsent: readonly Unsent[],
  me: Author,
): TimelineItem[] {
  const items: TimelineItem[] = [];
  const payments = new Map(foldPayments(entries).map((record) => [record.paymentId, record]));
  const shown = new Set<string>();
  const wish = openWish(entries);
  let day = '';

  const openDay = (at: number) => {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    items.push({ kind: 'day', key: `${day} ${items.length ? items.at(-1)?.key : ''}`, at });
  };

  const addBubble = (author: Author, note: boolean, bubble: Bubble) => {
    openDay(bubble.at);
    const last = items.at(-1);
    const joins =
      last?.kind === 'group' &&
      last.note === note &&
      last.author.kind === author.kind &&
      last.author.id === author.id &&
      bubble.at - (last.bubbles.at(-1)?.at ?? 0) < GROUP_GAP_MS;
    if (joins) last.bubbles.push(bubble);
    else items.push({ kind: 'group', key: `g${bubble.key}`, author, note, bubbles: [bubble] });
  };

  const addPayment = (entry: PaymentEntry) => {
    const { paymentId } = entry.payment;
    const payment = payments.get(paymentId);
    if (payment && !shown.has(paymentId)) {
      shown.add(paymentId);
      items.push({ kind: 'payment', key: paymentId, at: entry.at, payment });
      return;
    }
    // Just below its card the change would say the same twice.
    const last = items.at(-1);
    const words = paymentTurn(entry);
    if (!words || (last?.kind === 'payment' && last.key === paymentId)) return;
    items.push({ kind: 'turn', key: `p${entry.seq}`, entry, words });
  };

  for (const entry of entries) {
    if (entry.type === 'hidden') continue;
    openDay(entry.at);
    if (entry.type === 'message' || entry.type === 'note')
      addBubble(entry.author, entry.type === 'note', bubbleOf(entry, wish));
    else if (entry.type === 'payment') addPayment(entry);
    else items.push({ kind: 'event', key: `e${entry.seq}`, entry });
  }
  const known = new Set(entries.map((entry) => ('clientId' in entry ? entry.clientId : '')));
  for (const item of unsent) {
    if (known.has(item.clientId)) continue;
    const { clientId, text, at, kind } = item;
    addBubble(me, kind === 'note', { key: clientId, text, at, unsent: item });
  }
  return items;
}

/** @returns the `seq` of the last message to the visitor, and whether the visitor has seen it. */
export function sentMark(
  entries: readonly Entry[],
  seenUpTo: number,
): { seq: number; seen: boolean } | null {
  const last = entries.findLast(
    (entry) => entry.type === 'message' && entry.author.kind === 'agent',
  );
  return last ? { seq: last.seq, seen: last.seq <= seenUpTo } : null;
}
