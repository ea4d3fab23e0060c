import { describe, expect, it } from 'vitest';
import type { Entry, PaymentState, PaymentStatus } from '../../../protocol/entries.ts';
import { createTimeline, type Row } from './timeline.ts';

const DAY_MS = 86_400_000;
const NOON = new Date(2026, 10, 20, 12).getTime();
const ANNA = { kind: 'agent' as const, id: 'ag_annaannaannaanna', name: 'Anna' };
const BEN = { kind: 'agent' as const, id: 'ag_benbenbenbenbenb', name: 'Ben' };
const VISITOR = { kind: 'visitor' as const };

const entries = (...fields: object[]): Entry[] =>
  fields.map(
    (field, index) =>
      ({ conversationId: 'cv_0123456789abcdef', seq: index + 1, at: NOON, ...field }) as Entry,
  );
const said = (text: string, author: object = ANNA, at = NOON) => ({
  type: 'message',
  text,
  author,
  at,
});
const payment = (status: PaymentStatus, paymentId = 'pr_0123456789abcdef') => ({
  type: 'payment',
  author: ANNA,
  payment: { paymentId, status, amountMinor: 4900, currency: 'EUR' } as PaymentState,
});
const kinds = (rows: Row[]) => rows.map(({ kind }) => kind);
const groups = (rows: Row[]) =>
  rows.flatMap((row) => (row.kind === 'group' ? [row.messages.map(({ text }) => text)] : []));

describe('createTimeline', () => {
  it('groups by author and minute', () => {
    const rows = createTimeline(
      entries(said('1'), said('2'), said('3', BEN), said('4', VISITOR), said('5', VISITOR), {
        ...said('6', VISITOR),
        at: NOON + 60_000,
      }),
      [],
      0,
    );
    expect(groups(rows)).toEqual([['1', '2'], ['3'], ['4', '5'], ['6']]);
  });

  it('parts days', () => {
    const rows = createTimeline(entries(said('1', ANNA, NOON - DAY_MS), said('2')), [], 0);
    expect(kinds(rows)).toEqual(['day', 'group', 'day', 'group']);
  });

  it('[PAY-1] shows one card a payment, at its first place, in its newest state', () => {
    const rows = createTimeline(
      entries(payment('created'), said('hm'), payment('open'), payment('succeeded')),
      [],
      0,
    );
    expect(kinds(rows)).toEqual(['day', 'payment', 'group', 'paymentLine', 'paymentLine']);
    expect(rows[1]).toMatchObject({ payment: { status: 'succeeded' } });
  });

  it('[PAY-9] tells each news of a payment by one line, however many entries speak of it', () => {
    const now = (status: PaymentStatus, refundedMinor?: number) => {
      const entry = payment(status);
      return { ...entry, payment: { ...entry.payment, ...(refundedMinor && { refundedMinor }) } };
    };
    const rows = createTimeline(
      entries(
        now('created'),
        now('succeeded'),
        now('partially_refunded', 1000),
        now('partially_refunded', 1000),
        now('partially_refunded', 1500),
        now('succeeded'),
      ),
      [],
      0,
    );
    expect(kinds(rows)).toEqual(['day', 'payment', 'paymentLine', 'paymentLine', 'paymentLine']);
    expect(rows[1]).toMatchObject({ payment: { status: 'succeeded' } });
  });

  it('shows a payment as processing after the sheet, only until the log says more', () => {
    const paid = { paymentId: 'pr_0123456789abcdef', result: 'succeeded' as const };
    const shown = (...states: object[]) => createTimeline(entries(...states), [], 0, paid)[1];
    expect(shown(payment('open'))).toMatchObject({ payment: { status: 'processing' } });
    expect(shown(payment('open'), payment('failed'))).toMatchObject({
      payment: { status: 'failed' },
    });
  });

  it('[READ-1] says Seen once, under the last own message that the agent has read', () => {
    const own = entries(said('1', VISITOR), said('2', VISITOR), said('3', VISITOR));
    const [, group] = createTimeline(own, [], 2);
    expect(group).toMatchObject({
      messages: [{ text: '1' }, { text: '2', state: 'seen' }, { text: '3' }],
    });
    expect(JSON.stringify(group).match(/seen/g)).toHaveLength(1);
  });

  it('[LOG-4] shows nothing of a hidden entry', () => {
    expect(createTimeline(entries({ type: 'hidden' }), [], 0)).toEqual([]);
  });

  it('puts what is on its way last, and keeps its key once it is confirmed', () => {
    const clientId = 'c'.repeat(16);
    const waiting = { clientId, text: 'hi', at: NOON, state: 'sending' as const };
    const keyOf = (rows: Row[]) => (rows[1]?.kind === 'group' ? rows[1].messages[0]?.key : '');
    const before = keyOf(createTimeline([], [waiting], 0));
    const after = keyOf(createTimeline(entries({ ...said('hi', VISITOR), clientId }), [], 0));
    expect(before).toBe(after);
  });
});
