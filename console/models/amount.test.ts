import { describe, expect, it } from 'vitest';
import { type AmountProblem, exampleAmount, parseAmount, writeAmount } from './amount.ts';

describe('[PAY-2] an amount as people write it', () => {
  it.each<[string, string, string, number]>([
    ['en-GB', 'EUR', '24.50', 2450],
    ['en-GB', 'EUR', '24', 2400],
    ['en-GB', 'EUR', '24.5', 2450],
    ['en-GB', 'EUR', ' 1,234.50 ', 123450],
    ['en-GB', 'EUR', '1234.50', 123450],
    ['en-US', 'USD', '1,234', 123400],
    ['de-DE', 'EUR', '24,50', 2450],
    ['de-DE', 'EUR', '1.234,50', 123450],
    ['de-DE', 'EUR', '1.234', 123400],
    ['de-CH', 'CHF', "1'234.50", 123450],
    ['de-CH', 'CHF', '1’234.50', 123450],
    ['fr-FR', 'EUR', '1 234,50', 123450],
    ['fr-FR', 'EUR', '1\u202f234,50', 123450],
    ['sv-SE', 'SEK', '1 234,50', 123450],
    ['en-IN', 'INR', '1,23,456.00', 12345600],
    ['ar-EG', 'EUR', '٢٤٫٥٠', 2450],
    ['ar-EG', 'EUR', '١٬٢٣٤', 123400],
    ['ja-JP', 'JPY', '2,450', 2450],
    ['en-GB', 'KWD', '12.340', 12340],
    ['is-IS', 'ISK', '1.500', 150000],
    ['de-DE', 'EUR', '1.234,56', 123456],
    ['en-US', 'USD', '1,234.56', 123456],
    ['de-DE', 'ISK', '1.500', 150000],
    ['de-DE', 'UGX', '5000', 500000],
    ['de-DE', 'KWD', '1.234,560', 1234560],
    ['ar-EG', 'EUR', '١٬٢٣٤٫٥٦', 123456],
    ['ar-EG', 'EUR', '24٫50', 2450],
    ['ar-EG', 'BHD', '١٢٫٣٤٠', 12340],
    ['ar-EG', 'JPY', '٢٬٤٥٠', 2450],
    ['fa-IR', 'EUR', '۲۴٫۵۰', 2450],
    ['ja-JP', 'JPY', '２，４５０', 2450],
    ['ja-JP', 'USD', '１２．５０', 1250],
    ['ja-JP', 'USD', '1,234.56', 123456],
    ['ja-JP', 'KRW', '50,000', 50000],
    ['en-GB', 'UGX', '5000', 500000],
  ])('%s %s: understands %s', (locale, currency, text, amountMinor) => {
    expect(parseAmount(text, currency, locale)).toEqual({ ok: true, amountMinor });
  });

  it.each(
    ['de-DE', 'en-US', 'ar-EG', 'fa-IR', 'ja-JP', 'en-IN', 'de-CH', 'pl-PL', 'bn-BD'].flatMap(
      (locale) =>
        ['EUR', 'JPY', 'ISK', 'UGX', 'KWD'].map((currency) => [locale, currency] as const),
    ),
  )('%s %s: understands what it writes itself', (locale, currency) => {
    const amountMinor = 1_234_500;
    const example = exampleAmount(currency, locale);
    expect(parseAmount(example, currency, locale)).toMatchObject({ ok: true });
    const written = writeAmount(amountMinor, currency, locale);
    expect(parseAmount(written, currency, locale)).toEqual({ ok: true, amountMinor });
  });

  it.each<[string, string, string, AmountProblem]>([
    ['en-GB', 'EUR', '', 'empty'],
    ['en-GB', 'EUR', '24,50', 'unclear'],
    ['en-GB', 'EUR', '1.234,50', 'unclear'],
    ['en-GB', 'EUR', '1.234', 'decimals'],
    ['en-GB', 'EUR', '1,23', 'unclear'],
    ['en-GB', 'EUR', '1,23,456', 'unclear'],
    ['en-GB', 'EUR', ',123', 'unclear'],
    ['en-GB', 'EUR', '24.', 'unclear'],
    ['en-GB', 'EUR', '.50', 'unclear'],
    ['en-GB', 'EUR', '1.2.3', 'unclear'],
    ['en-GB', 'EUR', '-5', 'unclear'],
    ['en-GB', 'EUR', '1e3', 'unclear'],
    ['en-GB', 'EUR', '0x10', 'unclear'],
    ['en-GB', 'EUR', '12 34', 'unclear'],
    ['en-GB', 'EUR', '24.50 EUR', 'unclear'],
    ['en-GB', 'EUR', '24.505', 'decimals'],
    ['en-GB', 'EUR', '9'.repeat(16), 'unclear'],
    ['de-DE', 'EUR', '24.50', 'unclear'],
    ['de-DE', 'EUR', '1,234.56', 'unclear'],
    ['en-US', 'USD', '1.234,56', 'unclear'],
    ['en-US', 'EUR', '1 234.56', 'unclear'],
    ['ar-EG', 'EUR', '٢٤,٥٠', 'unclear'],
    ['ar-EG', 'EUR', '1,234', 'unclear'],
    ['ar-EG', 'JPY', '٢٤٫٥', 'decimals'],
    ['ja-JP', 'JPY', '1.234', 'decimals'],
    ['de-DE', 'ISK', '1.500,50', 'decimals'],
    ['de-DE', 'UGX', '5000,5', 'decimals'],
    ['de-DE', 'KWD', '1,2345', 'decimals'],
    ['de-DE', 'TND', '1,235', 'decimals'],
    ['de-DE', 'EUR', '1,234', 'decimals'],
    ['de-DE', 'EUR', '1,234.50', 'unclear'],
    ['fr-FR', 'EUR', '1.234', 'unclear'],
    ['en-GB', 'JPY', '24.5', 'decimals'],
    ['en-GB', 'ISK', '24.50', 'decimals'],
    ['en-GB', 'KWD', '12.345', 'decimals'],
    ['en-GB', 'EUR', '0', 'zero'],
    ['en-GB', 'EUR', '0.00', 'zero'],
    ['en-GB', 'EUR', '0.49', 'small'],
    ['en-GB', 'EUR', '1,000,000.00', 'large'],
  ])('%s %s: refuses %j as %s', (locale, currency, text, problem) => {
    expect(parseAmount(text, currency, locale)).toEqual({ ok: false, problem });
  });
});
