/**
 * Stripe's public test cards (docs.stripe.com/testing) and what each one does.
 * The one place where an outcome is decided; holds no card that can be charged.
 */

export interface Decline {
  kind: 'decline';
  code: string;
  declineCode?: string;
  message: string;
  param?: 'number' | 'exp_month' | 'cvc';
}

/** An inquiry takes no money yet. */
export type DisputeKind = 'fraudulent' | 'product_not_received' | 'inquiry';

export interface Success {
  kind: 'success';
  /** `pending` settles later; `fails-later` reports success first, as card refunds do. */
  refund?: 'pending' | 'fails-later';
  dispute?: DisputeKind;
  /** An early fraud warning follows. */
  fraudWarning?: true;
}

export interface Challenge {
  kind: 'challenge';
  afterwards: Success | Decline;
}

export type Outcome = Success | Decline | Challenge;

export type CardBrand =
  | 'visa'
  | 'mastercard'
  | 'amex'
  | 'discover'
  | 'diners'
  | 'jcb'
  | 'unionpay'
  | 'unknown';

export interface TestCard {
  number: string;
  brand: CardBrand;
  funding: 'credit' | 'debit';
  /** The id that stands for this card in API calls, so that server tests need no number. */
  paymentMethod: string;
  outcome: Outcome;
}

const SUCCESS: Success = { kind: 'success' };

function declined(declineCode: string, message = 'Your card was declined.'): Decline {
  return { kind: 'decline', code: 'card_declined', declineCode, message };
}

function visa(number: string, paymentMethod: string, outcome: Outcome): TestCard {
  return { number, brand: 'visa', funding: 'credit', paymentMethod, outcome };
}

export const TEST_CARDS: readonly TestCard[] = [
  visa('4242424242424242', 'pm_card_visa', SUCCESS),
  { ...visa('4000056655665556', 'pm_card_visa_debit', SUCCESS), funding: 'debit' },
  { ...visa('5555555555554444', 'pm_card_mastercard', SUCCESS), brand: 'mastercard' },
  { ...visa('378282246310005', 'pm_card_amex', SUCCESS), brand: 'amex' },
  { ...visa('6011111111111117', 'pm_card_discover', SUCCESS), brand: 'discover' },
  { ...visa('3056930009020004', 'pm_card_diners', SUCCESS), brand: 'diners' },
  { ...visa('3566002020360505', 'pm_card_jcb', SUCCESS), brand: 'jcb' },
  { ...visa('6200000000000005', 'pm_card_unionpay', SUCCESS), brand: 'unionpay' },

  visa('4000000000000002', 'pm_card_visa_chargeDeclined', declined('generic_decline')),
  visa(
    '4000000000009995',
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    declined('insufficient_funds', 'Your card has insufficient funds.'),
  ),
  visa('4000000000009987', 'pm_card_visa_chargeDeclinedLostCard', declined('lost_card')),
  visa('4000000000009979', 'pm_card_visa_chargeDeclinedStolenCard', declined('stolen_card')),
  visa('4000000000000127', 'pm_card_chargeDeclinedIncorrectCvc', {
    kind: 'decline',
    code: 'incorrect_cvc',
    message: "Your card's security code is incorrect.",
    param: 'cvc',
  }),
  visa('4000000000000069', 'pm_card_chargeDeclinedExpiredCard', {
    kind: 'decline',
    code: 'expired_card',
    message: 'Your card has expired.',
    param: 'exp_month',
  }),
  visa('4000000000000119', 'pm_card_chargeDeclinedProcessingError', {
    kind: 'decline',
    code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  }),

  visa(
    '4000000000006975',
    'pm_card_visa_chargeDeclinedVelocityLimitExceeded',
    declined(
      'card_velocity_exceeded',
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    ),
  ),
  visa('4100000000000019', 'pm_card_radarBlock', declined('fraudulent')),

  visa('4000002760003184', 'pm_card_authenticationRequired', {
    kind: 'challenge',
    afterwards: SUCCESS,
  }),
  visa('4000000000003220', 'pm_card_threeDSecure2Required', {
    kind: 'challenge',
    afterwards: SUCCESS,
  }),
  visa('4000008400001629', 'pm_card_threeDSecureRequiredChargeDeclined', {
    kind: 'challenge',
    afterwards: declined('generic_decline'),
  }),
  visa('4000008260003178', 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', {
    kind: 'challenge',
    afterwards: declined('insufficient_funds', 'Your card has insufficient funds.'),
  }),
  // Authentication is possible and not asked for.
  visa('4000000000003055', 'pm_card_threeDSecureOptional', SUCCESS),

  visa('4000000000000259', 'pm_card_createDispute', { kind: 'success', dispute: 'fraudulent' }),
  visa('4000000000002685', 'pm_card_createDisputeProductNotReceived', {
    kind: 'success',
    dispute: 'product_not_received',
  }),
  visa('4000000000001976', 'pm_card_createDisputeInquiry', { kind: 'success', dispute: 'inquiry' }),
  visa('4000000000005423', 'pm_card_createIssuerFraudRecord', {
    kind: 'success',
    fraudWarning: true,
  }),
  visa('4000000000007726', 'pm_card_pendingRefund', { kind: 'success', refund: 'pending' }),
  visa('4000000000005126', 'pm_card_refundFail', { kind: 'success', refund: 'fails-later' }),
];

/** What test mode answers to a well-formed number that is not a test card. */
export const NOT_A_TEST_CARD: Decline = {
  kind: 'decline',
  code: 'card_declined',
  declineCode: 'test_mode_live_card',
  message:
    'Your card was declined. Your request was in test mode, but used a non test card. ' +
    'For a list of valid test cards, visit: https://stripe.com/docs/testing.',
};

export function cardByNumber(number: string): TestCard | undefined {
  return TEST_CARDS.find((card) => card.number === number);
}

export function cardByPaymentMethod(id: string): TestCard | undefined {
  return TEST_CARDS.find((card) => card.paymentMethod === id);
}

/** ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += index % 2 === 1 ? doubled : digit;
  }
  return /^\d{12,19}$/.test(digits) && sum % 10 === 0;
}
