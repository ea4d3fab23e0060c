/** Stripe's presentment currencies with their smallest and largest charge (docs.stripe.com/currencies). */
import { invalidRequest } from './api-error.ts';

/** Smallest charge in minor units; Stripe publishes these for its settlement currencies only. */
// biome-ignore format: one line a currency would bury the rest
const MINIMUM_MINOR: Readonly<Record<string, number>> = {
  usd: 50, aed: 200, aud: 50, bgn: 100, brl: 50, cad: 50, chf: 50, czk: 1500, dkk: 250, eur: 50,
  gbp: 30, hkd: 400, huf: 17500, inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200,
  ron: 200, sek: 300, sgd: 50, thb: 1000,
};

const OTHERS =
  'afn all amd ang aoa ars awg azn bam bbd bdt bhd bif bmd bnd bob bsd bwp byn bzd cdf clp cny cop crc ' +
  'cve djf dop dzd egp etb fjd fkp gel gip gmd gnf gtq gyd hnl htg idr ils isk jmd jod kes kgs khr ' +
  'kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mzn nad ngn ' +
  'nio npr omr pab pen pgk php pkr pyg qar rsd rub rwf sar sbd scr shp sle sos srd std szl tjs tnd ' +
  'top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw';

const CURRENCIES = new Set([...Object.keys(MINIMUM_MINOR), ...OTHERS.split(' ')]);
const ZERO_DECIMAL = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
const THREE_DECIMAL = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
/** Without decimals in life, but sent with two zeros for old times' sake. */
const TWO_ZEROS = new Set(['isk', 'ugx']);

const MAXIMUM_MINOR = 99_999_999;
const LARGER_MAXIMUM_MINOR: Readonly<Record<string, number>> = {
  idr: 999_999_999_999,
  lbp: 999_999_999_999,
  cop: 9_999_999_999,
  huf: 9_999_999_999,
  inr: 999_999_999,
};

export function checkCurrency(code: string): string {
  const currency = code.toLowerCase();
  if (CURRENCIES.has(currency)) return currency;
  throw invalidRequest(
    `Invalid currency: ${code}. Stripe currently supports these currencies: ${[...CURRENCIES].join(', ')}`,
    { param: 'currency' },
  );
}

export function checkAmount(amountMinor: number, currency: string): number {
  if (amountMinor < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  const minimum = MINIMUM_MINOR[currency] ?? 1;
  if (amountMinor < minimum) {
    throw invalidRequest(`Amount must be at least ${toText(minimum, currency)}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  const maximum = LARGER_MAXIMUM_MINOR[currency] ?? MAXIMUM_MINOR;
  if (amountMinor > maximum) {
    throw invalidRequest(`Amount must be no more than ${toText(maximum, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  if (THREE_DECIMAL.has(currency) && amountMinor % 10 !== 0) refuseFraction(currency, 10);
  if (TWO_ZEROS.has(currency) && amountMinor % 100 !== 0) refuseFraction(currency, 100);
  return amountMinor;
}

/** `$0.50 usd`, the way Stripe words an amount in its errors. */
export function toText(amountMinor: number, currency: string): string {
  const decimals = ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2;
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return `${format.format(amountMinor / 10 ** decimals)} ${currency}`;
}

function refuseFraction(currency: string, step: number): never {
  throw invalidRequest(
    `Invalid amount: amounts in ${currency} must be evenly divisible by ${step}.`,
    { param: 'amount' },
  );
}
