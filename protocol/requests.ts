/**
 * What a peer may ask over a socket, one schema each. Unknown fields are refused, so that a typing
 * slip in a client is noticed. Used by the server to parse; by clients for its types only.
 */
import { type Static, Type } from 'typebox';
import { ClientId, Id, Instant, Seq } from './entries.ts';
import {
  EMAIL_MAX_LENGTH,
  NAME_MAX_LENGTH,
  PAGE_MAX_CONVERSATIONS,
  PAGE_MAX_ENTRIES,
} from './limits.ts';

const strict = { additionalProperties: false };
const Text = Type.String();

/** `conversationId: null` is the visitor's current conversation, made if there is none [SEND-4]. */
export const VisitorMessageSend = Type.Object(
  { conversationId: Type.Union([Id, Type.Null()]), clientId: ClientId, text: Text },
  strict,
);
export const AgentMessageSend = Type.Object(
  { conversationId: Id, clientId: ClientId, text: Text },
  strict,
);
/** State plus every entry past `after`, up to a page; `null` is the visitor's current conversation. */
export const VisitorSync = Type.Object(
  { conversationId: Type.Union([Id, Type.Null()]), after: Seq },
  strict,
);
export const AgentSync = Type.Object({ conversationId: Id, after: Seq }, strict);
/** Entries with `seq > after`, ascending; or the page that ends just below `before` [LOG-3]. */
export const LogRead = Type.Object(
  {
    conversationId: Id,
    after: Type.Optional(Seq),
    before: Type.Optional(Seq),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX_ENTRIES })),
  },
  strict,
);
export const TypingSet = Type.Object({ conversationId: Id, on: Type.Boolean() }, strict);
export const ReadMark = Type.Object({ conversationId: Id, seq: Seq }, strict);
export const VisitorIdentify = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: NAME_MAX_LENGTH })),
    email: Type.Optional(Type.String({ maxLength: EMAIL_MAX_LENGTH })),
  },
  strict,
);
export const ConversationsList = Type.Object(
  {
    status: Type.Union([Type.Literal('open'), Type.Literal('resolved'), Type.Literal('all')]),
    /** `updatedAt` and `id` of the last line of the page before. */
    before: Type.Optional(Type.Object({ updatedAt: Instant, id: Id }, strict)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX_CONVERSATIONS })),
  },
  strict,
);
export const ConversationAssign = Type.Object(
  { conversationId: Id, agentId: Type.Union([Id, Type.Null()]) },
  strict,
);
export const ConversationRef = Type.Object({ conversationId: Id }, strict);
export type VisitorMessageSend = Static<typeof VisitorMessageSend>;
export type AgentMessageSend = Static<typeof AgentMessageSend>;
export type VisitorSync = Static<typeof VisitorSync>;
export type AgentSync = Static<typeof AgentSync>;
export type LogRead = Static<typeof LogRead>;
export type TypingSet = Static<typeof TypingSet>;
export type ReadMark = Static<typeof ReadMark>;
export type VisitorIdentify = Static<typeof VisitorIdentify>;
export type ConversationsList = Static<typeof ConversationsList>;
export type ConversationAssign = Static<typeof ConversationAssign>;
export type ConversationRef = Static<typeof ConversationRef>;
