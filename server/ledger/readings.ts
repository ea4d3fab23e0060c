/**
 * How the lines about reading are written and read: the one place that knows their details.
 *
 * `conversation.read` is a page of the log that was asked for, or a stretch of entries that an open
 * conversation received live; `conversation.listed` are conversations whose line in a list was shown.
 * What is gathered over a while says since when.
 */
import type { LedgerEvent } from './ledger.ts';

/** An agent's account, and from where it is used. */
export interface Reader {
  agentId: string;
  /** Address of the peer. */
  ip: string;
}
export interface ReadConversation {
  id: string;
  visitorId: string;
  siteId: string;
}

/** Live readings are written at most this often for an agent and conversation, or list. */
export const GATHER_READS_MS = 60_000;
/** How much later than what it tells a line can stand: the gathering, and a server that was busy. */
export const READ_LATE_MS = 5 * GATHER_READS_MS;

export interface Stretch {
  /** `seq` of the first and the last entry; absent where only the conversation's facts were shown. */
  firstSeq?: number | undefined;
  lastSeq?: number | undefined;
  /** When the first of it was received, where that is before the line's own instant. */
  since?: number;
  live?: true;
}

export const readEvent = (
  { agentId, ip }: Reader,
  { id, visitorId, siteId }: ReadConversation,
  { firstSeq, lastSeq, since, live }: Stretch,
): LedgerEvent => ({
  kind: 'conversation.read',
  agentId,
  conversationId: id,
  visitorId,
  siteId,
  detail: {
    ip,
    ...(firstSeq !== undefined && { firstSeq, lastSeq }),
    ...(since !== undefined && { since }),
    ...(live && { live }),
  },
});

/** Where lines of conversations are shown. */
export type ListName = 'conversations' | 'payments' | 'payments.csv' | 'payment';

export interface Shown {
  list: ListName;
  conversationIds: readonly string[];
  since?: number;
  live?: true;
  filter?: object;
}

export const listedEvent = (
  { agentId, ip }: Reader,
  { conversationIds, ...shown }: Shown,
): LedgerEvent => ({
  kind: shown.list === 'payments.csv' ? 'data.exported' : 'conversation.listed',
  agentId,
  detail: { ip, ...shown, count: conversationIds.length, ids: packIds(conversationIds) },
});

/** Ids without their kind, apart by blanks. */
const packIds = (ids: readonly string[]): string =>
  [...new Set(ids)].map((id) => id.replace(/^cv_/, '')).join(' ');

/** What a line about reading says, as `readEvent` and `listedEvent` wrote it. */
export interface ReadingDetail {
  since: number | null;
  /** Of a list; null for the log of one conversation. */
  conversationIds: string[] | null;
}

export function readingIn(detail: string | null): ReadingDetail {
  const said = detail === null ? {} : JSON.parse(detail);
  const ids = typeof said.ids === 'string' ? said.ids.split(' ').filter(Boolean) : null;
  return {
    since: typeof said.since === 'number' ? said.since : null,
    conversationIds: ids?.map((id: string) => `cv_${id}`) ?? null,
  };
}
