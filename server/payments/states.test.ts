import { readFileSync } from 'node:fs';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { PAYMENT_STATUSES, type PaymentStatus } from '../../protocol/entries.ts';
import { fromIntent, isPayable, isWatched, TOO_MANY_TRIES, transition } from './states.ts';

/** The table of PROTOCOL.md: where a payment stands, and as what it may be seen next. */
function tableOfProtocol(): Map<string, Set<string>> {
  const text = readFileSync(new URL('../../protocol/PROTOCOL.md', import.meta.url), 'utf8');
  const [, section = ''] = text.split('### How a payment moves');
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const cellsOf = (line: string) => line.split('|').slice(1, -1);
  const seen = cellsOf(lines[0] ?? '').map((cell) => cell.trim());
  const moves = new Map<string, Set<string>>();
  for (const line of lines.slice(
    2,
    lines.findIndex((one) => one.startsWith('| The intent')),
  )) {
    const [from = '', ...cells] = cellsOf(line);
    const to = seen.slice(1).filter((_status, column) => cells[column]?.trim() === 'x');
    for (const [, status = ''] of from.matchAll(/\*\*(\w+)\*\*/g)) moves.set(status, new Set(to));
  }
  return moves;
}
const MOVES = tableOfProtocol();
const CASES = PAYMENT_STATUSES.flatMap((from) =>
  PAYMENT_STATUSES.map((to) => [from, to, MOVES.get(from)?.has(to) ?? false] as const),
);

describe('[PAY-1] a payment moves forward, and among the paid states as its money does', () => {
  it('is written down for every status', () => {
    expect([...MOVES.keys()].sort()).toEqual([...PAYMENT_STATUSES].sort());
  });

  it.each(CASES)('%s, seen as %s: moves %s', (from, to, moves) => {
    const seen = { status: to };
    expect(transition({ status: from }, seen)).toBe(moves ? seen : null);
  });

  it('ends where the order of what is seen says, and never earlier', () => {
    const history: PaymentStatus[] = ['open', 'succeeded', 'processing', 'failed', 'open'];
    const end = history.reduce((now, status) => transition(now, { status }) ?? now, {
      status: 'created' as PaymentStatus,
    });
    expect(end.status).toBe('succeeded');
  });

  it('takes another reason for a second decline, and the same one only once', () => {
    const first = { status: 'failed', reason: 'Your card was declined.' } as const;
    const second = { status: 'failed', reason: 'Your card has expired.' } as const;
    expect(transition(first, second)).toBe(second);
    expect(transition(first, { ...first })).toBe(null);
  });

  it('takes the card that was not known yet, and keeps the one that is', () => {
    const card = { brand: 'visa', last4: '4242' };
    const known = { status: 'succeeded', card } as const;
    expect(transition({ status: 'succeeded' }, known)).toBe(known);
    expect(transition(known, { status: 'succeeded' })).toBe(null);
  });

  it('gives a secret for, and watches, only what can still be paid', () => {
    expect(PAYMENT_STATUSES.filter(isPayable)).toEqual(['created', 'open', 'processing', 'failed']);
    expect(PAYMENT_STATUSES.filter(isWatched)).toEqual(['open', 'processing', 'failed']);
  });
});

const intent = (facts: Record<string, unknown>) =>
  ({ last_payment_error: null, latest_charge: null, cancellation_reason: null, ...facts }) as
    // The table below sets every field that is read.
    Stripe.PaymentIntent;
const charge = (facts: Record<string, unknown> = {}) => ({
  created: 1_800_000_000,
  amount_refunded: 0,
  disputed: false,
  payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
  ...facts,
});
const card = { brand: 'visa', last4: '4242' };
const paidAt = 1_800_000_000_000;

describe('[PAY-1] what an intent says', () => {
  it.each([
    ['untouched', { status: 'requires_payment_method' }, { status: 'created' }],
    [
      'declined',
      {
        status: 'requires_payment_method',
        last_payment_error: { type: 'card_error', message: 'Your card was declined.' },
      },
      { status: 'failed', reason: 'Your card was declined.' },
    ],
    [
      'declined without words',
      { status: 'requires_payment_method', last_payment_error: { type: 'card_error' } },
      { status: 'failed' },
    ],
    ['to be confirmed', { status: 'requires_confirmation' }, { status: 'open' }],
    ['in 3-D Secure', { status: 'requires_action' }, { status: 'open' }],
    ['under way', { status: 'processing' }, { status: 'processing' }],
    ['held, not captured', { status: 'requires_capture' }, { status: 'processing' }],
    ['in a status of tomorrow', { status: 'requires_patience' }, { status: 'processing' }],
    [
      'canceled by hand',
      { status: 'canceled', cancellation_reason: 'requested_by_customer' },
      { status: 'canceled' },
    ],
    [
      'expired by us',
      { status: 'canceled', cancellation_reason: 'abandoned' },
      { status: 'expired' },
    ],
    [
      'canceled when its time was over',
      { status: 'canceled', cancellation_reason: 'abandoned' },
      { status: 'expired' },
    ],
    [
      'canceled against card testing',
      { status: 'canceled', cancellation_reason: 'fraudulent' },
      { status: 'canceled', reason: TOO_MANY_TRIES },
    ],
    [
      'canceled by time',
      { status: 'canceled', cancellation_reason: 'automatic' },
      { status: 'expired' },
    ],
    [
      'paid',
      { status: 'succeeded', latest_charge: charge() },
      { status: 'succeeded', card, paidAt },
    ],
    [
      'paid without a card',
      { status: 'succeeded', latest_charge: charge({ payment_method_details: { type: 'link' } }) },
      { status: 'succeeded', paidAt },
    ],
    [
      'paid, charge not expanded',
      { status: 'succeeded', latest_charge: 'ch_1' },
      { status: 'succeeded' },
    ],
    [
      'given back and disputed, which the books tell',
      { status: 'succeeded', latest_charge: charge({ amount_refunded: 100, disputed: true }) },
      { status: 'succeeded', card, paidAt },
    ],
  ])('%s', (_what, facts, standing) => {
    expect(fromIntent(intent(facts))).toEqual(standing);
  });

  it('caps the words of a refusal', () => {
    const last_payment_error = { type: 'card_error', message: 'x'.repeat(1000) };
    const { reason } = fromIntent(
      intent({ status: 'requires_payment_method', last_payment_error }),
    );
    expect(reason).toHaveLength(300);
  });
});
