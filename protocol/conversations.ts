/** What each side sees of a conversation beside its log. Last writer wins; never in the log. */
import { type Static, Type } from 'typebox';
import { Id, Instant, Seq } from './entries.ts';
import { EMAIL_MAX_LENGTH, NAME_MAX_LENGTH, PAGE_URL_MAX_LENGTH } from './limits.ts';

export const ConversationStatus = Type.Union([Type.Literal('open'), Type.Literal('resolved')]);
export type ConversationStatus = Static<typeof ConversationStatus>;

/** An agent as others see one. */
export const AgentCard = Type.Object({ id: Id, name: Type.String({ maxLength: NAME_MAX_LENGTH }) });
export type AgentCard = Static<typeof AgentCard>;

/** How far each side has read: the `seq` of the last entry seen [READ-1]. */
export const ReadMarks = Type.Object({ visitor: Seq, agent: Seq });
export type ReadMarks = Static<typeof ReadMarks>;

/** A visitor's own view. */
export const ConversationView = Type.Object({
  id: Id,
  status: ConversationStatus,
  lastSeq: Seq,
  reads: ReadMarks,
  assignee: Type.Optional(AgentCard),
});
export type ConversationView = Static<typeof ConversationView>;

/** What the console shows of a visitor. Given by the page or the visitor, and not verified. */
export const VisitorFacts = Type.Object({
  id: Id,
  name: Type.Optional(Type.String({ maxLength: NAME_MAX_LENGTH })),
  email: Type.Optional(Type.String({ maxLength: EMAIL_MAX_LENGTH })),
  /** Origin and path of the page that the chat was last opened on, and first. */
  page: Type.Optional(Type.String({ maxLength: PAGE_URL_MAX_LENGTH })),
  firstPage: Type.Optional(Type.String({ maxLength: PAGE_URL_MAX_LENGTH })),
  firstSeenAt: Instant,
  /** BCP 47, as the browser prefers. */
  locale: Type.Optional(Type.String({ maxLength: 35 })),
  /** Browser and system in words, such as `Firefox on Linux`. */
  browser: Type.Optional(Type.String({ maxLength: 80 })),
  online: Type.Boolean(),
});
export type VisitorFacts = Static<typeof VisitorFacts>;

/** A line of the console's list. */
export const ConversationSummary = Type.Object({
  id: Id,
  site: Type.Object({ id: Id, name: Type.String() }),
  status: ConversationStatus,
  lastSeq: Seq,
  /** Changes with every entry; the list is ordered by it, newest first. */
  updatedAt: Instant,
  reads: ReadMarks,
  /** Messages by the visitor past the agents' read mark. */
  unread: Type.Integer({ minimum: 0 }),
  assignee: Type.Optional(AgentCard),
  visitor: VisitorFacts,
  /** First 140 characters of the last message or payment in words; card numbers already replaced. */
  preview: Type.String({ maxLength: 200 }),
  previewBy: Type.Union([Type.Literal('visitor'), Type.Literal('agent'), Type.Literal('system')]),
});
export type ConversationSummary = Static<typeof ConversationSummary>;
