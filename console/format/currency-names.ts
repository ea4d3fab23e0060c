/** The currencies of the payment form: the usual ones first, then all, by code. */
import { isCurrency } from '../../protocol/currencies.ts';

const COMMON = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'CAD', 'AUD', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK'];

export interface CurrencyGroup {
  label: string;
  options: readonly { code: string; name: string }[];
}

const name = (names: Intl.DisplayNames, code: string) => ({ code, name: names.of(code) ?? code });

export function currencyChoices(first: string, locale?: string): CurrencyGroup[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  const common = [first, ...COMMON.filter((code) => code !== first)].filter(isCurrency);
  const others = Intl.supportedValuesOf('currency').filter(
    (code) => isCurrency(code) && !common.includes(code),
  );
  return [
    { label: 'Common', options: common.map((code) => name(names, code)) },
    { label: 'All', options: others.map((code) => name(names, code)) },
  ];
}
