import { beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { paymentId, paymentSummary } from '../../test/support/payment-samples.ts';
import { type Attention, createAttention } from './attention.ts';

let link: FakeLink;
let attention: Attention;
const REFUSED = { attention: { code: 'provider_refused', since: 1 } } as const;
const line = (name: string, updatedAt: number, more: object = {}) =>
  paymentSummary(name, {}, { updatedAt, ...more });
const known = () => [...attention.byPayment.value.keys()];
const answer = (...payments: ReturnType<typeof line>[]) =>
  link.next('payments:list').answer(ok({ payments, more: false, totals: [] }));

beforeEach(() => {
  link = createFakeLink();
  attention = createAttention(link);
});

describe('[PAY-12] what somebody has to see to', () => {
  it('is asked for after a connect, and lives', async () => {
    void attention.refresh();
    expect(link.asked[0]?.body).toEqual({ filter: { attention: true } });
    await answer(line('a', 1, REFUSED));
    expect(known()).toEqual([paymentId('a')]);
    attention.apply(line('b', 2, REFUSED));
    attention.apply(line('c', 2));
    expect(known()).toEqual([paymentId('a'), paymentId('b')]);
    attention.apply(line('a', 3));
    expect(known()).toEqual([paymentId('b')]);
  });

  it('is not brought back by a list that is older than what was heard', async () => {
    void attention.refresh();
    attention.apply(line('a', 5));
    attention.apply(line('b', 6, REFUSED));
    await answer(line('a', 1, REFUSED));
    expect(known()).toEqual([paymentId('b')]);
  });

  it('goes when the list after a connect no longer has it', async () => {
    attention.apply(line('a', 1, REFUSED));
    void attention.refresh();
    await answer();
    expect(known()).toEqual([]);
  });
});
