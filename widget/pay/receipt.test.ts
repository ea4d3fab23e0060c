import { describe, expect, it } from 'vitest';
import { receiptOf } from './receipt.ts';

const PAID_AT = new Date(2026, 10, 21, 14, 5).getTime();
const RECEIPT = {
  card: { brand: 'visa', last4: '4242' },
  paidAt: PAID_AT,
  reference: 'BH-7K2M-9QX4',
};
const of = (given: unknown, locale = 'en-GB') =>
  receiptOf(given, (minor) => `€${minor / 100}`, locale)?.map((row) => row.join(': '));

describe('[PAY-13] a receipt', () => {
  it('says when, by which card and under which reference', () => {
    expect(of(RECEIPT)).toEqual([
      'Paid on: 21 November 2026 at 14:05',
      'Paid with: Visa •••• 4242',
      'Reference: BH-7K2M-9QX4',
    ]);
  });

  it('says what was given back', () => {
    expect(of({ ...RECEIPT, refundedMinor: 1500 })?.at(-1)).toBe('Returned: €15');
  });

  it("writes the time as the visitor's locale does", () => {
    expect(of(RECEIPT, 'de')?.[0]).toBe('Paid on: 21. November 2026 um 14:05');
  });

  it.each([
    [undefined],
    [null],
    ['receipt'],
    [{}],
    [{ ...RECEIPT, paidAt: '1' }],
    [{ ...RECEIPT, paidAt: undefined }],
  ])('is none of what was not paid: %j', (given) => {
    expect(of(given)).toBe(undefined);
  });

  it.each([
    [{ paidAt: 9e15 }, ['Paid on: Invalid Date']],
    [{ paidAt: 1, card: 'visa', reference: { toString: 1 } }, 1],
    [{ paidAt: 1, card: { brand: 7, last4: {} }, reference: [] }, 1],
  ])('leaves out what is of another form: %j', (given, expected) => {
    const rows = of(given);
    if (typeof expected === 'number') expect(rows).toHaveLength(expected);
    else expect(rows).toEqual(expected);
  });

  it('caps what it shows', () => {
    expect(of({ paidAt: 1, reference: 'x'.repeat(500) })?.[1]).toHaveLength(
      'Reference: '.length + 60,
    );
  });
});
