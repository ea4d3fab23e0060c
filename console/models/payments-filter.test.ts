import { describe, expect, it } from 'vitest';
import { paymentSummary } from '../../test/support/payment-samples.ts';
import { matchesFilter, NO_FILTER, queryOf, toPaymentsFilter } from './payments-filter.ts';

const at = (month: number, day: number) => new Date(2026, month - 1, day).getTime();

describe('the filters of the payments page', () => {
  it('take whole days of the agent’s own time zone, the last one included', () => {
    const filter = toPaymentsFilter({ ...NO_FILTER, from: '2026-10-25', to: '2026-10-25' });
    expect(filter).toEqual({ from: at(10, 25), to: at(10, 26) });
    const paidOn = (createdAt: number) => paymentSummary('a', {}, { createdAt });
    expect(matchesFilter(paidOn(at(10, 25)), filter)).toBe(true);
    expect(matchesFilter(paidOn(at(10, 26) - 1), filter)).toBe(true);
    expect(matchesFilter(paidOn(at(10, 26)), filter)).toBe(false);
  });

  it('leave out what is empty or half typed', () => {
    expect(toPaymentsFilter({ ...NO_FILTER, from: '2026-1' })).toEqual({});
    expect(toPaymentsFilter({ ...NO_FILTER, from: '0002-01-01' })).toEqual({ from: 0 });
    expect(queryOf(NO_FILTER)).toBe('');
  });

  it('find what waits for somebody, beside the states', () => {
    const waiting = toPaymentsFilter({ ...NO_FILTER, status: 'waiting' });
    expect(waiting).toEqual({ approval: 'waiting' });
    const approval = { approval: 'waiting' } as const;
    expect(matchesFilter(paymentSummary('a', approval), waiting)).toBe(true);
    expect(matchesFilter(paymentSummary('a', { ...approval, status: 'expired' }), waiting)).toBe(
      false,
    );
    expect(matchesFilter(paymentSummary('a'), waiting)).toBe(false);
    const attention = toPaymentsFilter({ ...NO_FILTER, status: 'attention' });
    expect(attention).toEqual({ attention: true });
    const refused = { attention: { code: 'provider_refused', since: 1 } } as const;
    expect(matchesFilter(paymentSummary('a', {}, refused), attention)).toBe(true);
    expect(matchesFilter(paymentSummary('a'), attention)).toBe(false);
    expect(queryOf({ ...NO_FILTER, status: 'attention' })).toBe('?attention=true');
  });

  it('are the same for the list and for the export', () => {
    const fields = {
      ...NO_FILTER,
      status: 'succeeded',
      agentId: 'ag_x',
      from: '2026-11-01',
    } as const;
    const query = Object.fromEntries(new URLSearchParams(queryOf(fields)));
    expect(query).toEqual({ status: 'succeeded', agentId: 'ag_x', from: `${at(11, 1)}` });
  });
});
