/** A payment's history in words: who did what, and what the payment provider told. */
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentStatus, RefundStatus } from '../../protocol/entries.ts';
import { ERRORS, isErrorCode } from '../../protocol/errors.ts';
import type { PaymentHistoryLine } from '../../protocol/payments.ts';
import {
  disputeStanding,
  PAYMENT_STATES,
  type PaymentTone,
  paymentTone,
  paymentWords,
  refundStanding,
  spaced,
} from './payment-words.ts';
import { REASON_WORDS } from './refund-reasons.ts';

export interface HistoryWords {
  words: string;
  tone: PaymentTone;
  /** Why, or what exactly: below the words. */
  more?: string;
  /** A name of the provider's, as it is written there. */
  code?: string;
}

/** https://docs.stripe.com/api/events/types */
const EVENTS: Readonly<Record<string, string>> = {
  'payment_intent.created': 'Stripe knows of the request',
  'payment_intent.processing': 'The payment is under way',
  'payment_intent.requires_action': 'The bank asks the payer',
  'payment_intent.succeeded': 'The payment went through',
  'payment_intent.payment_failed': 'An attempt did not go through',
  'payment_intent.canceled': 'Stripe canceled the request',
  'charge.succeeded': 'The charge went through',
  'charge.failed': 'The charge failed',
  'charge.refunded': 'Money was given back',
  'charge.updated': 'The charge has news',
  'refund.created': 'A refund was made',
  'refund.updated': 'A refund has news',
  'refund.failed': 'A refund failed',
  'charge.refund.updated': 'A refund has news',
  'charge.dispute.created': 'The bank contests the payment',
  'charge.dispute.updated': 'The dispute has news',
  'charge.dispute.closed': 'The dispute is closed',
  'charge.dispute.funds_withdrawn': 'The bank took the money back',
  'charge.dispute.funds_reinstated': 'The bank gave the money back',
  'radar.early_fraud_warning.created': 'The bank warns of fraud',
  'radar.early_fraud_warning.updated': 'The fraud warning has news',
};

/** A status of the payment, or of what became of it: `refund pending`, `dispute won`. */
function stateWords(detail: string, money: string): HistoryWords {
  const [of = '', status = ''] = detail.split(' ');
  if (of === 'refund') {
    const standing = refundStanding({
      refundId: '',
      amountMinor: 1,
      status: status as RefundStatus,
    });
    const words = `Refund${money && ` of ${money}`}: ${lower(standing.words)}`;
    return { words, tone: standing.tone };
  }
  if (of === 'dispute') {
    const standing = disputeStanding({ amountMinor: 1, reason: '', status });
    return {
      words: `Dispute${money && ` over ${money}`}: ${lower(standing.words)}`,
      tone: standing.tone,
    };
  }
  const [, state = detail, why] = /^(\w+): (.*)$/s.exec(detail) ?? [];
  const known = PAYMENT_STATES.find((name): name is PaymentStatus => name === state);
  return known
    ? { words: paymentWords(known), tone: paymentTone(known), ...(why && { more: why }) }
    : { words: spaced(detail), tone: 'quiet' };
}

const lower = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);

/** In Stripe's own counting, with its currency: `5000 EUR`. */
const OTHER_SUM = /^(?:the intent (charged|is over)|the other sum,) (\d+) ([A-Z]{3})(?:, (\d+) |$)/;

/** An error's code, and after a colon what exactly. */
function errorWords(detail: string, locale?: string): HistoryWords {
  const [, name = detail, cause = ''] = /^(\w+): (.*)$/s.exec(detail) ?? [];
  const [, charged, minor, currency = '', returned] = OTHER_SUM.exec(cause) ?? [];
  if (minor) {
    const money = (amount: string) => formatMoney(Number(amount), currency, locale);
    const was = charged === 'charged' ? 'was charged' : 'stands at Stripe';
    return {
      words: `Another amount: ${money(minor)} ${was}`,
      tone: 'bad',
      ...(returned && { more: `${money(returned)} of it given back or on its way` }),
    };
  }
  const words = 'It did not work';
  if (!isErrorCode(name)) return { words, tone: 'bad', code: detail };
  return { words, tone: 'bad', more: ERRORS[name], ...(cause && { code: cause }) };
}

function reasonWords(detail: string, locale?: string): string {
  const [, , minor, currency = ''] = OTHER_SUM.exec(detail) ?? [];
  if (minor) return `All of the other amount, ${formatMoney(Number(minor), currency, locale)}`;
  const [reason = '', waiting] = detail.split(', ');
  const words = REASON_WORDS.find(([name]) => name === reason)?.[1] ?? spaced(reason);
  return waiting ? `${words}; waits for approval` : words;
}

export function historyWords(
  { kind, detail, amountMinor }: PaymentHistoryLine,
  currency: string,
  locale?: string,
): HistoryWords {
  const money = amountMinor === undefined ? '' : formatMoney(amountMinor, currency, locale);
  const approval = detail.includes('waiting') ? { more: 'Waits for approval' } : {};
  switch (kind) {
    case 'requested':
      return { words: money ? `Asked for ${money}` : 'Asked for', tone: 'waiting', ...approval };
    case 'edited':
      return { words: money ? `Changed to ${money}` : 'Changed', tone: 'waiting', ...approval };
    case 'approved':
      return { words: 'Approved', tone: 'good' };
    case 'canceled':
      return detail.startsWith('refund')
        ? { words: `Called off giving back ${money}`.trim(), tone: 'quiet' }
        : { words: 'Canceled the request', tone: 'quiet' };
    case 'refund_requested':
      return {
        words: `Asked to give back ${money}`.trim(),
        tone: 'waiting',
        more: reasonWords(detail, locale),
      };
    case 'refund_approved':
      return {
        words: money ? `Approved giving back ${money}` : 'Approved the refund',
        tone: 'good',
      };
    case 'state':
      return stateWords(detail, money);
    case 'provider_event':
      return { words: EVENTS[detail] ?? 'Stripe has news', tone: 'quiet', code: detail };
    case 'provider_error':
      return errorWords(detail, locale);
    default:
      // Of a newer server [VER-2].
      return { words: spaced(detail), tone: 'quiet' };
  }
}
