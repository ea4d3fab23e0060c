import { describe, expect, it } from 'vitest';
import { linesOf } from './lines.ts';

const LANTERN = { description: 'Brass lantern', quantity: 2, unitAmountMinor: 1950 };
const WICK = { description: 'Wick', quantity: 1, unitAmountMinor: 1000 };

describe('[PAY-6] line items of the chat server', () => {
  it("are shown when they add up to Stripe's amount", () => {
    expect(linesOf([LANTERN, WICK], 4900)).toEqual([LANTERN, WICK]);
  });

  it.each([
    ['of another sum', [LANTERN]],
    ['that are none', undefined],
    ['that are null', null],
    ['that are no list', { length: 1, 0: WICK }],
    ['with nothing among them', [LANTERN, WICK, null]],
    ['of half a piece', [{ ...WICK, quantity: 0.5, unitAmountMinor: 9800 }]],
    [
      'that give something back',
      [
        { ...WICK, unitAmountMinor: 5900 },
        { ...WICK, unitAmountMinor: -1000 },
      ],
    ],
    ['of numbers as text', [{ ...WICK, unitAmountMinor: '4900' }]],
    [
      'with a text too long',
      [{ description: 'x'.repeat(201), quantity: 1, unitAmountMinor: 4900 }],
    ],
    ['that are too many', Array.from({ length: 49 }, () => ({ ...WICK, unitAmountMinor: 100 }))],
  ])('%s are not shown', (_what, given) => {
    expect(linesOf(given, 4900)).toEqual([]);
  });
});
