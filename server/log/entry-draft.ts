/**
 * An entry before it has a place in the log, and the cleaning that every one goes through [CARD-2].
 * The only way into `body`, so no path into the log can skip the card guard.
 */
import { redactCards } from '../../protocol/card-guard.ts';
import type { AgentCard } from '../../protocol/conversations.ts';
import type { Author, ConversationEventName, PaymentState } from '../../protocol/entries.ts';

interface DraftHead {
  conversationId: string;
  author: Author;
  /** Made by the sender; a repeated one gives the first entry back [SEND-1]. */
  clientId?: string;
}
export type EntryDraft = DraftHead & DraftContent;

export type DraftContent =
  | {
      type: 'message' | 'note';
      text: string;
      /** Card numbers that were taken out of `text` before. */
      redacted?: number;
    }
  | { type: 'payment'; payment: PaymentState }
  | { type: 'event'; event: ConversationEventName; agent?: AgentCard };

/** What a type has of its own in the log; becomes the `body` column and part of the wire's entry. */
export type EntryBody =
  | { text: string; redacted?: number }
  | { payment: PaymentState }
  | { event: ConversationEventName; agent?: AgentCard };

/** @returns the content with card numbers replaced and lone surrogates mended. */
export function toBody(content: DraftContent): EntryBody {
  switch (content.type) {
    case 'message':
    case 'note': {
      const { text, count } = redactCards(content.text.toWellFormed());
      const redacted = count + (content.redacted ?? 0);
      return redacted > 0 ? { text, redacted } : { text };
    }
    case 'payment': {
      const { description, reason, ...rest } = content.payment;
      return {
        payment: {
          ...rest,
          description: cleanText(description),
          ...(reason !== undefined && { reason: cleanText(reason) }),
        },
      };
    }
    case 'event':
      return {
        event: content.event,
        ...(content.agent && { agent: content.agent }),
      };
  }
}

/** For short texts that are stored outside the log: names, descriptions, page addresses. */
export const cleanText = (text: string): string => redactCards(text.toWellFormed()).text;

/** Deeper than any link is encoded that a browser made; each round reads all of it once. */
const ENCODED_MAX = 5;

/**
 * For the address of a page. Browsers write a space as `%20`, whose digits would hide a card between
 * them, and an address within an address is encoded again; so a card is looked for in each of the
 * forms that a person, or a program, may read.
 */
export function cleanUrl(url: string): string {
  const clean = cleanText(url);
  let read = clean;
  for (let round = 0; round < ENCODED_MAX; round++) {
    const { text, count } = redactCards(read.replaceAll('+', ' ').toWellFormed());
    if (count > 0) return text;
    const before = read;
    read = decodeParts(read);
    if (read === before) break;
  }
  return clean;
}

/** What is no encoding, such as `%zz`, stays as it is and hides nothing beside it. */
const decodeParts = (text: string): string =>
  text.replace(/(?:%[\da-f]{2})+/gi, (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part.replace(/%[\da-f]{2}/gi, (byte) =>
        String.fromCharCode(Number.parseInt(byte.slice(1), 16)),
      );
    }
  });
