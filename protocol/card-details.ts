/**
 * What people write beside a card number: the expiry date and the security code. On their own they
 * are dates and small numbers like any other; next to a number they go with it [CARD-2].
 */
interface Place {
  start: number;
  end: number;
}

/** Further away than this, nothing belongs to a number. In UTF-16 code units. */
const NEAR = 80;

const NAMED =
  '(?:exp|valid|thru|cv[cv]?2?|cid|csc|[ck]od|secur|si[cg]h?[eu]r|pr[uü]f|[ck]r[iy]pto)\\P{N}{0,20}';
const CODE = '(?<!\\p{N})\\p{Nd}{3,4}(?!\\p{N})';
const EXPIRY = '(?<!\\p{N})\\p{Nd}{1,2}[\\s./-]{1,3}\\p{Nd}{2}(?:\\p{Nd}{2})?(?!\\p{N})';
const ANY = '\\P{N}{0,40}';
/** Nothing but a few signs: the code that stands right beside the number without a name. */
const TOUCHING = '[^\\p{L}\\p{N}]{1,4}';

const BEFORE = new RegExp(`(?:(?:${EXPIRY}|${NAMED}${CODE})${ANY}|${CODE}${TOUCHING})+$`, 'iu');
const AFTER = new RegExp(`^(?:${ANY}(?:${EXPIRY}|${NAMED}${CODE})|${TOUCHING}${CODE})+`, 'iu');

/** @returns how much of the beginning of `text` belongs to a card number that ends just before it. */
export const detailsLength = (text: string): number =>
  AFTER.exec(text.slice(0, NEAR))?.[0].length ?? 0;

/** @returns the numbers, each with its details. Neither reaches into its neighbour. */
export function widen<Found extends Place>(text: string, numbers: readonly Found[]): Found[] {
  let free = 0;
  return numbers.map((number, index) => {
    const { start, end } = number;
    const before = BEFORE.exec(text.slice(Math.max(free, start - NEAR), start))?.[0].length ?? 0;
    free = end + detailsLength(text.slice(end, numbers[index + 1]?.start));
    return { ...number, start: start - before, end: free };
  });
}
