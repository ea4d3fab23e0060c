/**
 * The conversation log as it crosses the wire. An entry never changes once it has its `seq`; what
 * happens later to what it speaks of is a later entry [LOG-1].
 */
import { type Static, Type } from 'typebox';
import {
  DESCRIPTION_MAX_LENGTH,
  LINE_ITEMS_MAX,
  MESSAGE_MAX_LENGTH,
  NAME_MAX_LENGTH,
} from './limits.ts';

/** An opaque random id with its kind in front, such as `cv_…`. Knowing one permits nothing. */
export const Id = Type.String({ pattern: '^[a-z]{2}_[A-Za-z0-9_-]{16,40}$' });
/** Made by the sender, unique per conversation for ever; a retry carries the same one [SEND-1]. */
export const ClientId = Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$' });
/** Place in a conversation's log: 1 for the first entry, no gaps [LOG-2]. 0 means "before all". */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Milliseconds since the epoch, by the server's clock. */
export const Instant = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Minor units of a currency, as Stripe counts them [PAY-2]. */
export const AmountMinor = Type.Integer({ minimum: 1, maximum: 999_999_999_999 });
/** Upper-case ISO 4217 code. */
export const CurrencyCode = Type.String({ pattern: '^[A-Z]{3}$' });

export const Author = Type.Object({
  kind: Type.Union([Type.Literal('visitor'), Type.Literal('agent'), Type.Literal('system')]),
  /** Absent for `system`. */
  id: Type.Optional(Id),
  /** An agent's display name; a visitor's, where one was given. */
  name: Type.Optional(Type.String({ maxLength: NAME_MAX_LENGTH })),
});
export type Author = Static<typeof Author>;

/** Where a payment stands, as Stripe says and never as a client says [PAY-1]. */
export const PAYMENT_STATUSES = [
  'created',
  'open',
  'processing',
  'succeeded',
  'failed',
  'canceled',
  'expired',
  'partially_refunded',
  'refunded',
  'disputed',
] as const;
export const PaymentStatus = Type.Union(PAYMENT_STATUSES.map((status) => Type.Literal(status)));
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** One line of what is paid for. The amounts of all lines add up to the payment's [PAY-7]. */
export const LineItem = Type.Object(
  {
    description: Type.String({ minLength: 1, maxLength: DESCRIPTION_MAX_LENGTH }),
    quantity: Type.Integer({ minimum: 1, maximum: 9999 }),
    /** For one of them. */
    unitAmountMinor: Type.Integer({ minimum: 0, maximum: 999_999_999_999 }),
  },
  { additionalProperties: false },
);
export type LineItem = Static<typeof LineItem>;

/** A refund as its provider says: `pending` may still become `failed` [PAY-9]. */
export const REFUND_STATUSES = ['waiting', 'pending', 'succeeded', 'failed', 'canceled'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];
export const RefundState = Type.Object({
  refundId: Id,
  amountMinor: AmountMinor,
  /** `waiting`: for a second agent's approval, and not known to the provider yet. */
  status: Type.Union(REFUND_STATUSES.map((status) => Type.Literal(status))),
});
export type RefundState = Omit<Static<typeof RefundState>, 'status'> & { status: RefundStatus };

/** A payer's bank takes the money back unless the merchant answers in time. */
export const DisputeState = Type.Object({
  amountMinor: AmountMinor,
  /** Stripe's word, such as `fraudulent` or `product_not_received`. */
  reason: Type.String({ maxLength: 60 }),
  /** Stripe's word: `needs_response`, `under_review`, `won`, `lost`, `warning_…`. */
  status: Type.String({ maxLength: 40 }),
  dueAt: Type.Optional(Instant),
});
export type DisputeState = Static<typeof DisputeState>;

