import { type Signal, signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../protocol/errors.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { ok } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { paymentId, paymentSummary } from '../../test/support/payment-samples.ts';
import { NO_ANSWER } from './link.ts';
import { createRefundForm, type RefundForm } from './refund-form.ts';

let link: FakeLink;
let form: RefundForm;
let summary: Signal<PaymentSummary | null>;
const paid = (refundableMinor: number) =>
  paymentSummary('a', { status: 'succeeded' }, { refundableMinor });
const open = (refundableMinor = 4900, locale = 'en-GB') => {
  link = createFakeLink();
  let ids = 0;
  const opened = paid(refundableMinor);
  summary = signal(opened);
  form = createRefundForm({ summary, opened, link, locale, newClientId: () => `client-${++ids}` });
};
beforeEach(() => open());

describe('[PAY-9] a refund', () => {
  it('starts with what remains, and can be a part of it', async () => {
    expect(form.amount.value).toBe('49.00');
    expect(form.shown.value).toEqual({ gives: '€49.00', leaves: '€0.00' });
    form.setAmount('10.50');
    form.setReason('duplicate');
    expect(form.shown.value).toEqual({ gives: '€10.50', leaves: '€38.50' });
    const sent = form.submit();
    const request = link.next('refund:request');
    expect(request.body).toEqual({
      paymentId: paymentId('a'),
      clientId: 'client-1',
      amountMinor: 1050,
      reason: 'duplicate',
    });
    await request.answer(ok({ refundId: 'rf_x' }));
    expect(await sent).toBe(true);
  });

  it('is written and read as the locale does', () => {
    open(123456, 'de-DE');
    expect(form.amount.value).toBe('1234,56');
    expect(form.problem.value).toBe(null);
    form.setAmount('12.34');
    expect(form.problem.value).toContain('not clear');
  });

  it.each([
    ['', 'Enter an amount.'],
    ['0', 'The amount must be above zero.'],
    ['49.01', 'No more than €49.00 can be given back.'],
    ['4,9', 'That amount is not clear. Write it like 24.50.'],
    ['1.005', 'EUR has at most 2 decimals.'],
  ])('of %j is not sent: %s', async (amount, words) => {
    form.setAmount(amount);
    expect(form.problem.value).toBe(words);
    expect(await form.submit()).toBe(false);
    expect(link.asked).toEqual([]);
  });

  it('may be below what can be charged', () => {
    form.setAmount('0.01');
    expect(form.problem.value).toBe(null);
  });

  it('follows what remains while somebody else gives back', () => {
    summary.value = paid(1000);
    expect(form.problem.value).toBe('No more than €10.00 can be given back.');
  });

  it('is the same one again after a lost answer, and cannot be changed meanwhile', async () => {
    form.setAmount('40.00');
    void form.submit();
    await link.next('refund:request').answer(NO_ANSWER);
    // The first try may have been carried out, so that less remains than it asked for.
    summary.value = paid(900);
    form.setAmount('9.00');
    expect(form.amount.value).toBe('40.00');
    expect(form.problem.value).toBe(null);
    void form.submit();
    expect(link.next('refund:request').body).toMatchObject({
      clientId: 'client-1',
      amountMinor: 4000,
    });
  });

  it('is a new one after a refusal', async () => {
    void form.submit();
    await link.next('refund:request').answer(refuse('amount_above_limit'));
    expect(form.refusal.value).toContain('above what your role');
    form.setAmount('5.00');
    void form.submit();
    expect(link.next('refund:request').body).toMatchObject({ clientId: 'client-2' });
  });
});
