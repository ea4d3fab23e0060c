/**
 * The rows, as they stand in the database. Columns are snake_case and are mapped to the words of
 * the protocol once, beside the queries that read them. Instants are integer milliseconds; JSON is
 * text. Kept to what SQLite and Postgres have in common.
 */
import type { Generated, Selectable } from 'kysely';
import type { PaymentStatus, RefundStatus } from '../../protocol/entries.ts';
import type { AgentRole, ReportKind } from '../../protocol/http.ts';
import type { DataCategory, LedgerKind } from '../../protocol/ledger.ts';
import type { PaymentHistoryLine } from '../../protocol/payments.ts';

/** Who makes a site's payment intents [PAY-11]. */
export type Minting = 'server' | 'connect' | 'merchant';

export interface SiteRow {
  id: string;
  /** `site_…`, as it stands in the tag. */
  public_key: string;
  name: string;
  color: string;
  greeting: string;
  /** JSON array of origins. */
  allowed_origins: string;
  stripe_publishable_key: string | null;
  minting: Generated<Minting>;
  /** `acct_…`; only where `minting` is `connect`. */
  stripe_account: string | null;
  /** Where the merchant's backend answers, and the secret shared with it; only for `merchant`. */
  merchant_url: string | null;
  merchant_secret: string | null;
  /** JSON; see `payments/policy.ts`. */
  payment_policy: string | null;
  /** Where the merchant hears of incidents, and the secret that signs what is sent there. */
  alert_url: Generated<string | null>;
  alert_secret: Generated<string | null>;
  alert_email: Generated<string | null>;
  created_at: number;
}

export interface AgentRow {
  id: string;
  /** Lower case. */
  email: string;
  name: string;
  /** `scrypt$N$r$p$salt$hash`. */
  password: string;
  role: Generated<AgentRole>;
  created_at: number;
}

export interface AgentSessionRow {
  /** SHA-256 of the cookie's value, hex. */
  id: string;
  agent_id: string;
  created_at: number;
  used_at: number;
}

/** Written with the first message, never before [AUTH-3]. */
export interface VisitorRow {
  id: string;
  site_id: string;
  name: string | null;
  email: string | null;
  page: string | null;
  first_page: string | null;
  first_seen_at: number;
  locale: string | null;
  browser: string | null;
  created_at: number;
}

export interface VisitorTokenRow {
  /** SHA-256 of the token, hex. */
  hash: string;
  visitor_id: string;
  issued_at: number;
  replaced_at: number | null;
}

export interface ConversationRow {
  id: string;
  site_id: string;
  /** Unique: a visitor has one conversation [SEND-4]. */
  visitor_id: string;
  status: 'open' | 'resolved';
  last_seq: number;
  assignee_id: string | null;
  visitor_read_seq: number;
  agent_read_seq: number;
  /** Messages by the visitor past `agent_read_seq`. */
  unread: number;
  preview: string;
  preview_by: 'visitor' | 'agent' | 'system';
  updated_at: number;
  created_at: number;
}

export interface EntryRow {
  conversation_id: string;
  seq: number;
  at: number;
  type: 'message' | 'note' | 'payment' | 'event';
  author_kind: 'visitor' | 'agent' | 'system';
  author_id: string | null;
  author_name: string | null;
  client_id: string | null;
  /** What the type has of its own, JSON. */
  body: string;
}

/** A group commit of the log that is not folded into the tables above yet. */
export interface JournalRow {
  id: number;
  /** JSON array of `EntryRow`, in order. */
  entries: string;
}

