/**
 * The two socket maps. Requests (`message:send`) are answered once with an `Outcome`; facts
 * (`entry:appended`) go to everyone concerned, the sender included, and are hints: the log is the
 * truth [LOG-5].
 */
import type {
  AgentCard,
  ConversationSummary,
  ConversationView,
  ReadMarks,
} from './conversations.ts';
import type { Entry } from './entries.ts';
import type { Outcome } from './errors.ts';
import type * as Incidents from './incidents.ts';
import type * as Payments from './payments.ts';
import type * as Requests from './requests.ts';

export const VISITOR_NAMESPACE = '/visitor';
export const AGENT_NAMESPACE = '/agent';

type Ack<T> = (outcome: Outcome<T>) => void;

/** `auth` of a visitor's handshake: a single-use ticket from `POST /api/session` [AUTH-2]. */
export interface VisitorHandshake {
  protocol: number;
  ticket: string;
}
/** `auth` of an agent's handshake; who it is comes from the cookie alone [AUTH-4]. */
export interface AgentHandshake {
  protocol: number;
}

export interface SentMessage {
  conversationId: string;
  seq: number;
  /** Milliseconds since the epoch. */
  at: number;
}
export interface LogPage {
  /** Ascending by `seq`. */
  entries: Entry[];
  /** Whether there is more in the direction that was read. */
  more: boolean;
}
/** With `after: 0` the last page, and `more` says whether there is more before it [LOG-3]. */
export interface VisitorSnapshot extends LogPage {
  /** `null`: no conversation yet. */
  conversation: ConversationView | null;
  /** Of the site, unless this visitor has put it away; absent when there is none. */
  notice?: Incidents.NoticeBanner;
}
export interface AgentSnapshot extends LogPage {
  conversation: ConversationSummary;
}
export interface ConversationPage {
  conversations: ConversationSummary[];
  more: boolean;
}

export interface PaymentHistory {
  summary: Payments.PaymentSummary;
  lines: Payments.PaymentHistoryLine[];
}
export interface SavedTemplates {
  templates: Payments.SavedTemplate[];
}

export interface VisitorRequests {
  'conversation:sync': (body: Requests.VisitorSync, ack: Ack<VisitorSnapshot>) => void;
  'log:read': (body: Requests.LogRead, ack: Ack<LogPage>) => void;
  'message:send': (body: Requests.VisitorMessageSend, ack: Ack<SentMessage>) => void;
  'typing:set': (body: Requests.TypingSet, ack?: Ack<null>) => void;
  'read:mark': (body: Requests.ReadMark, ack?: Ack<null>) => void;
  'visitor:identify': (body: Requests.VisitorIdentify, ack: Ack<null>) => void;
  /** A proof for the notice's page [NOTICE-2]. */
  'notice:check': (body: Incidents.NoticeRef, ack: Ack<Incidents.NoticeProof>) => void;
  /** Puts its banner away for this visitor. */
  'notice:dismiss': (body: Incidents.NoticeRef, ack?: Ack<null>) => void;
}

