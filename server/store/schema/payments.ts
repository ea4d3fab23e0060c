/** Payments, what became of them, and what the provider said. */
import type { Generated, Selectable } from 'kysely';
import type { PaymentStatus, RefundStatus } from '../../../protocol/entries.ts';
import type { PaymentHistoryLine } from '../../../protocol/payments.ts';

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

export interface PaymentsTables {
  payments: PaymentTable;
  refunds: RefundRow;
  payment_history: PaymentHistoryRow;
  payment_templates: PaymentTemplateRow;
  provider_events: ProviderEventRow;
}