export interface PaymentTable {
  id: string;
  conversation_id: string;
  site_id: string;
  /** The agent who asked for it. */
  requested_by: string;
  client_id: string;
  revision: number;
  amount_minor: number;
  currency: string;
  description: string;
  status: PaymentStatus;
  reason: string | null;
  card_brand: string | null;
  card_last4: string | null;
  /** Stripe's PaymentIntent; null until Stripe has made it. */
  intent_id: string | null;
  /** When the provider is to be asked about it next; null while nothing can be missed. */
  next_look_at: number | null;
  /** JSON array of `LineItem`. */
  line_items: string | null;
  receipt_email: string | null;
  expires_at: number | null;
  /** While a second agent has to approve it; no intent exists until then [PAY-8]. */
  approval: 'waiting' | null;
  approved_by: string | null;
  /** Short, for people. */
  reference: string | null;
  paid_at: number | null;
  /** Sum of what was given back, `pending` included, as the provider says. */
  refunded_minor: Generated<number>;
  /** Failed tries to pay, over all revisions [PAY-10]. */
  attempts: Generated<number>;
  /** The provider's name of the last failed try that was counted. */
  last_failure: string | null;
  /** 1 once an early fraud warning came. */
  fraud_warning: Generated<number>;
  /** JSON of `DisputeState`. */
  dispute: string | null;
  /** JSON of an edit whose intent is being voided; see `edit-payment.ts`. */
  pending_edit: string | null;
  /** Idempotency keys of this revision that the provider answers with a stored fault. */
  keys_spent: Generated<number>;
  /** JSON of `PaymentAttention`, while somebody has to see to it [PAY-12]. */
  attention: string | null;
  /** Who makes its intent: `server`, `merchant`, or the connected account `acct_…` [PAY-11]. */
  minted_by: Generated<string>;
  created_at: number;
  updated_at: number;
}

export type PaymentRow = Selectable<PaymentTable>;

export interface RefundRow {
  id: string;
  payment_id: string;
  /** Of one that was made elsewhere, the provider's id. */
  client_id: string;
  amount_minor: number;
  reason: string | null;
  status: RefundStatus;
  /** Null for one that was made elsewhere, such as in Stripe's dashboard. */
  requested_by: string | null;
  approved_by: string | null;
  /** Stripe's Refund; null until Stripe is known to have made it. */
  provider_id: string | null;
  created_at: number;
  updated_at: number;
}

/** What happened to a payment, in order of `n`; written in the transaction of what it tells. */
export interface PaymentHistoryRow {
  payment_id: string;
  n: number;
  at: number;
  kind: PaymentHistoryLine['kind'];
  agent_id: string | null;
  detail: string;
  amount_minor: number | null;
}

export interface PaymentTemplateRow {
  id: string;
  name: string;
  /** JSON of `PaymentTemplate`. */
  body: string;
  created_by: string;
  created_at: number;
  updated_at: number;
}

/** Each event of the provider once, by its id [PAY-5]. */
export interface ProviderEventRow {
  id: string;
  type: string;
  received_at: number;
  payment_id: string | null;
  outcome: string;
}

export interface ReportRow {
  id: string;
  site_id: string;
  kind: ReportKind;
  subject: string;
  release: string;
  page: string;
  user_agent: string;
  /** `Chrome 156`, or empty. */
  browser: Generated<string>;
  /** Whose count this one is part of. */
  incident_id: string | null;
  count: number;
  first_at: number;
  last_at: number;
}

/** The chain [LEDGER-2]. Nothing here is ever changed or deleted. */
export interface LedgerRow {
  n: number;
  at: number;
  kind: LedgerKind;
  site_id: string | null;
  agent_id: string | null;
  visitor_id: string | null;
  conversation_id: string | null;
  release: string | null;
  detail_hash: string;
  hash: string;
}
/** What a line says besides; deleted by an erasure [LEDGER-4]. */
export interface LedgerDetailRow {
  n: number;
  salt: string;
  /** JSON. */
  detail: string;
  /** The detail's `ip`, for looking up. */
  address: string | null;
}
/** Which line says so: once for each visitor and category, until it is erased. */
export interface LedgerGivenRow {
  visitor_id: string;
  category: DataCategory;
  n: number;
}
export interface LedgerHeadRow {
  n: number;
  hash: string;
  at: number;
  signature: string;
  key: string;
  /** When the witness took it. */
  sent_at: number | null;
}

