/** Money is an integer of minor units; this shop sells in one currency. */

export const CURRENCY = 'EUR';

const format = new Intl.NumberFormat('en-IE', { style: 'currency', currency: CURRENCY });
const MINOR_PER_MAJOR = 100;

/** `4900` -> `€49.00`. */
export function formatPrice(amountMinor: number): string {
  return format.format(amountMinor / MINOR_PER_MAJOR);
}
