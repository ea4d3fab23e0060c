/**
 * A site's payment policy [PAY-8]: how much each role may ask for and give back, and above what a
 * second agent has to approve. Set by the operator as JSON; kept with the site. Pure.
 */
import { type Static, Type } from 'typebox';
import { isCurrency } from '../../protocol/currencies.ts';
import type { AgentRole } from '../../protocol/http.ts';
import { createParser } from '../validator.ts';

const strict = { additionalProperties: false };
const Minor = Type.Optional(Type.Integer({ minimum: 0 }));
const Limits = Type.Object(
  { perRequestMinor: Minor, perDayMinor: Minor, perRefundMinor: Minor },
  strict,
);
const Thresholds = Type.Object(
  { approvalAboveMinor: Minor, refundApprovalAboveMinor: Minor },
  strict,
);
const perCurrency = <const T extends typeof Limits | typeof Thresholds>(type: T) =>
  Type.Record(Type.String({ pattern: '^[A-Z]{3}$' }), type, strict);

export const PaymentPolicy = Type.Object(
  {
    roles: Type.Optional(
      Type.Object(
        {
          owner: Type.Optional(perCurrency(Limits)),
          admin: Type.Optional(perCurrency(Limits)),
          agent: Type.Optional(perCurrency(Limits)),
        },
        strict,
      ),
    ),
    currencies: Type.Optional(perCurrency(Thresholds)),
  },
  strict,
);
export type PaymentPolicy = Static<typeof PaymentPolicy>;

/** In minor units; `Infinity` where nothing is said. */
export interface RoleLimits {
  perRequestMinor: number;
  perDayMinor: number;
  perRefundMinor: number;
}
export interface ApprovalThresholds {
  approvalAboveMinor: number;
  refundApprovalAboveMinor: number;
}

/** `message` is for the person who wrote the file. */
export class PolicyError extends Error {}

const parse = createParser(PaymentPolicy);

/** @throws PolicyError */
export function parsePolicy(text: string): PaymentPolicy {
  let policy: PaymentPolicy;
  try {
    policy = parse(JSON.parse(text));
  } catch (cause) {
    throw new PolicyError('That is not a payment policy; docs/payments.md has an example', {
      cause,
    });
  }
  const { roles = {}, currencies = {} } = policy;
  const named = [currencies, ...Object.values(roles)].flatMap((one) => Object.keys(one));
  const unknown = named.find((currency) => !isCurrency(currency));
  if (unknown !== undefined) throw new PolicyError(`${unknown} is not a currency`);
  return policy;
}

/** From the site's column, which `parsePolicy` has checked. */
export const readPolicy = (column: string | null): PaymentPolicy =>
  column === null ? {} : parsePolicy(column);

/** A role that has limits in some currency has none to spend in another one. */
export function limitsOf(policy: PaymentPolicy, role: AgentRole, currency: string): RoleLimits {
  if (role === 'viewer') return { perRequestMinor: 0, perDayMinor: 0, perRefundMinor: 0 };
  const limits = policy.roles?.[role];
  const fallback = limits && !limits[currency] ? 0 : Number.POSITIVE_INFINITY;
  return {
    perRequestMinor: limits?.[currency]?.perRequestMinor ?? fallback,
    perDayMinor: limits?.[currency]?.perDayMinor ?? fallback,
    perRefundMinor: limits?.[currency]?.perRefundMinor ?? fallback,
  };
}

export const thresholdsOf = (policy: PaymentPolicy, currency: string): ApprovalThresholds => ({
  approvalAboveMinor: policy.currencies?.[currency]?.approvalAboveMinor ?? Number.POSITIVE_INFINITY,
  refundApprovalAboveMinor:
    policy.currencies?.[currency]?.refundApprovalAboveMinor ?? Number.POSITIVE_INFINITY,
});
