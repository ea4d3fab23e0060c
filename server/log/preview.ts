/** The one line of a conversation that the console's list shows. */
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentState, PaymentStatus } from '../../protocol/entries.ts';
import type { LogEntry } from './publisher.ts';

const PREVIEW_LENGTH = 140;
/** Enough of a text to fill the preview once white space is folded, without walking all of it. */
const PREVIEW_SOURCE_LENGTH = 2 * PREVIEW_LENGTH;

const PAYMENT_WORDS: Readonly<Record<PaymentStatus, string>> = {
  created: 'Payment requested',
  open: 'Payment opened',
  processing: 'Payment processing',
  succeeded: 'Paid',
  failed: 'Payment declined',
  canceled: 'Payment canceled',
  expired: 'Payment expired',
  partially_refunded: 'Partly refunded',
  refunded: 'Refunded',
  disputed: 'Payment disputed',
};

export interface Preview {
  text: string;
  by: 'visitor' | 'agent' | 'system';
}

/** @returns what the list shows after this entry, or null where it keeps what it shows. */
export function previewOf(entry: LogEntry): Preview | null {
  if (entry.type === 'message') return { text: firstLine(entry.text), by: entry.author.kind };
  if (entry.type === 'payment') return { text: inWords(entry.payment), by: entry.author.kind };
  return null;
}

/** Cut between code points, so that no half of a surrogate pair is left. */
const firstLine = (text: string) =>
  text
    .slice(0, PREVIEW_SOURCE_LENGTH)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, PREVIEW_LENGTH)
    .replace(/[\uD800-\uDBFF]$/, '');

const inWords = ({ status, approval, amountMinor, currency }: PaymentState) => {
  const waits = approval === 'waiting' && status === 'created';
  const words = waits ? 'Payment waits for approval' : PAYMENT_WORDS[status];
  return `${words}: ${formatMoney(amountMinor, currency, 'en-GB')}`;
};
