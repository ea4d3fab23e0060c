import { describe, expect, it } from 'vitest';
import type { Entry } from '../../protocol/entries.ts';
import { ASK_SECURE_PAYMENT } from '../../protocol/phrases.ts';
import { ANNA, event, message, payment } from '../../test/support/console-samples.ts';
import { brandName, paymentWords } from '../format/payment-words.ts';
import type { Unsent } from './outbox.ts';
import { foldPayments } from './payments.ts';
import { buildTimeline, sentMark } from './timeline.ts';

const kinds = (...args: Parameters<typeof buildTimeline>) =>
  buildTimeline(...args).map((item) =>
    item.kind === 'group' ? `group of ${item.bubbles.length}` : item.kind,
  );
const unsent = (clientId: string, at: number): Unsent => ({
  clientId,
  kind: 'message',
  text: 'x',
  at,
  state: 'sending',
});

describe('the timeline', () => {
  it('groups messages by author within five minutes, and starts each day', () => {
    const { at } = message(1);
    const entries = [
      message(1),
      message(2),
      message(3, { author: ANNA }),
      message(4, { author: ANNA, at: at + 6 * 60_000 }),
      message(5, { author: ANNA, at: at + 24 * 3_600_000 }),
    ];
    expect(kinds(entries, [], ANNA)).toEqual([
      'day',
      'group of 2',
      'group of 1',
      'group of 1',
      'day',
      'group of 1',
    ]);
  });

  it('keeps notes apart from replies, and shows nothing of what is hidden', () => {
    const note = { ...message(2, { author: ANNA }), type: 'note' as const };
    const hidden = { conversationId: message(1).conversationId, seq: 3, type: 'hidden' as const };
    expect(kinds([message(1, { author: ANNA }), note, hidden], [], ANNA)).toEqual([
      'day',
      'group of 1',
      'group of 1',
    ]);
  });

  it('shows an own message once, with the same key before and after it is confirmed', () => {
    const { at } = message(1);
    const sending = buildTimeline([], [unsent('c1', at)], ANNA);
    const confirmed = message(1, { author: ANNA, clientId: 'c1' });
    const sent = buildTimeline([confirmed], [unsent('c1', at)], ANNA);
    expect(sent.map(({ key }) => key)).toEqual(sending.map(({ key }) => key));
    expect(sent).toHaveLength(2);
  });

  it('[PAY-1] shows a payment where it was asked for, in its newest state', () => {
    const entries = [
      payment(1, 'created'),
      message(2),
      payment(3, 'open'),
      payment(4, 'succeeded'),
    ];
    const items = buildTimeline(entries, [], ANNA);
    expect(items.map(({ kind }) => kind)).toEqual(['day', 'payment', 'group', 'turn']);
    expect(items[1]).toMatchObject({ payment: { status: 'succeeded' } });
    expect(items[3]).toMatchObject({ words: 'Payment received' });
  });

  it('does not repeat below a card what the card says', () => {
    expect(kinds([payment(1, 'created'), payment(2, 'succeeded')], [], ANNA)).toEqual([
      'day',
      'payment',
    ]);
  });

  it('shows events between messages', () => {
    expect(kinds([message(1), event(2, 'resolved'), message(3)], [], ANNA)).toEqual([
      'day',
      'group of 1',
      'event',
      'group of 1',
    ]);
  });

  it('marks the last reply as sent or seen', () => {
    const entries = [message(1), message(2, { author: ANNA }), message(3)];
    expect(sentMark(entries, 1)).toEqual({ seq: 2, seen: false });
    expect(sentMark(entries, 3)).toEqual({ seq: 2, seen: true });
    expect(sentMark([message(1)], 1)).toBe(null);
  });
});

describe('[CARD-2] a wish to pay by card', () => {
  const wishes = (entries: Entry[]) =>
    buildTimeline(entries, [], ANNA).flatMap((item) =>
      item.kind === 'group'
        ? item.bubbles.filter(({ asksPayment }) => asksPayment).map(({ seq }) => seq)
        : [],
    );

  it('is seen in the ready-made words and where a number was removed', () => {
    expect(wishes([message(1), message(2, { text: ASK_SECURE_PAYMENT })])).toEqual([2]);
    expect(wishes([message(1, { redacted: 1 }), message(2)])).toEqual([1]);
  });

  it('is offered once, at the newest, until a payment is asked for', () => {
    const asked = [message(1, { redacted: 1 }), message(2, { text: ASK_SECURE_PAYMENT })];
    expect(wishes(asked)).toEqual([2]);
    expect(wishes([...asked, payment(3, 'created')])).toEqual([]);
    const again = message(4, { text: ASK_SECURE_PAYMENT });
    expect(wishes([...asked, payment(3, 'created'), again])).toEqual([4]);
    expect(wishes([...asked, payment(3, 'created'), again, payment(5, 'succeeded')])).toEqual([4]);
  });

  it("is never an agent's", () => {
    expect(wishes([message(1, { author: ANNA, text: ASK_SECURE_PAYMENT, redacted: 1 })])).toEqual(
      [],
    );
  });

  it('has no number in its words', () => {
    expect(ASK_SECURE_PAYMENT).not.toMatch(/\p{N}/u);
  });
});

describe('[PAY-1] payments of a conversation', () => {
  it('are folded to the newest state of each, in the order of asking', () => {
    const entries = [
      payment(1, 'created', 'pr_a'),
      payment(2, 'created', 'pr_b'),
      payment(3, 'failed', 'pr_a'),
      payment(4, 'succeeded', 'pr_a'),
    ];
    expect(foldPayments(entries).map((p) => [p.paymentId, p.status])).toEqual([
      ['pr_a', 'succeeded'],
      ['pr_b', 'created'],
    ]);
    expect(foldPayments(entries)[0]?.requestedAt).toBe(entries[0]?.at);
  });

  it('are named in words', () => {
    expect(paymentWords('succeeded')).toBe('Paid');
    expect(paymentWords('failed')).toBe('Declined');
    expect(brandName('visa')).toBe('Visa');
    expect(brandName('cartes_bancaires')).toBe('cartes_bancaires');
  });
});
