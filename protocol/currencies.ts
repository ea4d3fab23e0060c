/**
 * Money on the wire: an integer of minor units with its currency, as Stripe counts them
 * (https://docs.stripe.com/currencies). Owns decimals and limits; knows nothing of any provider's
 * client. Small enough for the chat, which needs the decimals to show an amount.
 */

/** Charged in whole units. */
const ZERO_DECIMAL = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF';
/** Three decimals, of which Stripe takes the last as 0. */
const THREE_DECIMAL = 'BHD JOD KWD OMR TND';
/** Without decimals in daily life, yet sent times 100; the last two digits must be 0. */
const HUNDREDFOLD = 'ISK UGX';
const TWO_DECIMAL =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF ' +
  'CHF CNY COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF ' +
  'IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN ' +
  'MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP ' +
  'SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW';

/** Smallest charge in minor units, of the same page; what is not named has none of its own, see `minimumMinor`. */
// biome-ignore format: one line a currency would bury the rest
const MINIMUM_MINOR: Readonly<Record<string, number>> = {
  USD: 50, AED: 200, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, CZK: 1500, DKK: 250, EUR: 50,
  GBP: 30, HKD: 400, HUF: 17500, INR: 50, JPY: 50, MXN: 1000, MYR: 200, NOK: 300, NZD: 50, PLN: 200,
  RON: 200, SEK: 300, SGD: 50, THB: 1000,
};

/**
 * Digits that an amount may have: eight, but for these (docs.stripe.com/currencies, "Minimum and
 * maximum charge amounts"). Of older issues of that page IDR alone is an exception. Where a currency
 * has more here than Stripe takes from an account, Stripe refuses, and the request is not made.
 */
const MAXIMUM_DIGITS: Readonly<Record<string, number>> = {
  IDR: 12,
  INR: 9,
  COP: 10,
  HUF: 10,
  LBP: 12,
};

const has = (list: string, currency: string) =>
  /^[A-Z]{3}$/.test(currency) && list.includes(currency);

export const isCurrency = (currency: string): boolean =>
  has(`${TWO_DECIMAL} ${ZERO_DECIMAL} ${THREE_DECIMAL} ${HUNDREDFOLD}`, currency);

/** @returns how many decimals the minor units of an upper-case ISO 4217 code stand for. */
export const minorDigits = (currency: string): 0 | 2 | 3 =>
  has(ZERO_DECIMAL, currency) ? 0 : has(THREE_DECIMAL, currency) ? 3 : 2;

/** @returns the smallest charge in minor units: Stripe's own where it names one, else one unit. */
export const minimumMinor = (currency: string): number =>
  MINIMUM_MINOR[currency] ?? minorStep(currency);

/** @returns the largest charge in minor units. */
export const maximumMinor = (currency: string): number => 10 ** (MAXIMUM_DIGITS[currency] ?? 8) - 1;

/** @returns what an amount must be a multiple of. */
export const minorStep = (currency: string): number =>
  has(HUNDREDFOLD, currency) ? 100 : has(THREE_DECIMAL, currency) ? 10 : 1;

/** @returns an amount of minor units as a person of `locale` writes it, with its currency. */
export const formatMoney = (amountMinor: number, currency: string, locale?: string): string => {
  const digits = minorDigits(currency);
  const shown = has(HUNDREDFOLD, currency) ? 0 : digits;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(amountMinor / 10 ** digits);
};