/** Durable, and on its way into the chain; see `ledger/postgres-ledger.ts`. */
export interface LedgerWaitingRow {
  id: Generated<number>;
  at: number;
  /** JSON. */
  job: string;
}

export interface ExposureReportRow {
  id: string;
  asked_at: number;
  /** Null for the command line. */
  asked_by: string | null;
  /** JSON of `ExposureQuestion`, `LedgerHead` and `ExposureCounts`. */
  question: string;
  head: string;
  counts: string;
}
/** One visitor of a report, in its order. */
export interface ExposedRow {
  report_id: string;
  position: number;
  visitor_id: string;
  conversation_id: string | null;
  site_id: string;
  /** JSON arrays. */
  categories: string;
  read_by: string;
  first_at: number;
  last_at: number;
}

/** Unique by site, kind, subject and release [REPORT-3]. */
export interface IncidentRow {
  id: string;
  site_id: string;
  kind: ReportKind;
  subject: string;
  release: string;
  status: 'open' | 'closed';
  count: number;
  first_at: number;
  last_at: number;
  opened_at: number;
  updated_at: number;
  closed_at: number | null;
  closed_by: string | null;
  /** When alerts were last made, and at which count; null before the first. */
  alerted_at: number | null;
  alerted_count: Generated<number>;
}

/** An alert that has not arrived yet, one for each way; see `incidents/alert-queue.ts`. */
export interface AlertRow {
  id: string;
  incident_id: string;
  channel: 'webhook' | 'email';
  /** Whose address it goes to: the installation's, or the site's. */
  scope: 'server' | 'site';
  reason: 'new' | 'grown';
  tries: number;
  next_at: number;
  created_at: number;
}

/** Browsers' reports that had nothing to do with Bulkhead. */
export interface DroppedReportsRow {
  site_id: string;
  count: number;
}

/** An owner's words about a breach, and how far their publication has come [NOTICE-1]. */
export interface NoticeRow {
  id: string;
  site_id: string;
  exposure_id: string | null;
  /** JSON of what the owner wrote: `NoticeWords`. Fixed once it is published. */
  words: string;
  discovered_at: number;
  banner: number;
  status: 'draft' | 'published' | 'closed';
  /** How many the exposure report named when it was last looked at. */
  visitors: number;
  conversations: number;
  /** How many conversations were told, and 1 while there may be more to tell. */
  told: number;
  telling: number;
  created_by: string;
  created_at: number;
  published_at: number | null;
  closed_at: number | null;
}

export interface NoticeUpdateRow {
  notice_id: string;
  n: number;
  at: number;
  text: string;
  agent_id: string;
}

/** Whom the exposure report named when the notice was published [NOTICE-2]. */
export interface NoticeAffectedRow {
  notice_id: string;
  visitor_id: string;
  /** Empty for a visitor who wrote nothing. */
  conversation_id: string;
  /** JSON array of `DataCategory`. */
  categories: string;
  first_at: number;
  last_at: number;
  /** 0 where there was no longer a conversation to tell. */
  told_at: number | null;
}

export interface Schema {
  sites: SiteRow;
  agents: AgentRow;
  agent_sessions: AgentSessionRow;
  visitors: VisitorRow;
  visitor_tokens: VisitorTokenRow;
  conversations: ConversationRow;
  entries: EntryRow;
  journal: JournalRow;
  payments: PaymentTable;
  refunds: RefundRow;
  payment_history: PaymentHistoryRow;
  payment_templates: PaymentTemplateRow;
  provider_events: ProviderEventRow;
  reports: ReportRow;
  ledger: LedgerRow;
  ledger_details: LedgerDetailRow;
  ledger_given: LedgerGivenRow;
  ledger_heads: LedgerHeadRow;
  ledger_waiting: LedgerWaitingRow;
  exposure_reports: ExposureReportRow;
  exposed: ExposedRow;
  incidents: IncidentRow;
  alerts: AlertRow;
  dropped_reports: DroppedReportsRow;
  notices: NoticeRow;
  notice_updates: NoticeUpdateRow;
  notice_affected: NoticeAffectedRow;
}