export interface AgentRequests {
  'conversations:list': (body: Requests.ConversationsList, ack: Ack<ConversationPage>) => void;
  'conversation:sync': (body: Requests.AgentSync, ack: Ack<AgentSnapshot>) => void;
  'log:read': (body: Requests.LogRead, ack: Ack<LogPage>) => void;
  'message:send': (body: Requests.AgentMessageSend, ack: Ack<SentMessage>) => void;
  'note:send': (body: Requests.AgentMessageSend, ack: Ack<SentMessage>) => void;
  'typing:set': (body: Requests.TypingSet, ack?: Ack<null>) => void;
  'read:mark': (body: Requests.ReadMark, ack?: Ack<null>) => void;
  'conversation:assign': (body: Requests.ConversationAssign, ack: Ack<null>) => void;
  'conversation:resolve': (body: Requests.ConversationRef, ack: Ack<null>) => void;
  'conversation:reopen': (body: Requests.ConversationRef, ack: Ack<null>) => void;
  'incidents:list': (body: Incidents.IncidentsList, ack: Ack<Incidents.IncidentsPage>) => void;
  'incident:close': (body: Incidents.IncidentRef, ack: Ack<null>) => void;
  'incident:reopen': (body: Incidents.IncidentRef, ack: Ack<null>) => void;
  'payment:request': (body: Payments.PaymentRequest, ack: Ack<{ paymentId: string }>) => void;
  'payment:edit': (body: Payments.PaymentEdit, ack: Ack<{ revision: number }>) => void;
  'payment:cancel': (body: Payments.PaymentRef, ack: Ack<null>) => void;
  'payment:approve': (body: Payments.PaymentRef, ack: Ack<null>) => void;
  /** Gives everything back that was charged over another sum than was asked for [PAY-12]. */
  'payment:return': (body: Payments.PaymentReturn, ack: Ack<{ refundId: string }>) => void;
  'payment:history': (body: Payments.PaymentRef, ack: Ack<PaymentHistory>) => void;
  'payments:list': (body: Payments.PaymentsList, ack: Ack<Payments.PaymentsPage>) => void;
  'refund:request': (body: Payments.RefundRequest, ack: Ack<{ refundId: string }>) => void;
  'refund:approve': (body: Payments.RefundRef, ack: Ack<null>) => void;
  /** Calls off one that waits for an approval: by who asked for it, or who could approve it. */
  'refund:cancel': (body: Payments.RefundRef, ack: Ack<null>) => void;
  'template:list': (body: Payments.TemplatesList, ack: Ack<SavedTemplates>) => void;
  'template:save': (body: Payments.TemplateSave, ack: Ack<{ templateId: string }>) => void;
  'template:delete': (body: Payments.TemplateRef, ack: Ack<null>) => void;
  'notice:list': (body: Incidents.NoticesList, ack: Ack<Incidents.NoticesListed>) => void;
  /** The following are the owners' [NOTICE-1]. */
  'notice:save': (body: Incidents.NoticeSave, ack: Ack<Incidents.NoticeView>) => void;
  'notice:discard': (body: Incidents.NoticeRef, ack: Ack<null>) => void;
  'notice:publish': (body: Incidents.NoticePublish, ack: Ack<Incidents.NoticeView>) => void;
  'notice:update': (body: Incidents.NoticeUpdateSend, ack: Ack<Incidents.NoticeView>) => void;
  'notice:close': (body: Incidents.NoticeRef, ack: Ack<Incidents.NoticeView>) => void;
}

export interface TypingChanged {
  conversationId: string;
  by: 'visitor' | 'agent';
  /** Only for an agent. */
  agent?: AgentCard;
  on: boolean;
}

export interface StateStale {
  /** Wait a random part of it first, in milliseconds, so that not everybody asks at once. */
  withinMs: number;
}

export interface ReadChanged {
  conversationId: string;
  reads: ReadMarks;
}

interface SharedFacts {
  'entry:appended': (entry: Entry) => void;
  'typing:changed': (fact: TypingChanged) => void;
  'read:changed': (fact: ReadChanged) => void;
  /** What was told before may have gaps: synchronise as after a reconnect [SYNC-1]. */
  'state:stale': (fact: StateStale) => void;
}
export interface VisitorFactsMap extends SharedFacts {
  'conversation:changed': (conversation: ConversationView) => void;
  'notice:changed': (fact: Incidents.NoticeChanged) => void;
}
export interface AgentFactsMap extends SharedFacts {
  'conversation:changed': (conversation: ConversationSummary) => void;
  /** To every agent, whatever they have open. */
  'payment:changed': (summary: Payments.PaymentSummary) => void;
  'notice:changed': (notice: Incidents.NoticeView) => void;
  /** To every agent, at most four times a second each [REPORT-3]. */
  'incident:changed': (summary: Incidents.IncidentSummary) => void;
}
