/**
 * The ledger: who did what, when, to whose data, in an order that nobody can change unseen
 * [LEDGER-1], and what an exposure report says of it [EXP-1].
 */
import { type Static, Type } from 'typebox';
import { Id } from './entries.ts';

const strict = { additionalProperties: false };

export const LEDGER_KINDS = [
  'agent.signed_in',
  'agent.sign_in_failed',
  'agent.signed_out',
  'agent.changed',
  'conversation.read',
  'conversation.listed',
  'data.exported',
  'data.given',
  'data.erased',
  'session.opened',
  'session.closed',
  'payment.acted',
  'refund.acted',
  'settings.changed',
  'key.changed',
  'release.published',
  'exposure.asked',
  'notice.published',
  'notice.updated',
  'notice.closed',
] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** What a visitor may have given. Card data is no category: it never reaches the server [EXP-4]. */
export const DATA_CATEGORIES = [
  'name',
  'email',
  'messages',
  'page',
  'browser',
  'payment_metadata',
] as const;
export type DataCategory = (typeof DATA_CATEGORIES)[number];

/** One line of an export, in the order of `n`: all that is needed to prove the chain offline. */
export interface LedgerLine {
  /** From 1, without gaps. */
  n: number;
  /** Milliseconds since the epoch; never before the line before it. */
  at: number;
  kind: LedgerKind;
  siteId: string | null;
  agentId: string | null;
  visitorId: string | null;
  conversationId: string | null;
  /** Release of the loader, where one was involved. */
  release: string | null;
  /**
   * SHA-256, hex, of the UTF-8 of `salt` followed by `detail`. The salt is 22 characters of base64url,
   * kept beside the detail, and dies with it [LEDGER-4].
   */
  detailHash: string;
  /** What the line says besides, as JSON text; `null` once it was erased. */
  detail: string | null;
  salt: string | null;
  /** SHA-256, hex, over the previous hash and every field above but `detail` and `salt`. */
  hash: string;
}

/** A signed statement that the ledger stood so [LEDGER-3]; sent to the witness. */
export interface LedgerHead {
  n: number;
  hash: string;
  at: number;
  /** Ed25519 over `bulkhead-ledger-v1\n<n>\n<hash>\n<at>`, base64url. */
  signature: string;
  /** Raw public key, base64url. */
  key: string;
}

/**
 * `POST /api/agent/exposure`, owners only. With neither condition the question is "who was within
 * the reach of somebody who held server and database between these instants"; each condition
 * narrows it [EXP-2].
 */
export const ExposureQuestion = Type.Object(
  {
    /** Milliseconds since the epoch; `from` is included, `to` is not. */
    from: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    to: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    siteId: Type.Optional(Id),
    /** Whose browser ran this release's files. */
    release: Type.Optional(Type.String({ maxLength: 40 })),
    /** What this agent's account read. */
    agentId: Type.Optional(Id),
    /** What was read from this address. */
    ip: Type.Optional(Type.String({ maxLength: 45 })),
  },
  strict,
);
export type ExposureQuestion = Static<typeof ExposureQuestion>;

export interface ExposedConversation {
  conversationId: string | null;
  visitorId: string;
  siteId: string;
  categories: DataCategory[];
  /** First and last instant within the window at which it was within reach. */
  firstAt: number;
  lastAt: number;
  /** Empty where the question is not about reading. */
  readBy: ExposedReading[];
}
/** What one agent's account saw of a conversation within the window. */
export interface ExposedReading {
  agentId: string;
  name: string;
  /** First and last instant of it. */
  from: number;
  to: number;
  /** How often entries of its log were read: pages asked for, and stretches received live. */
  times: number;
  /** How often only its line in a list was shown: the visitor's facts, and the newest message's beginning. */
  previews: number;
}
export interface ExposureCounts {
  visitors: number;
  conversations: number;
  /** Of conversations' logs. */
  reads: number;
  /** Lines in lists that were shown. */
  previews: number;
  /** Visitors who had given it by then. */
  byCategory: Record<DataCategory, number>;
}
/** A line of `GET /api/agent/exposure`: what was asked before, the newest first, at most 100. */
export interface ExposureSummary {
  id: string;
  question: ExposureQuestion;
  askedAt: number;
  /** Null for the command line. */
  askedBy: { id: string; name: string } | null;
  counts: ExposureCounts;
}
/**
 * What the ledger answers [EXP-1]. Exported whole as `SignedExposureReport`:
 * `GET /api/agent/exposure/:id.signed.json`.
 */
export interface ExposureReport {
  id: string;
  question: ExposureQuestion;
  askedAt: number;
  /** The ledger as it stood when it was asked. */
  head: LedgerHead;
  counts: ExposureCounts;
  /** Ascending by `firstAt`, the first 500; the CSV has all. */
  exposed: ExposedConversation[];
  more: boolean;
}
/** Ed25519 over `bulkhead-exposure-v1\n<report>`, by the key that signs the heads, base64url. */
export interface SignedExposureReport {
  /** JSON text of the `ExposureReport` with everyone in it, exactly as it was signed. */
  report: string;
  signature: string;
  key: string;
}
