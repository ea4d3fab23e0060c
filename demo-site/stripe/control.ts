/** What a test, in the same process, can see and steer. Nothing of this is served over HTTP. */
import type Stripe from 'stripe';
import type { ApiOptions, Availability, RecordedRequest } from './api.ts';
import type { Decline, DisputeKind, Success } from './cards.ts';
import { finishProcessing } from './confirm.ts';
import type { Context } from './context.ts';
import { closeDispute, openDispute, submitEvidence } from './disputes.ts';
import { warnOfFraud } from './fraud-warnings.ts';
import { createIdempotencyStore, type IdempotencyStore } from './idempotency.ts';
import type { Kind, OfKind } from './object-store.ts';
import { settleRefund } from './refunds.ts';
import type { WebhookControl } from './webhooks.ts';

/** Matches a request as `POST /v1/refunds`. */
export type FaultMatch = Pick<RegExp, 'test'>;

export interface StandInControl {
  webhooks: WebhookControl;
  /** Applies to `/v1` until set again; the script and the frames stay up. */
  setAvailability(availability: Availability): void;
  /** The next request that matches goes wrong in this way; the others as before. */
  faultNext(availability: Availability, which?: FaultMatch): void;
  /** As if a day had passed since every request. */
  forgetIdempotencyKeys(): void;
  requests(): readonly RecordedRequest[];
  /** Whether this card number, digits only, reached the confirm endpoint. */
  sawCardNumber(number: string): boolean;
  receivedCardNumbers(): readonly string[];
  paymentIntent(id: string): Stripe.PaymentIntent;
  charge(id: string): Stripe.Charge;
  refund(id: string): Stripe.Refund;
  /** Oldest first. */
  events(): readonly Stripe.Event[];
  /** The next charges stop at `processing` until `finishProcessing`. */
  processNext(count?: number): void;
  finishProcessing(paymentIntentId: string, outcome: 'succeeded' | 'failed'): void;
  settleRefund(refundId: string, status: 'succeeded' | 'failed'): void;
  dispute(chargeId: string, kind?: DisputeKind): Stripe.Dispute;
  submitEvidence(disputeId: string): void;
  closeDispute(disputeId: string, verdict: 'won' | 'lost'): void;
  warnOfFraud(chargeId: string): Stripe.Radar.EarlyFraudWarning;
  /** Of every account, oldest first. */
  all<K extends Kind>(kind: K): OfKind<K>[];
}

const SUCCESS: Success = { kind: 'success' };
const GENERIC_DECLINE: Decline = {
  kind: 'decline',
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
};

export interface Control {
  control: StandInControl;
  availability: ApiOptions['availability'];
  idempotency: IdempotencyStore;
  record: (request: RecordedRequest) => void;
}

export function createControl(context: Context, webhooks: WebhookControl): Control {
  let availability: Availability = 'available';
  const faults: { availability: Availability; which: FaultMatch }[] = [];
  const idempotency = createIdempotencyStore();
  const requests: RecordedRequest[] = [];

  function find<K extends Kind>(kind: K, id: string): OfKind<K> {
    return context.store.get(kind, id, context.store.accountOf(id) ?? '');
  }

  return {
    availability(method, path) {
      const next = faults.findIndex(({ which }) => which.test(`${method} ${path}`));
      return faults.splice(next, next < 0 ? 0 : 1)[0]?.availability ?? availability;
    },
    idempotency,
    record: (request) => requests.push(request),
    control: {
      webhooks,
      setAvailability(next) {
        availability = next;
        faults.length = 0;
      },
      faultNext(next, which = /./) {
        faults.push({ availability: next, which });
      },
      forgetIdempotencyKeys: () => idempotency.forget(),
      requests: () => [...requests],
      sawCardNumber: (number) => context.receivedNumbers.includes(number),
      receivedCardNumbers: () => [...context.receivedNumbers],
      paymentIntent: (id) => structuredClone(find('payment_intent', id)),
      charge: (id) => structuredClone(find('charge', id)),
      refund: (id) => structuredClone(find('refund', id)),
      events: () => context.events(),
      processNext(count = 1) {
        context.processing.next += count;
      },
      finishProcessing(id, outcome) {
        const account = context.store.accountOf(id) ?? '';
        const verdict = outcome === 'succeeded' ? SUCCESS : GENERIC_DECLINE;
        finishProcessing(context, { kind: 'secret', account }, find('payment_intent', id), verdict);
      },
      settleRefund: (id, status) => settleRefund(context, find('refund', id), status),
      dispute: (chargeId, kind) => openDispute(context, find('charge', chargeId), kind),
      submitEvidence: (id) => submitEvidence(context, find('dispute', id)),
      closeDispute: (id, verdict) => closeDispute(context, find('dispute', id), verdict),
      warnOfFraud: (chargeId) => warnOfFraud(context, find('charge', chargeId)),
      all: (kind) => structuredClone(context.store.everything(kind)),
    },
  };
}
