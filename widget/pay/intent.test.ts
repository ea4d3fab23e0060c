import { describe, expect, it } from 'vitest';
import { judge } from './intent.ts';

const SHOWN = {
  paymentId: `pr_${'a'.repeat(16)}`,
  amountMinor: 4900,
  currency: 'EUR',
  description: 'Brass lantern',
};
const INTENT = { amount: 4900, currency: 'eur', description: 'Brass lantern' } as const;

describe('[PAY-6] a payment intent', () => {
  it.each([
    ['requires_payment_method', 'payable'],
    ['requires_confirmation', 'payable'],
    ['requires_action', 'payable'],
    ['processing', 'processing'],
    ['requires_capture', 'processing'],
    ['succeeded', 'succeeded'],
    ['canceled', 'canceled'],
  ] as const)('that is %s is %s', (status, verdict) => {
    expect(judge({ ...INTENT, status }, SHOWN)).toBe(verdict);
  });

  it('that was voided because its time was over is expired', () => {
    const ended = { ...INTENT, status: 'canceled', cancellation_reason: 'abandoned' } as const;
    expect(judge(ended, SHOWN)).toBe('expired');
  });

  it.each([
    { ...INTENT, amount: 490 },
    { ...INTENT, amount: 4901 },
    { ...INTENT, currency: 'usd' },
    { ...INTENT, description: 'Brass lantern, used' },
    { ...INTENT, description: null },
  ])('that differs from the card in the chat is refused, whatever its state', (intent) => {
    expect(judge({ ...intent, status: 'requires_payment_method' }, SHOWN)).toBe('mismatch');
    expect(judge({ ...intent, status: 'succeeded' }, SHOWN)).toBe('mismatch');
  });
});
