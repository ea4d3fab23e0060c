/** Which part of a draft may leave the frame for the loader's storage [PORT-6]. */
import { findCards } from '../../../protocol/card-guard.ts';
import { MESSAGE_MAX_LENGTH } from '../../../protocol/limits.ts';

/** As many digits at the end may be a card number that is still being typed. */
const UNFINISHED_DIGITS = 6;

/**
 * @returns nothing of a draft with a card number, since its security code may stand anywhere beside
 * it; else all but a long number at its end.
 */
export function draftToKeep(draft: string): string {
  if (findCards(draft).length) return '';
  let end = draft.length;
  while (end > 0 && !/\p{L}/u.test(draft.charAt(end - 1))) end--;
  const digits = draft.slice(end).match(/\p{Nd}/gu)?.length ?? 0;
  return (digits < UNFINISHED_DIGITS ? draft : draft.slice(0, end)).slice(0, MESSAGE_MAX_LENGTH);
}
