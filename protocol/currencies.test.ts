import { describe, expect, it } from 'vitest';
import {
  formatMoney,
  isCurrency,
  maximumMinor,
  minimumMinor,
  minorDigits,
  minorStep,
} from './currencies.ts';

describe('[PAY-2] money', () => {
  it('knows upper-case ISO 4217 codes and nothing else', () => {
    expect(['EUR', 'JPY', 'KWD', 'UGX'].every(isCurrency)).toBe(true);
    expect(['eur', 'EU', 'XXX', 'UR G', '', 'EUR GBP'].some(isCurrency)).toBe(false);
  });

  it('counts decimals as Stripe does', () => {
    expect(minorDigits('EUR')).toBe(2);
    expect(minorDigits('JPY')).toBe(0);
    expect(minorDigits('KWD')).toBe(3);
    expect(minorDigits('ISK')).toBe(2);
    expect(minorStep('ISK')).toBe(100);
    expect(minorStep('KWD')).toBe(10);
  });

  it('has a smallest and a largest charge for each', () => {
    expect(minimumMinor('GBP')).toBe(30);
    expect(minimumMinor('JPY')).toBe(50);
    expect(minimumMinor('ISK')).toBe(100);
    expect(maximumMinor('USD')).toBe(99_999_999);
    expect(maximumMinor('IDR')).toBe(999_999_999_999);
  });

  it('is shown as a person of the locale writes it', () => {
    expect(formatMoney(2450, 'EUR', 'en-GB')).toBe('€24.50');
    expect(formatMoney(2450, 'JPY', 'en-GB')).toBe('JP¥2,450');
    expect(formatMoney(500, 'ISK', 'en-GB')).toBe('ISK\u00a05');
    expect(formatMoney(12340, 'KWD', 'en-GB')).toBe('KWD\u00a012.340');
  });
});
