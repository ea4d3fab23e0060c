import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '../../protocol/errors.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { ok } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { paymentId, paymentSummary } from '../../test/support/payment-samples.ts';
import { createPaymentsList, type PaymentsList } from './payments-list.ts';

let link: FakeLink;
let list: PaymentsList;
const line = (name: string, createdAt: number, state = {}, more = {}) =>
  paymentSummary(name, state, { createdAt, updatedAt: createdAt, ...more });
const names = () =>
  list.lines.value.map(({ payment }) => payment.paymentId.slice(3).replace(/x+$/, ''));
const total = (count: number) => ({
  currency: 'EUR',
  count,
  requestedMinor: 4900 * count,
  paidMinor: 0,
  refundedMinor: 0,
  disputedMinor: 0,
});
const page = (payments: PaymentSummary[], more = false) =>
  ok({ payments, more, totals: [total(payments.length)] });
const answer = (payments: PaymentSummary[], more = false) =>
  link.next('payments:list').answer(page(payments, more));

beforeEach(() => {
  vi.useFakeTimers();
  link = createFakeLink();
  list = createPaymentsList({ link, currency: 'EUR' });
});
afterEach(() => {
  list.close();
  vi.useRealTimers();
});

describe('the list of payments', () => {
  it('asks for nothing before it is shown, and then once', async () => {
    list.apply(line('a', 1));
    await list.refresh();
    expect(link.asked).toEqual([]);
    list.show();
    list.show();
    await answer([line('b', 20), line('a', 10)]);
    expect(names()).toEqual(['b', 'a']);
    expect(link.asked).toEqual([]);
  });

  it('moves with what changes, and asks for the totals once after a burst', async () => {
    list.show();
    await answer([line('a', 10)]);
    list.apply(line('new', 30));
    list.apply(line('a', 10, { status: 'succeeded' }, { updatedAt: 40 }));
    expect(names()).toEqual(['new', 'a']);
    expect(list.lines.value[1]?.payment.status).toBe('succeeded');
    expect(list.totals.value[0]?.count).toBe(1);
    vi.advanceTimersByTime(1000);
    const request = link.next('payments:list');
    expect(request.body).toEqual({ filter: {}, limit: 1 });
    await request.answer(ok({ payments: [], more: true, totals: [total(2)] }));
    expect(list.totals.value[0]?.count).toBe(2);
    expect(names()).toEqual(['new', 'a']);
    expect(list.hasMore.value).toBe(false);
  });

  it('never goes back to an older state, whatever comes late', async () => {
    list.show();
    await answer([line('a', 10, { status: 'succeeded' }, { updatedAt: 50 })]);
    list.apply(line('a', 10, { status: 'open' }, { updatedAt: 20 }));
    void list.refresh();
    list.apply(line('a', 10, { status: 'refunded' }, { updatedAt: 60 }));
    list.apply(line('b', 70));
    await answer([line('a', 10, { status: 'succeeded' }, { updatedAt: 50 })]);
    expect(list.lines.value.map(({ payment }) => payment.status)).toEqual(['created', 'refunded']);
  });

  it('forgets after a reconnect what is no longer there', async () => {
    list.show();
    await answer([line('gone', 10)]);
    void list.refresh();
    await answer([line('a', 20)]);
    expect(names()).toEqual(['a']);
  });

  it('shows what passes the filter, live, and drops what no longer does', async () => {
    list.show();
    await answer([line('a', 10), line('p', 5, { status: 'succeeded' })]);
    list.setFilter({ status: 'succeeded' });
    expect(names()).toEqual(['p']);
    expect(list.phase.value).toBe('loading');
    const request = link.next('payments:list');
    expect(request.body).toEqual({ filter: { status: 'succeeded' } });
    await request.answer(page([line('p', 5, { status: 'succeeded' })]));
    list.apply(line('a', 10, { status: 'succeeded' }, { updatedAt: 30 }));
    expect(names()).toEqual(['a', 'p']);
    list.apply(line('p', 5, { status: 'refunded' }, { updatedAt: 31 }));
    expect(names()).toEqual(['a']);
  });

  it('drops the answer to a filter that was left', async () => {
    list.show();
    const first = link.next('payments:list');
    list.setFilter({ currency: 'SEK' });
    await first.answer(page([line('eur', 10)]));
    expect(list.phase.value).toBe('loading');
    await answer([line('sek', 5, { currency: 'SEK' })]);
    expect(names()).toEqual(['sek']);
  });

  it('reads page by page, and hides what stands below the last one until its page comes', async () => {
    list.show();
    await answer([line('c', 30), line('b', 20)], true);
    list.apply(line('old', 5, { status: 'refunded' }));
    expect(names()).toEqual(['c', 'b']);
    void list.loadMore();
    void list.loadMore();
    const request = link.next('payments:list');
    expect(request.body).toEqual({ filter: {}, before: { createdAt: 20, id: paymentId('b') } });
    expect(link.asked).toEqual([]);
    await request.answer(page([line('old', 5)]));
    expect(names()).toEqual(['c', 'b', 'old']);
    expect(list.hasMore.value).toBe(false);
  });

  it('says why it could not be loaded, and loads again', async () => {
    list.show();
    await link.next('payments:list').answer(refuse('internal'));
    expect(list.phase.value).toBe('failed');
    void list.refresh();
    expect(list.phase.value).toBe('loading');
    await answer([line('a', 10)]);
    expect(list.phase.value).toBe('ready');
  });

  it('keeps what it shows when a later listing fails', async () => {
    list.show();
    await answer([line('a', 10)]);
    void list.refresh();
    await link.next('payments:list').answer(refuse('internal'));
    expect(list.phase.value).toBe('ready');
    expect(names()).toEqual(['a']);
  });

  it('exports what the filter lets through', () => {
    expect(list.exportUrl.value).toBe('/api/agent/payments.csv');
    list.setFilter({ status: 'disputed', currency: 'EUR' });
    expect(list.exportUrl.value).toBe('/api/agent/payments.csv?status=disputed&currency=EUR');
    list.clearFilter();
    expect(list.filtered.value).toBe(false);
  });
});
