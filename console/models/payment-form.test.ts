import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../protocol/errors.ts';
import { CONVERSATION, ok } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { paymentId, paymentSummary } from '../../test/support/payment-samples.ts';
import { NO_ANSWER } from './link.ts';
import { createPaymentForm, type PaymentForm } from './payment-form.ts';

let link: FakeLink;
let form: PaymentForm;
beforeEach(() => {
  link = createFakeLink();
  let ids = 0;
  form = createPaymentForm({
    conversationId: CONVERSATION,
    link,
    locale: 'en-GB',
    currency: 'EUR',
    newClientId: () => `client-${++ids}`,
  });
});
const fill = (amount: string, description = 'Lantern') => {
  form.set('amount', amount);
  form.set('description', description);
};

describe('[PAY-3] a payment request', () => {
  it('is sent in minor units, and shows before what it will ask for', async () => {
    fill('49.00', ' Lantern ');
    expect(form.shown.value).toBe('€49.00');
    const sent = form.submit();
    const request = link.next('payment:request');
    expect(request.body).toEqual({
      conversationId: CONVERSATION,
      clientId: 'client-1',
      amountMinor: 4900,
      currency: 'EUR',
      description: 'Lantern',
    });
    await request.answer(ok({ paymentId: 'pr_x' }));
    expect(await sent).toEqual({ accepted: true });
  });

  it('is not sent while a field is wrong, and says what and where', async () => {
    fill('0.20', '');
    expect(form.problems.value).toEqual({});
    expect(await form.submit()).toEqual({ accepted: false, focus: 'amount' });
    expect(form.problems.value).toEqual({
      amount: 'The smallest amount is €0.50.',
      description: 'Say what the payment is for.',
    });
    expect(link.asked).toHaveLength(0);
  });

  it('[CARD-2] refuses a card number in the description', async () => {
    fill('49.00', 'for 4242 4242 4242 4242');
    expect((await form.submit()).focus).toBe('description');
  });

  it('is the same one again after a lost answer, and cannot be changed meanwhile', async () => {
    fill('49.00');
    void form.submit();
    await link.next('payment:request').answer(NO_ANSWER);
    expect(form.phase.value).toBe('unknown');
    form.set('amount', '50.00');
    void form.submit();
    expect(link.next('payment:request').body).toMatchObject({
      clientId: 'client-1',
      amountMinor: 4900,
    });
  });

  it('is a new one after a refusal', async () => {
    fill('49.00');
    void form.submit();
    await link.next('payment:request').answer(refuse('provider_refused'));
    expect(form.refusal.value).toBe('The payment provider refused this request.');
    form.set('amount', '50.00');
    expect(form.refusal.value).toBe(null);
    void form.submit();
    expect(link.next('payment:request').body).toMatchObject({ clientId: 'client-2' });
  });
});

describe('[PAY-7] what a request may have besides', () => {
  it('is items, whose sum is the amount, a receipt and an expiry', () => {
    form.set('description', 'Two lanterns');
    form.lines.add();
    form.lines.set(1, 'description', 'Lantern');
    form.lines.set(1, 'quantity', '2');
    form.lines.set(1, 'price', '24.50');
    expect(form.amount.value).toBe('49.00');
    form.set('receiptEmail', ' jonas@example.com ');
    form.set('expiry', '3600000');
    void form.submit();
    expect(link.next('payment:request').body).toMatchObject({
      amountMinor: 4900,
      lineItems: [{ description: 'Lantern', quantity: 2, unitAmountMinor: 2450 }],
      receiptEmail: 'jonas@example.com',
      expiresInMs: 3_600_000,
    });
    form.lines.set(1, 'price', '9.00');
    expect(form.amount.value).toBe('49.00');
  });

  it('is not sent while an item or the address is wrong', async () => {
    fill('1.00');
    form.set('receiptEmail', 'jonas');
    expect(await form.submit()).toEqual({ accepted: false, focus: 'receiptEmail' });
    form.set('receiptEmail', '');
    form.lines.add();
    expect(await form.submit()).toEqual({ accepted: false, focus: 'line-1-description' });
    form.lines.set(1, 'description', 'Wick');
    form.lines.set(1, 'price', '0.10');
    expect(await form.submit()).toEqual({ accepted: false, focus: 'amount' });
    expect(form.problems.value.amount).toBe('The smallest amount is €0.50.');
    expect(link.asked).toEqual([]);
  });

  it('comes from a template, and becomes one', () => {
    expect(form.asTemplate('x')).toBe(null);
    const lineItems = [{ description: 'Deposit', quantity: 2, unitAmountMinor: 2500 }];
    const template = {
      name: 'Deposit',
      amountMinor: 5000,
      currency: 'SEK',
      description: 'Deposit',
      lineItems,
    };
    form.fill(template);
    expect(form.asTemplate('Deposit')).toEqual(template);
  });
});

describe('[PAY-7] an edit', () => {
  const edit = () =>
    createPaymentForm({
      conversationId: CONVERSATION,
      link,
      locale: 'de-DE',
      currency: 'SEK',
      newClientId: () => 'client-1',
      editing: paymentSummary(
        'a',
        { revision: 3, expiresAt: Date.now() + 600_000 },
        { receiptEmail: 'a@b.example' },
      ),
    });

  it('starts with what stands, names the revision, and keeps the expiry', () => {
    form = edit();
    expect([form.amount.value, form.currency.value]).toEqual(['49,00', 'EUR']);
    form.set('amount', '50,00');
    void form.submit();
    const { body } = link.next('payment:edit');
    expect(body).toMatchObject({
      paymentId: paymentId('a'),
      revision: 3,
      amountMinor: 5000,
      receiptEmail: 'a@b.example',
    });
    expect(body).not.toHaveProperty('clientId');
    expect(body.expiresInMs).toBeGreaterThan(590_000);
    expect(body.expiresInMs).toBeLessThanOrEqual(600_000);
  });

  it('is done when the first try, whose answer was lost, had done it', async () => {
    form = edit();
    form.set('amount', '50,00');
    void form.submit();
    await link.next('payment:edit').answer(NO_ANSWER);
    const again = form.submit();
    await link.next('payment:edit').answer(refuse('revision_outdated'));
    const now = paymentSummary('a', { revision: 4, amountMinor: 5000 });
    await link.next('payment:history').answer(ok({ summary: now, lines: [] }));
    expect(await again).toEqual({ accepted: true });
  });

  it('is refused when somebody else was faster', async () => {
    form = edit();
    void form.submit();
    await link.next('payment:edit').answer(refuse('revision_outdated'));
    expect(form.refusal.value).toContain('Somebody has changed');
    expect(form.phase.value).toBe('editing');
  });
});
