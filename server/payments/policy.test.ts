import { describe, expect, it } from 'vitest';
import { limitsOf, parsePolicy, thresholdsOf } from './policy.ts';

const policy = parsePolicy(
  JSON.stringify({
    roles: { agent: { EUR: { perRequestMinor: 5000, perRefundMinor: 1000 } } },
    currencies: { EUR: { approvalAboveMinor: 10_000 } },
  }),
);
const free = Number.POSITIVE_INFINITY;

describe('[PAY-8] a payment policy', () => {
  it('limits what it names', () => {
    expect(limitsOf(policy, 'agent', 'EUR')).toEqual({
      perRequestMinor: 5000,
      perDayMinor: free,
      perRefundMinor: 1000,
    });
  });

  it('leaves a limited role nothing in a currency that it does not name', () => {
    expect(limitsOf(policy, 'agent', 'USD')).toEqual({
      perRequestMinor: 0,
      perDayMinor: 0,
      perRefundMinor: 0,
    });
  });

  it('leaves a role free that it does not name, and a viewer never', () => {
    expect(limitsOf(policy, 'admin', 'USD').perRequestMinor).toBe(free);
    expect(limitsOf({}, 'viewer', 'EUR').perRefundMinor).toBe(0);
  });

  it('says above what a second agent is asked', () => {
    expect(thresholdsOf(policy, 'EUR')).toEqual({
      approvalAboveMinor: 10_000,
      refundApprovalAboveMinor: free,
    });
    expect(thresholdsOf({}, 'EUR').approvalAboveMinor).toBe(free);
  });

  it.each([
    ['no JSON', 'EUR 50'],
    ['another field', '{"limits": {}}'],
    ['a role that does not exist', '{"roles": {"boss": {}}}'],
    ['a slip in a limit', '{"roles": {"agent": {"EUR": {"perRequest": 1}}}}'],
    ['a fraction', '{"currencies": {"EUR": {"approvalAboveMinor": 10.5}}}'],
    ['a currency in lower case', '{"currencies": {"eur": {}}}'],
    ['a currency that Stripe does not charge', '{"currencies": {"XXX": {}}}'],
  ])('is refused with %s', (_what, text) => {
    expect(() => parsePolicy(text)).toThrow(/not a (payment policy|currency)/);
  });
});
