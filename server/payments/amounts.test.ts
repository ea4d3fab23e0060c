import { describe, expect, it } from 'vitest';
import { amountRefusal } from './amounts.ts';

describe('[PAY-2] an amount is checked before Stripe is asked', () => {
  it.each([
    [4900, 'EUR'],
    [50, 'EUR'],
    [99_999_999, 'EUR'],
    [50, 'JPY'],
    [1, 'KRW'],
    [12_340, 'KWD'],
    [500, 'ISK'],
    [500, 'UGX'],
    [999_999_999_999, 'IDR'],
  ])('takes %d %s', (amount, currency) => {
    expect(amountRefusal(amount, currency)).toBe(null);
  });

  it.each([
    ['zero', 0, 'EUR', 'amount_invalid'],
    ['below zero', -4900, 'EUR', 'amount_invalid'],
    ['a fraction', 4900.5, 'EUR', 'amount_invalid'],
    ['not a number', Number.NaN, 'EUR', 'amount_invalid'],
    ['endless', Number.POSITIVE_INFINITY, 'EUR', 'amount_invalid'],
    ['past what a number holds exactly', 2 ** 53, 'EUR', 'amount_invalid'],
    ['below the minimum', 49, 'EUR', 'amount_too_small'],
    ['below the minimum of another', 29, 'GBP', 'amount_too_small'],
    ['below one whole unit', 50, 'ISK', 'amount_too_small'],
    ['above the maximum', 100_000_000, 'EUR', 'amount_too_large'],
    ['above the larger maximum', 1_000_000_000_000, 'IDR', 'amount_too_large'],
    ['a fraction of a whole unit', 550, 'ISK', 'amount_invalid'],
    ['a fraction of a whole unit', 101, 'UGX', 'amount_invalid'],
    ['a third decimal', 12_345, 'KWD', 'amount_invalid'],
    ['of an unknown currency', 4900, 'XXX', 'currency_unknown'],
    ['of a currency in lower case', 4900, 'eur', 'currency_unknown'],
    ['of nothing', 0, '', 'currency_unknown'],
  ])('refuses %s: %d %s', (_why, amount, currency, code) => {
    expect(amountRefusal(amount, currency)).toBe(code);
  });
});
