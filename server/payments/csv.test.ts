import { describe, expect, it } from 'vitest';
import { toLine, toMajor, toText } from './csv.ts';

describe('[PAY-9] a line of the export', () => {
  it('quotes as RFC 4180 says, and ends in CR LF', () => {
    expect(toLine(['plain', 'a,b', 'say "hi"', 'two\r\nlines', ' edge ', '', 7])).toBe(
      'plain,"a,b","say ""hi""","two\r\nlines"," edge ",,7\r\n',
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '\u200B=1',
    '\uFEFF@x',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
  ])('keeps %j from being run as a formula', (text) => {
    expect(toText(text)).toBe(`'${text}`);
  });

  it.each(['Brass lantern', 'a=b', '1-2', 'ada@shop.example', ''])('leaves %j as it is', (text) => {
    expect(toText(text)).toBe(text);
  });

  it.each([
    [4900, 'EUR', '49.00'],
    [5, 'EUR', '0.05'],
    [0, 'EUR', '0.00'],
    [4900, 'JPY', '4900'],
    [12_340, 'KWD', '12.340'],
    [50_000, 'ISK', '500'],
    [0, 'UGX', '0'],
    [99_999_999, 'USD', '999999.99'],
  ])('writes %i of %s as %s', (amountMinor, currency, text) => {
    expect(toMajor(amountMinor, currency)).toBe(text);
  });
});
