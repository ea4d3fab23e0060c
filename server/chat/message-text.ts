/** What counts as a message [SEND-1] [SEND-2]. */
import { findCards } from '../../protocol/card-guard.ts';
import { MESSAGE_MAX_LENGTH } from '../../protocol/limits.ts';
import { AppError } from '../app-error.ts';

/** White space and characters that show nothing. */
const BLANK = /^[\s\p{Cf}\p{Cc}]*$/u;

/** @returns the text, trimmed. @throws AppError `message_empty`, `message_too_long` */
export function requireText(given: string): string {
  const text = given.trim();
  if (BLANK.test(text)) throw new AppError('message_empty');
  if (text.length > MESSAGE_MAX_LENGTH) throw new AppError('message_too_long');
  return text;
}

/**
 * A `clientId` is stored and told to everyone as it is, so that a retry finds it: one that is a card
 * number is refused [CARD-2]. @throws AppError `bad_request`
 */
export function requireClientId(given: string): string {
  if (findCards(given).length > 0) throw new AppError('bad_request');
  return given;
}
