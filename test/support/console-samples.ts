/** Wire shapes with the fewest words, for tests of the console. */
import type { ConversationSummary } from '../../protocol/conversations.ts';
import type {
  Author,
  EventEntry,
  MessageEntry,
  PaymentEntry,
  PaymentStatus,
} from '../../protocol/entries.ts';

export const CONVERSATION = 'cv_aaaaaaaaaaaaaaaa';
export const VISITOR: Author = { kind: 'visitor', id: 'vi_aaaaaaaaaaaaaaaa' };
export const ANNA: Author = { kind: 'agent', id: 'ag_aaaaaaaaaaaaaaaa', name: 'Anna Berg' };
const NOON = new Date(2026, 10, 21, 12).getTime();

/** A message at noon plus `seq` seconds. */
export const message = (seq: number, more: Partial<MessageEntry> = {}): MessageEntry => ({
  conversationId: CONVERSATION,
  seq,
  type: 'message',
  at: NOON + seq * 1000,
  author: VISITOR,
  text: `message ${seq}`,
  ...more,
});

export const payment = (
  seq: number,
  status: PaymentStatus,
  paymentId = 'pr_aaaaaaaaaaaaaaaa',
): PaymentEntry => ({
  conversationId: CONVERSATION,
  seq,
  type: 'payment',
  at: NOON + seq * 1000,
  author: status === 'created' ? ANNA : { kind: 'system' },
  payment: {
    paymentId,
    revision: 1,
    amountMinor: 4900,
    currency: 'EUR',
    description: 'Lantern',
    status,
  },
});

export const event = (seq: number, name: EventEntry['event']): EventEntry => ({
  conversationId: CONVERSATION,
  seq,
  type: 'event',
  at: NOON + seq * 1000,
  author: ANNA,
  event: name,
});

export const summary = (more: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: CONVERSATION,
  site: { id: 'st_aaaaaaaaaaaaaaaa', name: 'Harbour' },
  status: 'open',
  lastSeq: 1,
  updatedAt: NOON,
  reads: { visitor: 0, agent: 0 },
  unread: 1,
  visitor: { id: 'vi_aaaaaaaaaaaaaaaa', firstSeenAt: NOON, online: true },
  preview: 'message 1',
  previewBy: 'visitor',
  ...more,
});

export const ok = (data: unknown) => ({ ok: true as const, data });
