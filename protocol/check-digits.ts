/** The check that cards (Luhn) and goods (GS1) share: the sum of the digits, every other one weighed. */
function isTen(digits: string, weigh: (digit: number) => number): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place++) {
    const digit = Number(digits.at(-place));
    sum += place % 2 ? digit : weigh(digit);
  }
  return sum % 10 === 0;
}

/** ISO/IEC 7812-1 annex B. */
export const isLuhnValid = (digits: string): boolean =>
  isTen(digits, (digit) => (digit > 4 ? digit * 2 - 9 : digit * 2));

/** GS1 General Specifications, 7.9. */
export const isGs1Valid = (digits: string): boolean => isTen(digits, (digit) => digit * 3);
