import { describe, expect, it } from 'vitest';
import type { DisputeState, RefundState } from '../../protocol/entries.ts';
import { ERRORS } from '../../protocol/errors.ts';
import type { PaymentHistoryLine } from '../../protocol/payments.ts';
import { paymentSummary } from '../../test/support/payment-samples.ts';
import { historyWords } from './history-words.ts';
import { httpsOnly } from './links.ts';
import { paymentMarks, type Warnings } from './payment-marks.ts';
import { standing } from './payment-words.ts';

const now = new Date(2026, 10, 21, 12).getTime();
const refund = (status: RefundState['status'], amountMinor = 1000): RefundState => ({
  refundId: 'rf_aaaaaaaaaaaaaaaa',
  amountMinor,
  status,
});
const dispute: DisputeState = {
  amountMinor: 4900,
  reason: 'product_not_received',
  status: 'needs_response',
  dueAt: new Date(2026, 11, 5, 12).getTime(),
};
const marks = (state: object, warnings: Warnings = {}) =>
  paymentMarks(paymentSummary('a', state).payment, warnings, now).map(({ words }) => words);

describe('what stands beside a payment’s state', () => {
  it('is a dispute with the day by which it has to be answered', () => {
    const [words] = marks({ status: 'disputed', dispute });
    expect(words).toMatch(/^Answer the bank by /);
    expect(words).toContain('5');
    expect(marks({ dispute: { ...dispute, status: 'under_review' } })).toEqual([
      'Dispute: the bank looks at it',
    ]);
    expect(marks({ dispute: { ...dispute, status: 'won' } })).toEqual(['Dispute: won']);
  });

  it('[PAY-9] is a refund that is not settled, or that failed last', () => {
    expect(marks({ refunds: [refund('succeeded')] })).toEqual([]);
    expect(marks({ refunds: [refund('pending')] })).toEqual(['Refund on its way']);
    expect(marks({ refunds: [refund('waiting')] })).toEqual(['Refund waits for approval']);
    expect(marks({ refunds: [refund('failed')] })).toEqual(['Refund failed']);
    expect(marks({ refunds: [refund('failed'), refund('succeeded')] })).toEqual([]);
  });

  it('is a fraud warning', () => {
    expect(marks({ status: 'succeeded' }, { fraudWarning: true })).toEqual(['Fraud warning']);
  });

  it('[PAY-12] is first of all that somebody has to see to it', () => {
    const attention = { code: 'minter_missing', since: 1 } as const;
    expect(marks({}, { fraudWarning: true, attention })).toEqual([
      'Needs attention',
      'Fraud warning',
    ]);
  });

  it('[PAY-8] says of the state itself that it waits for approval', () => {
    const { payment } = paymentSummary('a', { approval: 'waiting' });
    expect(standing(payment).words).toBe('Waiting for approval');
    expect(standing({ ...payment, status: 'canceled' }).words).toBe('Canceled');
  });
});

describe('a payment’s history in words', () => {
  const words = (line: Partial<PaymentHistoryLine>) =>
    historyWords({ at: 0, kind: 'state', detail: '', ...line }, 'EUR', 'en-GB');

  it.each<[Partial<PaymentHistoryLine>, string]>([
    [{ kind: 'requested', detail: 'created', amountMinor: 4900 }, 'Asked for €49.00'],
    [{ kind: 'edited', detail: 'revision 2', amountMinor: 5000 }, 'Changed to €50.00'],
    [{ kind: 'approved', detail: 'revision 1' }, 'Approved'],
    [{ kind: 'canceled', detail: 'canceled' }, 'Canceled the request'],
    [
      { kind: 'canceled', detail: 'refund canceled', amountMinor: 500 },
      'Called off giving back €5.00',
    ],
    [
      { kind: 'refund_requested', detail: 'duplicate', amountMinor: 500 },
      'Asked to give back €5.00',
    ],
    [
      { kind: 'refund_approved', detail: 'refund pending', amountMinor: 500 },
      'Approved giving back €5.00',
    ],
    [{ detail: 'succeeded' }, 'Paid'],
    [{ detail: 'refund pending', amountMinor: 500 }, 'Refund of €5.00: on its way'],
    [{ detail: 'dispute needs_response', amountMinor: 4900 }, 'Dispute over €49.00: answer needed'],
    [{ kind: 'provider_event', detail: 'payment_intent.succeeded' }, 'The payment went through'],
    [{ kind: 'provider_event', detail: 'something.new' }, 'Stripe has news'],
    [{ detail: 'something_new' }, 'Something new'],
  ])('%j', (line, expected) => {
    expect(words(line).words).toBe(expected);
  });

  it('gives reasons and refusals in words, and the provider’s names as they are', () => {
    expect(words({ kind: 'refund_requested', detail: 'duplicate, waiting' }).more).toBe(
      'Paid twice; waits for approval',
    );
    expect(words({ kind: 'provider_error', detail: 'provider_refused' }).more).toBe(
      ERRORS.provider_refused,
    );
    expect(words({ kind: 'provider_error', detail: 'api_error' }).code).toBe('api_error');
    expect(words({ kind: 'provider_event', detail: 'something.new' }).code).toBe('something.new');
    expect(words({ kind: 'provider_error', detail: 'provider_refused: No such key' })).toEqual({
      words: 'It did not work',
      tone: 'bad',
      more: ERRORS.provider_refused,
      code: 'No such key',
    });
  });

  it('[PAY-12] tells of another amount in its own currency, and how it ended', () => {
    const refused = (cause: string) =>
      words({ kind: 'provider_error', detail: `provider_refused: the intent ${cause}` });
    expect(refused('is over 5000 JPY').words).toBe('Another amount: JP¥5,000 stands at Stripe');
    expect(refused('charged 9900 EUR')).toEqual({
      words: 'Another amount: €99.00 was charged',
      tone: 'bad',
    });
    expect(refused('charged 9900 EUR, 5000 of it given back').more).toBe(
      '€50.00 of it given back or on its way',
    );
    expect(words({ kind: 'refund_requested', detail: 'the other sum, 9900 EUR' })).toMatchObject({
      words: 'Asked to give back',
      more: 'All of the other amount, €99.00',
    });
    expect(words({ detail: 'canceled: Given back in full.' })).toMatchObject({
      words: 'Canceled',
      more: 'Given back in full.',
    });
  });
});

describe('the address at the provider', () => {
  it('is followed over https only', () => {
    expect(httpsOnly('https://dashboard.stripe.com/x')).toBe('https://dashboard.stripe.com/x');
    for (const bad of ['http://x.example', 'javascript:alert(1)', 'https:', '', undefined])
      expect(httpsOnly(bad)).toBe(undefined);
  });
});
