import { describe, expect, it } from 'vitest';
import type { AgentRole } from '../../protocol/http.ts';
import { paymentSummary } from '../../test/support/payment-samples.ts';
import { mayRequest, mayReturn, offered, offeredForRefund } from './permissions.ts';

const ASKER = 'ag_aaaaaaaaaaaaaaaa';
const agent = (role: AgentRole, id = 'ag_bbbbbbbbbbbbbbbb') => ({ id, role, payments: true });
const names = (of: object) =>
  Object.entries(of)
    .filter(([, may]) => may)
    .map(([name]) => name);

describe('[PAY-8] what an agent is offered', () => {
  const paid = paymentSummary('a', { status: 'succeeded' }, { refundableMinor: 100 });
  const asked = paymentSummary('a');
  const waiting = paymentSummary('a', { approval: 'waiting' });

  it.each<[string, AgentRole, object, string[]]>([
    ['paid', 'agent', paid, ['refund']],
    ['asked for', 'agent', asked, ['edit', 'cancel']],
    ['opened', 'agent', paymentSummary('a', { status: 'open' }), ['edit', 'cancel']],
    ['under way', 'owner', paymentSummary('a', { status: 'processing' }), []],
    ['disputed', 'owner', paymentSummary('a', { status: 'disputed' }), []],
    ['given back', 'owner', paymentSummary('a', { status: 'refunded' }), []],
    ['canceled', 'owner', paymentSummary('a', { status: 'canceled' }), []],
    ['waiting', 'agent', waiting, ['edit', 'cancel']],
    ['waiting', 'admin', waiting, ['edit', 'cancel', 'approve']],
    ['waiting', 'viewer', waiting, []],
    ['paid', 'viewer', paid, []],
  ])('of a payment that is %s, as %s', (_state, role, summary, expected) => {
    expect(names(offered(agent(role), summary as typeof paid))).toEqual(expected);
  });

  it('is never the approval of what they asked for', () => {
    expect(offered(agent('owner', ASKER), waiting).approve).toBe(false);
    const lines = [
      { at: 1, kind: 'refund_requested', by: { id: ASKER, name: 'A' }, detail: '', amountMinor: 5 },
    ] as const;
    const refund = { status: 'waiting', amountMinor: 5 };
    expect(names(offeredForRefund(agent('owner', ASKER), refund, lines))).toEqual(['callOff']);
    expect(names(offeredForRefund(agent('owner'), refund, lines))).toEqual(['approve', 'callOff']);
    expect(names(offeredForRefund(agent('agent', ASKER), refund, lines))).toEqual(['callOff']);
    expect(names(offeredForRefund(agent('agent'), refund, lines))).toEqual([]);
    expect(
      names(offeredForRefund(agent('owner'), { ...refund, status: 'pending' }, lines)),
    ).toEqual([]);
  });

  it('[PAY-12] is to give back what was charged wrongly, for those who decide', () => {
    const wrong = (charged: boolean, returnedMinor = 0) => {
      const sum = { code: 'amount_differs', since: 1, amountMinor: 9900, currency: 'EUR' } as const;
      return paymentSummary(
        'a',
        { status: 'open' },
        { attention: { ...sum, charged, returnedMinor } },
      );
    };
    expect(mayReturn(agent('owner'), wrong(true))).toBe(true);
    expect(mayReturn(agent('admin'), wrong(true, 9800))).toBe(true);
    expect(mayReturn(agent('admin'), wrong(true, 9900))).toBe(false);
    expect(mayReturn(agent('agent'), wrong(true))).toBe(false);
    expect(mayReturn(agent('owner'), wrong(false))).toBe(false);
    expect(mayReturn(agent('owner'), paid)).toBe(false);
    // What was charged cannot be voided; what was not is canceled like any request.
    expect(names(offered(agent('owner'), wrong(true)))).toEqual([]);
    expect(names(offered(agent('owner'), wrong(false)))).toEqual(['edit', 'cancel']);
  });

  it('is no request for a viewer', () => {
    expect(mayRequest(agent('viewer'))).toBe(false);
    expect(mayRequest(agent('agent'))).toBe(true);
    expect(mayRequest({ ...agent('agent'), payments: false })).toBe(false);
  });
});
