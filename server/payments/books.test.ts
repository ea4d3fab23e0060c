import { describe, expect, it } from 'vitest';
import type { DisputeState, RefundStatus } from '../../protocol/entries.ts';
import { decidingDispute, holdsMoney, paidStatus, type SeenDispute, sumRefunded } from './books.ts';

const refund = (amountMinor: number, status: RefundStatus = 'succeeded') => ({
  id: 're_1',
  refundId: null,
  amountMinor,
  reason: null,
  status,
  createdAt: 0,
});
const dispute = (status: string): DisputeState => ({
  amountMinor: 4900,
  reason: 'fraudulent',
  status,
});
const fromStripe = (status: string, due_by: number | null = 1): SeenDispute => ({
  amount: 4900,
  reason: 'fraudulent',
  status,
  evidence_details: { due_by },
});

describe('[PAY-9] what was given back', () => {
  it('counts what is under way, and not what failed or was called off', () => {
    const all = (['succeeded', 'pending', 'failed', 'canceled', 'waiting'] as const).map((status) =>
      refund(100, status),
    );
    expect(sumRefunded(all)).toBe(200);
  });

  it.each([
    [[], 'succeeded'],
    [[refund(1)], 'partially_refunded'],
    [[refund(4899), refund(1, 'pending')], 'refunded'],
    [[refund(4900, 'failed')], 'succeeded'],
    [[refund(4900, 'failed'), refund(900)], 'partially_refunded'],
  ] as const)('%# makes it %s', (refunds, status) => {
    expect(paidStatus(4900, { refunds, dispute: null })).toBe(status);
  });
});

describe('[PAY-9] a dispute', () => {
  it.each([
    ['needs_response', true],
    ['under_review', true],
    ['lost', true],
    ['warning_needs_response', true],
    ['appeal_under_review', true],
    ['won', false],
    ['warning_closed', false],
    ['prevented', false],
  ])('%s holds the money: %s', (status, holds) => {
    expect(holdsMoney(dispute(status))).toBe(holds);
    expect(paidStatus(4900, { refunds: [refund(900)], dispute: dispute(status) })).toBe(
      holds ? 'disputed' : 'partially_refunded',
    );
  });

  it('is the one that decides, where there were several', () => {
    expect(decidingDispute([])).toBe(null);
    expect(decidingDispute([fromStripe('won'), fromStripe('lost')])?.status).toBe('lost');
    expect(decidingDispute([fromStripe('won'), fromStripe('warning_closed')])?.status).toBe('won');
  });

  it('says until when it can be answered, in milliseconds', () => {
    expect(decidingDispute([fromStripe('needs_response', 1_800_000_000)])?.dueAt).toBe(
      1_800_000_000_000,
    );
    expect(decidingDispute([fromStripe('lost', null)])).not.toHaveProperty('dueAt');
  });
});
