import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { createLineItems } from './line-items.ts';

function typed(locale: string, currency: string, rows: [string, string, string][]) {
  const lines = createLineItems(signal(currency), locale);
  for (const [index, [description, quantity, price]] of rows.entries()) {
    lines.add();
    lines.set(index + 1, 'description', description);
    lines.set(index + 1, 'quantity', quantity);
    lines.set(index + 1, 'price', price);
  }
  return lines;
}

describe('[PAY-7] the items of a request', () => {
  it('are added up in minor units, without a rounding error', () => {
    const lines = typed('en-GB', 'EUR', [
      ['Lantern', '3', '0.10'],
      ['Wick', '1', '0.20'],
      ['Gift card', '1', '0'],
    ]);
    expect(lines.sumMinor.value).toBe(50);
    expect(lines.items.value?.[0]).toEqual({
      description: 'Lantern',
      quantity: 3,
      unitAmountMinor: 10,
    });
  });

  it('are read as the locale and the currency write them', () => {
    expect(typed('de-DE', 'EUR', [['Boot', '1.000', '1.234,50']]).sumMinor.value).toBe(123_450_000);
    expect(typed('ar-EG', 'EUR', [['x', '٢', '٢٤٫٥٠']]).sumMinor.value).toBe(4900);
    expect(typed('ja-JP', 'JPY', [['x', '2', '1,200']]).sumMinor.value).toBe(2400);
    expect(typed('en-GB', 'EUR', [['x', '1', '1,23']]).sumMinor.value).toBe(null);
  });

  it.each([
    ['', '1', '1.00', 'description'],
    ['card 4242 4242 4242 4242', '1', '1.00', 'description'],
    ['x', '0', '1.00', 'quantity'],
    ['x', '1.5', '1.00', 'quantity'],
    ['x', '10000', '1.00', 'quantity'],
    ['x', '1', '', 'price'],
    ['x', '1', '1,5', 'price'],
    ['x', '1', '-1', 'price'],
  ] as const)('%j × %j at %j: says what is wrong with the %4$s', (what, quantity, price, field) => {
    const lines = typed('en-GB', 'EUR', [[what, quantity, price]]);
    expect(lines.problems.value.get(1)).toEqual({});
    expect(lines.leaveAll()).toBe(`line-1-${field}`);
    expect(Object.keys(lines.problems.value.get(1) ?? {})).toEqual([field]);
    expect(lines.sumMinor.value).toBe(null);
  });

  it('are at most twenty, and can be taken away', () => {
    const lines = typed('en-GB', 'EUR', Array(25).fill(['x', '1', '1.00']));
    expect(lines.rows.value).toHaveLength(20);
    expect(lines.canAdd.value).toBe(false);
    lines.remove(1);
    expect(lines.sumMinor.value).toBe(1900);
  });

  it('are written so that they are read back', () => {
    const items = [{ description: 'Boot', quantity: 1000, unitAmountMinor: 123456 }];
    for (const locale of ['en-GB', 'de-DE', 'ar-EG', 'fr-FR']) {
      const lines = createLineItems(signal('EUR'), locale);
      lines.fill(items);
      expect(lines.items.value).toEqual(items);
    }
  });
});
