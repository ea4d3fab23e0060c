/** What an owner's words must be, and the card guard over each of them [CARD-2]. */
import type { NoticeDraft } from '../../protocol/incidents.ts';
import { AppError } from '../app-error.ts';
import { cleanText } from '../log/entry-draft.ts';
import type { NoticeWords } from './notice-rows.ts';

const BLANK = /^[\s\p{Cf}\p{Cc}]*$/u;

/** @returns the text without card numbers, trimmed. @throws AppError `notice_incomplete` */
export function requireWords(text: string): string {
  if (BLANK.test(text)) throw new AppError('notice_incomplete');
  return cleanText(text.replaceAll('\r\n', '\n').trim());
}

/** @throws AppError `notice_incomplete` for a part without words, `bad_request` for no language */
export function cleanWords(draft: NoticeDraft): NoticeWords {
  return {
    locale: requireLocale(draft.locale),
    title: requireWords(draft.title).replace(/\s+/g, ' '),
    happened: requireWords(draft.happened),
    when: requireWords(draft.when),
    information: requireWords(draft.information),
    weDo: requireWords(draft.weDo),
    youCanDo: requireWords(draft.youCanDo),
  };
}

/** In the spelling of RFC 5646, so that nothing else stands in the page's `lang`. */
function requireLocale(given: string): string {
  try {
    return new Intl.Locale(given).toString();
  } catch (cause) {
    throw new AppError('bad_request', { cause });
  }
}