/** What a payment entry says: the whole state at that moment, so that the newest alone is enough. */
export const PaymentState = Type.Object({
  paymentId: Id,
  revision: Type.Integer({ minimum: 1 }),
  amountMinor: AmountMinor,
  currency: CurrencyCode,
  description: Type.String({ minLength: 1, maxLength: DESCRIPTION_MAX_LENGTH }),
  status: PaymentStatus,
  /** Why the last attempt failed, in Stripe's words for the payer. Only with `failed`. */
  reason: Type.Optional(Type.String({ maxLength: 300 })),
  /** Only once it is paid. */
  card: Type.Optional(
    Type.Object({
      brand: Type.String({ maxLength: 40 }),
      last4: Type.String({ pattern: '^[0-9]{4}$' }),
    }),
  ),
  lineItems: Type.Optional(Type.Array(LineItem, { maxItems: LINE_ITEMS_MAX })),
  /** When it can no longer be paid. */
  expiresAt: Type.Optional(Instant),
  /** Present while a second agent has to approve it; until then it cannot be paid [PAY-8]. */
  approval: Type.Optional(Type.Literal('waiting')),
  /** Short, for people: on the receipt and in Stripe's metadata. */
  reference: Type.Optional(Type.String({ maxLength: 20 })),
  paidAt: Type.Optional(Instant),
  /** Sum of what has been given back, `pending` included. */
  refundedMinor: Type.Optional(Type.Integer({ minimum: 0 })),
  refunds: Type.Optional(Type.Array(RefundState)),
  dispute: Type.Optional(DisputeState),
});
export type PaymentState = Omit<Static<typeof PaymentState>, 'status' | 'refunds'> & {
  status: PaymentStatus;
  refunds?: RefundState[];
};

const EVENT_NAMES = ['assigned', 'unassigned', 'resolved', 'reopened'] as const;
export type ConversationEventName = (typeof EVENT_NAMES)[number];

const base = { conversationId: Id, seq: Seq };
const head = { ...base, at: Instant, author: Author, clientId: Type.Optional(ClientId) };

export const MessageEntry = Type.Object({
  ...head,
  type: Type.Literal('message'),
  text: Type.String({ minLength: 1, maxLength: MESSAGE_MAX_LENGTH }),
  /** How many card numbers, or parts of one, were replaced [CARD-2] [CARD-3]. */
  redacted: Type.Optional(Type.Integer({ minimum: 1 })),
});
/** Between agents. A visitor receives a `hidden` entry in its place [LOG-4]. */
export const NoteEntry = Type.Object({
  ...head,
  type: Type.Literal('note'),
  text: Type.String({ minLength: 1, maxLength: MESSAGE_MAX_LENGTH }),
  redacted: Type.Optional(Type.Integer({ minimum: 1 })),
});
export const PaymentEntry = Type.Object({
  ...head,
  type: Type.Literal('payment'),
  payment: PaymentState,
});
export const EventEntry = Type.Object({
  ...head,
  type: Type.Literal('event'),
  event: Type.Union(EVENT_NAMES.map((name) => Type.Literal(name))),
  /** To whom, with `assigned`. */
  agent: Type.Optional(Type.Object({ id: Id, name: Type.String() })),
});
/** Keeps `seq` contiguous for somebody who may not see what stands there [LOG-4]. */
export const HiddenEntry = Type.Object({ ...base, type: Type.Literal('hidden') });

export const Entry = Type.Union([MessageEntry, NoteEntry, PaymentEntry, EventEntry, HiddenEntry]);

export type MessageEntry = Static<typeof MessageEntry>;
export type NoteEntry = Static<typeof NoteEntry>;
export type PaymentEntry = Omit<Static<typeof PaymentEntry>, 'payment'> & { payment: PaymentState };
export type EventEntry = Omit<Static<typeof EventEntry>, 'event'> & {
  event: ConversationEventName;
};
export type HiddenEntry = Static<typeof HiddenEntry>;
export type Entry = MessageEntry | NoteEntry | PaymentEntry | EventEntry | HiddenEntry;
