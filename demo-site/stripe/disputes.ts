/** A cardholder disputes a charge at their bank; test card and tests' control lead here. */
import type Stripe from 'stripe';
import { invalidRequest } from './api-error.ts';
import type { DisputeKind } from './cards.ts';
import type { Caller, Context } from './context.ts';
import { type FormRecord, readBoolean, readRecord, readString, refuseUnknown } from './form.ts';
import { createId, nowSeconds } from './object-store.ts';

const EVIDENCE_DUE_SECONDS = 9 * 24 * 3600;

/** Opens one, as the payer's bank does. An inquiry leaves the money where it is. */
export function openDispute(
  context: Context,
  charge: Stripe.Charge,
  kind: DisputeKind = 'fraudulent',
): Stripe.Dispute {
  const account = context.store.accountOf(charge.id) ?? '';
  charge.disputed = true;
  const dispute = context.store.put(account, createDispute(charge, kind));
  context.emit(account, 'charge.dispute.created', dispute);
  context.emit(account, 'charge.updated', charge);
  if (kind !== 'inquiry') context.emit(account, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** The merchant's answer goes to the bank. */
export function submitEvidence(context: Context, dispute: Stripe.Dispute): void {
  const isInquiry = dispute.status.startsWith('warning_');
  dispute.status = isInquiry ? 'warning_under_review' : 'under_review';
  dispute.evidence_details.has_evidence = true;
  dispute.evidence_details.submission_count += 1;
  context.emit(accountOf(context, dispute), 'charge.dispute.updated', dispute);
}

/** The bank decides. A won charge stays `disputed` at Stripe; only the dispute tells. Idempotent. */
export function closeDispute(
  context: Context,
  dispute: Stripe.Dispute,
  verdict: 'won' | 'lost',
): void {
  if (isClosed(dispute)) return;
  const account = accountOf(context, dispute);
  const isInquiry = dispute.status.startsWith('warning_');
  dispute.status = isInquiry ? 'warning_closed' : verdict;
  dispute.is_charge_refundable = dispute.status !== 'lost';
  context.emit(account, 'charge.dispute.closed', dispute);
  if (dispute.status === 'won') {
    context.emit(account, 'charge.dispute.funds_reinstated', dispute);
  }
}

/** `POST /v1/disputes/:id`: in test mode the words of the evidence decide (docs.stripe.com/testing). */
export function updateDispute(
  context: Context,
  caller: Caller,
  id: string,
  form: FormRecord,
): Stripe.Dispute {
  refuseUnknown(form, ['evidence', 'expand', 'metadata', 'submit']);
  const dispute = context.store.get('dispute', id, caller.account);
  const text = readString(readRecord(form, 'evidence') ?? {}, 'uncategorized_text');
  if (isClosed(dispute)) throw invalidRequest('This dispute is already closed');
  if (readBoolean(form, 'submit') === false) return dispute;
  submitEvidence(context, dispute);
  if (text === 'winning_evidence') closeDispute(context, dispute, 'won');
  if (text === 'losing_evidence') closeDispute(context, dispute, 'lost');
  return dispute;
}

/** Whether a charge cannot be refunded because the payer's bank has, or may get, the money. */
export function isHeldByDispute(context: Context, charge: Stripe.Charge): boolean {
  return context.store
    .everything('dispute')
    .some(({ charge: of, is_charge_refundable }) => of === charge.id && !is_charge_refundable);
}

const isClosed = ({ status }: Stripe.Dispute) =>
  ['won', 'lost', 'warning_closed', 'prevented'].includes(status);

const accountOf = (context: Context, { id }: Stripe.Dispute) => context.store.accountOf(id) ?? '';

function createDispute(charge: Stripe.Charge, kind: DisputeKind): Stripe.Dispute {
  return {
    id: createId('du'),
    object: 'dispute',
    // What was given back before cannot be disputed any more.
    amount: charge.amount - charge.amount_refunded,
    balance_transactions: [],
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: nowSeconds() + EVIDENCE_DUE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: kind === 'inquiry',
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: kind === 'product_not_received' ? 'product_not_received' : 'fraudulent',
    status: kind === 'inquiry' ? 'warning_needs_response' : 'needs_response',
  };
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
