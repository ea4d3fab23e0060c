/** What an agent asks for, checked and cleaned before anything is written or asked [PAY-2] [PAY-7]. */
import type { LineItem } from '../../protocol/entries.ts';
import { EXPIRY_DEFAULT_MS } from '../../protocol/limits.ts';
import type { PaymentRequest } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import { cleanText } from '../log/entry-draft.ts';
import { amountRefusal } from './amounts.ts';

export type AskedOrder = Omit<PaymentRequest, 'conversationId' | 'clientId'>;

/** The same, ready to be written. */
export interface Order {
  amountMinor: number;
  currency: string;
  description: string;
  lineItems: LineItem[] | null;
  receiptEmail: string | null;
  expiresInMs: number;
}

/** @throws AppError `bad_request`, `line_items_mismatch`, or with the code of `amountRefusal` */
export function parseOrder(asked: AskedOrder): Order {
  const { amountMinor, currency, expiresInMs = EXPIRY_DEFAULT_MS } = asked;
  const refusal = amountRefusal(amountMinor, currency);
  if (refusal) throw new AppError(refusal);
  const lineItems = asked.lineItems?.map((item) => ({
    ...item,
    description: cleanWords(item.description),
  }));
  if (lineItems && sumOf(lineItems) !== amountMinor) throw new AppError('line_items_mismatch');
  return {
    amountMinor,
    currency,
    description: cleanWords(asked.description),
    lineItems: lineItems ?? null,
    receiptEmail: toReceiptEmail(asked.receiptEmail),
    expiresInMs,
  };
}

/** White space is folded [PAY-3]. */
function cleanWords(text: string): string {
  const words = cleanText(text).replace(/\s+/g, ' ').trim();
  if (words === '') throw new AppError('bad_request');
  return words;
}

const sumOf = (items: readonly LineItem[]): number =>
  items.reduce((sum, { quantity, unitAmountMinor }) => sum + quantity * unitAmountMinor, 0);

function toReceiptEmail(typed: string | undefined): string | null {
  const email = typed?.trim();
  if (!email) return null;
  const looksRight = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && cleanText(email) === email;
  if (!looksRight) throw new AppError('bad_request');
  return email;
}

/** The columns of a row that say what is asked for. */
export const orderColumns = (order: Order, now: number) => ({
  amount_minor: order.amountMinor,
  currency: order.currency,
  description: order.description,
  line_items: order.lineItems && JSON.stringify(order.lineItems),
  receipt_email: order.receiptEmail,
  expires_at: now + order.expiresInMs,
});
