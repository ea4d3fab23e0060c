/**
 * What a merchant's backend may answer: Stripe's own objects, of which exactly what is used is parsed
 * [PAY-11]. A backend may be wrong or may lie: what it says must belong to what it was asked about.
 */
import { Type } from 'typebox';
import { AppError } from '../app-error.ts';
import { createParser, type Parse } from '../validator.ts';
import { REFUND_METADATA } from './books.ts';
import type { IntentRef, MintedIntent, RefundOrder } from './provider.ts';

const Text = Type.String({ maxLength: 500 });
const nullable = <const T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()]);
const Metadata = Type.Record(Type.String(), Text);

const Intent = Type.Object({
  id: Type.String({ pattern: '^pi_[A-Za-z0-9_]{1,80}$' }),
  object: Type.Literal('payment_intent'),
  amount: Type.Integer(),
  currency: Type.String(),
  status: Text,
  cancellation_reason: nullable(Text),
  client_secret: nullable(Text),
  metadata: Metadata,
  last_payment_error: nullable(
    Type.Object({
      message: Type.Optional(Type.String()),
      code: Type.Optional(Text),
      charge: Type.Optional(Text),
      payment_method: Type.Optional(Type.Object({ id: Text })),
    }),
  ),
  latest_charge: nullable(
    Type.Union([
      Text,
      Type.Object({
        created: Type.Integer(),
        amount_refunded: Type.Integer({ minimum: 0 }),
        disputed: Type.Boolean(),
        payment_method_details: nullable(
          Type.Object({
            card: Type.Optional(
              nullable(
                Type.Object({
                  brand: nullable(Type.String({ maxLength: 40 })),
                  last4: nullable(Type.String({ pattern: '^[0-9]{4}$' })),
                }),
              ),
            ),
          }),
        ),
      }),
    ]),
  ),
});

const Refund = Type.Object({
  id: Type.String({ pattern: '^(re|pyr)_[A-Za-z0-9_]{1,80}$' }),
  object: Type.Literal('refund'),
  amount: Type.Integer({ minimum: 1 }),
  created: Type.Integer(),
  payment_intent: nullable(Text),
  metadata: nullable(Metadata),
  reason: nullable(Text),
  status: nullable(Text),
});

const Dispute = Type.Object({
  object: Type.Literal('dispute'),
  amount: Type.Integer(),
  payment_intent: nullable(Text),
  reason: Text,
  status: Text,
  evidence_details: Type.Object({ due_by: nullable(Type.Integer()) }),
});

const LIST_MAX = 1000;
const Refunds = Type.Object({ data: Type.Array(Refund, { maxItems: LIST_MAX }) });
const Disputes = Type.Object({ data: Type.Array(Dispute, { maxItems: LIST_MAX }) });
const Warnings = Type.Object({
  data: Type.Array(Type.Object({ payment_intent: nullable(Text) }), { maxItems: LIST_MAX }),
});

/** In our own words, for the payment's history. */
export const badAnswer = (what: string): AppError =>
  new AppError('provider_refused', { cause: new Error(`the merchant's backend ${what}`) });

function parsing<T>(parse: Parse<T>, what: string): Parse<T> {
  return (value) => {
    try {
      return parse(value);
    } catch {
      throw badAnswer(`answered with no ${what}`);
    }
  };
}
const parseIntent = parsing(createParser(Intent), 'PaymentIntent');
const parseRefund = parsing(createParser(Refund), 'Refund');
const parseRefunds = parsing(createParser(Refunds), 'list of refunds');
const parseDisputes = parsing(createParser(Disputes), 'list of disputes');
const parseWarnings = parsing(createParser(Warnings), 'list of warnings');

type Expected = Omit<IntentRef, 'intentId'> & { intentId?: string };

/** @throws AppError `provider_refused` */
export function readIntent(answer: unknown, expected: Expected): MintedIntent {
  const intent = parseIntent(answer);
  if (expected.intentId !== undefined && intent.id !== expected.intentId) {
    throw badAnswer('answered with another intent');
  }
  if (intent.metadata.payment_id !== expected.paymentId) {
    throw badAnswer('answered with the intent of another payment');
  }
  const agrees =
    intent.amount === expected.amountMinor && intent.currency === expected.currency.toLowerCase();
  // Of one that was made before, `look.ts` holds the sum against the request, whoever minted it.
  if (!agrees && expected.intentId === undefined) throw badAnswer('answered with another amount');
  return intent;
}

export function readRefund(answer: unknown, order: RefundOrder) {
  const refund = parseRefund(answer);
  const agrees =
    refund.amount === order.amountMinor &&
    refund.payment_intent === order.intentId &&
    refund.metadata?.[REFUND_METADATA] === order.refundId;
  if (!agrees) throw badAnswer('answered with another refund');
  return refund;
}

const ofIntent = <T extends { payment_intent: string | null }>(list: readonly T[], id: string) => {
  if (list.some(({ payment_intent }) => payment_intent !== id)) {
    throw badAnswer('answered with the books of another payment');
  }
  return list;
};
export const readRefunds = (answer: unknown, intentId: string) =>
  ofIntent(parseRefunds(answer).data, intentId);
export const readDisputes = (answer: unknown, intentId: string) =>
  ofIntent(parseDisputes(answer).data, intentId);
export const readWarnings = (answer: unknown, intentId: string) =>
  ofIntent(parseWarnings(answer).data, intentId);
