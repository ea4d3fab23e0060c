import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../protocol/errors.ts';
import { ok } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { paymentId, paymentSummary } from '../../test/support/payment-samples.ts';
import { createPaymentPanel, type PaymentPanel } from './payment-panel.ts';

const ID = paymentId('a');
let link: FakeLink;
let panel: PaymentPanel;
const history = (count: number, state = {}, updatedAt = 1000) =>
  ok({
    summary: paymentSummary('a', state, { updatedAt }),
    lines: Array.from({ length: count }, (_, at) => ({ at, kind: 'state', detail: 'open' })),
  });
beforeEach(() => {
  link = createFakeLink();
  panel = createPaymentPanel(ID, link);
});

describe('a payment’s panel', () => {
  it('reads the payment with its history, and again after each change', async () => {
    void panel.load();
    await link.next('payment:history').answer(history(1));
    expect(panel.phase.value).toBe('ready');
    panel.apply(paymentSummary('a', { status: 'succeeded' }, { updatedAt: 2000 }));
    panel.apply(paymentSummary('b', { status: 'failed' }, { updatedAt: 3000 }));
    expect(panel.summary.value?.payment.status).toBe('succeeded');
    // A read that was overtaken by a change is followed by another one.
    panel.apply(paymentSummary('a', { status: 'refunded' }, { updatedAt: 4000 }));
    await link.next('payment:history').answer(history(2, { status: 'succeeded' }, 2000));
    expect(panel.summary.value?.payment.status).toBe('refunded');
    await link.next('payment:history').answer(history(3, { status: 'refunded' }, 4000));
    expect(panel.lines.value).toHaveLength(3);
    expect(link.asked).toEqual([]);
  });

  it('says why it could not be read', async () => {
    void panel.load();
    await link.next('payment:history').answer(refuse('payment_unknown'));
    expect(panel.phase.value).toBe('failed');
    expect(panel.refusal.value?.message).toContain('does not exist');
  });

  it('[PAY-8] approves once, and says why it may not', async () => {
    void panel.load();
    await link.next('payment:history').answer(history(1, { approval: 'waiting' }));
    void panel.approve();
    void panel.approve();
    const request = link.next('payment:approve');
    expect(request.body).toEqual({ paymentId: ID });
    expect(link.asked).toEqual([]);
    await request.answer(refuse('approval_own'));
    expect(panel.refusal.value?.message).toContain('Somebody else');
    expect(panel.busy.value).toBe(false);
    await link.next('payment:history').answer(history(1));
    panel.dismiss();
    expect(panel.refusal.value).toBe(null);
  });
});
