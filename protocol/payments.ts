/**
 * What agents ask about payments, one schema each, and what they are shown. Limits and currency are
 * checked by the actions, so that each refusal has its own code [PAY-2].
 */
import { type Static, Type } from 'typebox';
import type { AgentCard } from './conversations.ts';
import {
  ClientId,
  CurrencyCode,
  Id,
  Instant,
  LineItem,
  PAYMENT_STATUSES,
  type PaymentState,
  type PaymentStatus,
} from './entries.ts';
import {
  DESCRIPTION_MAX_LENGTH,
  EMAIL_MAX_LENGTH,
  EXPIRY_MAX_MS,
  EXPIRY_MIN_MS,
  LINE_ITEMS_MAX,
  NAME_MAX_LENGTH,
  PAGE_MAX_PAYMENTS,
} from './limits.ts';

const strict = { additionalProperties: false };

/** What is asked for. With line items, their sum must be `amountMinor` [PAY-7]. */
const order = {
  amountMinor: Type.Number(),
  currency: Type.String({ maxLength: 10 }),
  description: Type.String({ minLength: 1, maxLength: DESCRIPTION_MAX_LENGTH }),
  lineItems: Type.Optional(Type.Array(LineItem, { minItems: 1, maxItems: LINE_ITEMS_MAX })),
  /** Where Stripe sends its receipt. */
  receiptEmail: Type.Optional(Type.String({ maxLength: EMAIL_MAX_LENGTH })),
  /** From now; `EXPIRY_DEFAULT_MS` if not given. */
  expiresInMs: Type.Optional(Type.Integer({ minimum: EXPIRY_MIN_MS, maximum: EXPIRY_MAX_MS })),
};

export const PaymentRequest = Type.Object(
  { conversationId: Id, clientId: ClientId, ...order },
  strict,
);
/** Makes the next revision and voids the intent of the one before; `revision` is the one edited. */
export const PaymentEdit = Type.Object(
  { paymentId: Id, revision: Type.Integer({ minimum: 1 }), ...order },
  strict,
);
/** `payment:cancel`, `payment:approve`, `payment:history`. */
export const PaymentRef = Type.Object({ paymentId: Id }, strict);
/** One `clientId` per click, as with a refund [PAY-12]. */
export const PaymentReturn = Type.Object({ paymentId: Id, clientId: ClientId }, strict);

export const REFUND_REASONS = ['requested_by_customer', 'duplicate', 'fraudulent'] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];
/** One `clientId` per click: a repeated one is answered with the first `refundId` [PAY-9]. */
export const RefundRequest = Type.Object(
  {
    paymentId: Id,
    clientId: ClientId,
    amountMinor: Type.Number(),
    reason: Type.Union(REFUND_REASONS.map((reason) => Type.Literal(reason))),
  },
  strict,
);
/** `refund:approve`, `refund:cancel`. */
export const RefundRef = Type.Object({ refundId: Id }, strict);

export const PaymentsFilter = Type.Object(
  {
    status: Type.Optional(Type.Union(PAYMENT_STATUSES.map((status) => Type.Literal(status)))),
    agentId: Type.Optional(Id),
    currency: Type.Optional(CurrencyCode),
    conversationId: Type.Optional(Id),
    /** Only requests that wait for a second agent [PAY-8]. */
    approval: Type.Optional(Type.Literal('waiting')),
    /** Only those that somebody has to see to [PAY-12]. */
    attention: Type.Optional(Type.Literal(true)),
    /** By when it was asked for; `from` included, `to` not. */
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
  },
  strict,
);
export const PaymentsList = Type.Object(
  {
    filter: PaymentsFilter,
    /** `createdAt` and `paymentId` of the last line of the page before; newest first. */
    before: Type.Optional(Type.Object({ createdAt: Instant, id: Id }, strict)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX_PAYMENTS })),
  },
  strict,
);

