/**
 * Numbers that look like a card's and are not, each known by a rule of its own standard. Every rule
 * is narrow on purpose: `look-alikes.test.ts` holds for each the disguise that it must not let
 * through. Asked only where a card number was found already.
 */
import { isGs1Valid } from './check-digits.ts';

/** ISO 13616-1: in groups of four or in one, upper case. */
const IBAN = /\b[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b/g;
/** As long as a card, and not of a country whose IBAN is two letters and as many digits. */
const CARD_WITH_LETTERS = /^(?!A[DT]|B[AE]|CH|DK|EE|F[IO]|GL|HR|L[IT]|SI|XK)..\d{14,19}$/;
/** USPS Publication 199: 20 or 22 digits, as labels print them. */
const PARCEL = /(?<!\d ?)[79]\d{3}(?: \d{4}){4}(?: \d\d)?(?! ?\d)/g;
/** A list of prices, all with one decimal sign; no digits beside it that it could be cut out of. */
const PRICES =
  /(?<!\d[^\p{L}\d]{0,3})\d{1,4}([.,])\d\d(?:(?!\1)[^\p{L}\d]{1,3}\d{1,4}\1\d\d)+(?![^\p{L}\d]{0,3}\d)/gu;
/** Latitude and longitude in degrees, as maps give them. */
const COORDINATES =
  /(?<!\d[^\p{L}\d]{0,3})[1-8]?\d\.\d{4,8}[ ,]{1,2}-?1?\d?\d\.\d{4,8}(?![^\p{L}\d]{0,3}\d)/gu;

/** ISO 7064 MOD 97-10, as ISO 13616-1 says. */
function isIban(iban: string): boolean {
  const numeric = (iban.slice(4) + iban.slice(0, 4)).replace(/\D/g, (letter) =>
    String(Number.parseInt(letter, 36)),
  );
  return BigInt(numeric) % 97n === 1n && !CARD_WITH_LETTERS.test(iban);
}

/** @returns `text` with the look-alikes overwritten by letters, so that every place stays. */
export function hideLookAlikes(text: string): string {
  const hide = (pattern: RegExp, isTrue: (plain: string) => boolean) => {
    text = text.replace(pattern, (found) =>
      isTrue(found.replaceAll(' ', '')) ? 'x'.repeat(found.length) : found,
    );
  };
  hide(IBAN, isIban);
  hide(PARCEL, isGs1Valid);
  hide(PRICES, () => true);
  hide(COORDINATES, () => true);
  return text;
}
