/** How payments, refunds and disputes stand, in words: the same everywhere in the console. */
import type {
  DisputeState,
  PaymentEntry,
  PaymentState,
  PaymentStatus,
  RefundState,
  RefundStatus,
} from '../../protocol/entries.ts';

export type PaymentTone = 'waiting' | 'good' | 'bad' | 'quiet';

const STATES: Readonly<Record<PaymentStatus, readonly [string, PaymentTone]>> = {
  created: ['Waiting for payment', 'waiting'],
  open: ['Opened', 'waiting'],
  processing: ['Processing', 'waiting'],
  succeeded: ['Paid', 'good'],
  failed: ['Declined', 'bad'],
  canceled: ['Canceled', 'quiet'],
  expired: ['Expired', 'quiet'],
  partially_refunded: ['Partly refunded', 'quiet'],
  refunded: ['Refunded', 'quiet'],
  disputed: ['Disputed', 'bad'],
};

/** In the order of a payment's life. */
export const PAYMENT_STATES = Object.keys(STATES) as readonly PaymentStatus[];

/** @returns the state in words; an unknown one, of a newer server, as it is written [VER-2]. */
export const paymentWords = (status: PaymentStatus): string => STATES[status]?.[0] ?? status;
export const paymentTone = (status: PaymentStatus): PaymentTone => STATES[status]?.[1] ?? 'quiet';

export interface Standing {
  words: string;
  tone: PaymentTone;
}

/** Edited or canceled, refused or approved: nothing was paid, and nothing is under way. */
export const isPending = (status: PaymentStatus): boolean =>
  status === 'created' || status === 'open' || status === 'failed';

/** Until a second agent approves it nobody can pay it [PAY-8]. */
export const awaitsApproval = ({
  status,
  approval,
}: Pick<PaymentState, 'status' | 'approval'>): boolean =>
  approval === 'waiting' && isPending(status);

/** @returns how a payment stands as a whole. */
export const standing = (payment: PaymentState): Standing =>
  awaitsApproval(payment)
    ? { words: 'Waiting for approval', tone: 'waiting' }
    : { words: paymentWords(payment.status), tone: paymentTone(payment.status) };

const REFUND_STATES: Readonly<Record<RefundStatus, Standing>> = {
  waiting: { words: 'Waiting for approval', tone: 'waiting' },
  pending: { words: 'On its way', tone: 'waiting' },
  succeeded: { words: 'Given back', tone: 'good' },
  failed: { words: 'Failed', tone: 'bad' },
  canceled: { words: 'Canceled', tone: 'quiet' },
};

/** @returns how a refund stands: `pending` may still fail, and what failed was not given back. */
export const refundStanding = ({ status }: RefundState): Standing =>
  REFUND_STATES[status] ?? { words: status, tone: 'quiet' };

/** Stripe's own words with spaces, such as `product_not_received`. */
export const spaced = (word: string): string =>
  word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ');

const DISPUTE_STATES: Readonly<Record<string, Standing>> = {
  needs_response: { words: 'Answer needed', tone: 'bad' },
  warning_needs_response: { words: 'Inquiry, answer needed', tone: 'bad' },
  under_review: { words: 'The bank looks at it', tone: 'waiting' },
  warning_under_review: { words: 'Inquiry, the bank looks at it', tone: 'waiting' },
  won: { words: 'Won', tone: 'good' },
  lost: { words: 'Lost', tone: 'bad' },
  warning_closed: { words: 'Inquiry closed', tone: 'quiet' },
  prevented: { words: 'Prevented', tone: 'good' },
};

/** @returns how a dispute stands (https://docs.stripe.com/api/disputes/object#dispute_object-status). */
export const disputeStanding = ({ status }: DisputeState): Standing =>
  DISPUTE_STATES[status] ?? { words: spaced(status), tone: 'bad' };

export const disputeReason = ({ reason }: DisputeState): string => spaced(reason);

/** Whether the merchant has to answer, and by when it matters. */
export const awaitsAnswer = (dispute: DisputeState | undefined): dispute is DisputeState =>
  dispute?.status === 'needs_response' || dispute?.status === 'warning_needs_response';

const TURNS: Partial<Record<PaymentStatus, string>> = {
  succeeded: 'Payment received',
  failed: 'A payment attempt did not go through',
  canceled: 'Payment request withdrawn',
  expired: 'Payment request ran out of time',
  partially_refunded: 'Part of the payment was returned',
  refunded: 'The payment was returned',
  disputed: 'The customer’s bank contests the payment',
};

/** @returns what to say in the log when a payment changes further down than its card stands. */
export const paymentTurn = (entry: PaymentEntry): string | undefined => TURNS[entry.payment.status];

const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};

/** @returns a card brand as people write it. */
export const brandName = (brand: string): string => BRANDS[brand.toLowerCase()] ?? brand;