/** A request that is asked for often. Shared by all agents. */
export const PaymentTemplate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: NAME_MAX_LENGTH }),
    amountMinor: Type.Number(),
    currency: Type.String({ maxLength: 10 }),
    description: Type.String({ minLength: 1, maxLength: DESCRIPTION_MAX_LENGTH }),
    lineItems: Type.Optional(Type.Array(LineItem, { minItems: 1, maxItems: LINE_ITEMS_MAX })),
  },
  strict,
);
export const TemplateSave = Type.Object(
  { templateId: Type.Union([Id, Type.Null()]), template: PaymentTemplate },
  strict,
);
export const TemplateRef = Type.Object({ templateId: Id }, strict);
export const TemplatesList = Type.Object({}, strict);

export type PaymentRequest = Static<typeof PaymentRequest>;
export type PaymentEdit = Static<typeof PaymentEdit>;
export type PaymentRef = Static<typeof PaymentRef>;
export type PaymentReturn = Static<typeof PaymentReturn>;
export type RefundRequest = Omit<Static<typeof RefundRequest>, 'reason'> & { reason: RefundReason };
export type RefundRef = Static<typeof RefundRef>;
export type PaymentsFilter = Omit<Static<typeof PaymentsFilter>, 'status'> & {
  status?: PaymentStatus;
};
export type PaymentsList = Omit<Static<typeof PaymentsList>, 'filter'> & {
  filter: PaymentsFilter;
};
export type PaymentTemplate = Static<typeof PaymentTemplate>;
export type TemplateSave = Static<typeof TemplateSave>;
export type TemplateRef = Static<typeof TemplateRef>;
export type TemplatesList = Static<typeof TemplatesList>;

/**
 * Why a payment does not go on by itself, and somebody has to see to it [PAY-12]:
 * `amount_differs`: its intent is over another sum than was asked for. Not `charged`: cancel it.
 * `charged`: nobody is told that it is paid; an owner or admin gives it back with `payment:return`.
 * `minter_missing`: the key, or the address, with which its intent was made has been taken away.
 * `provider_refused`: Stripe, or the merchant's backend, refuses to say how it stands.
 * The latter two are looked at again every ten minutes, and end by themselves once that is mended.
 */
export type PaymentAttention =
  | {
      code: 'amount_differs';
      /** Milliseconds since the epoch; of the others too. */
      since: number;
      /** What the intent is over, in minor units of its own currency. */
      amountMinor: number;
      currency: string;
      charged: boolean;
      /** Of it, what is given back or on its way. */
      returnedMinor: number;
    }
  | { code: 'minter_missing' | 'provider_refused'; since: number };

/** A line of the payments page. */
export interface PaymentSummary {
  payment: PaymentState;
  conversationId: string;
  site: { id: string; name: string };
  /** So that somebody without a name is called here as in the conversations. */
  visitorId: string;
  visitorName?: string;
  requestedBy: AgentCard;
  /** Milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
  receiptEmail?: string;
  /** What can still be given back. 0 while nothing was paid. */
  refundableMinor: number;
  /** An early fraud warning came for it. */
  fraudWarning?: true;
  /** Only while somebody has to see to it. */
  attention?: PaymentAttention;
  /** Stripe's dashboard; absent when another party holds the keys. */
  providerUrl?: string;
}

/** One line per currency of what the filter lets through, however many pages it has. */
export interface PaymentTotals {
  currency: string;
  count: number;
  requestedMinor: number;
  paidMinor: number;
  refundedMinor: number;
  disputedMinor: number;
}

export interface PaymentsPage {
  payments: PaymentSummary[];
  more: boolean;
  totals: PaymentTotals[];
}

/** What happened to a payment: who did it, or which event of Stripe's told. Oldest first. */
export interface PaymentHistoryLine {
  at: number;
  kind:
    | 'requested'
    | 'edited'
    | 'approved'
    | 'canceled'
    | 'refund_requested'
    | 'refund_approved'
    | 'state'
    | 'provider_event'
    | 'provider_error';
  by?: AgentCard;
  /** A status, Stripe's event type or an error code; with an amount where one belongs to it. */
  detail: string;
  amountMinor?: number;
}

export interface SavedTemplate {
  templateId: string;
  template: PaymentTemplate;
}
