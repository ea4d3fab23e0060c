import { textParts } from '../format/links.ts';

/** Text nodes and real links, never markup: whatever was written stays what was written. */
export function MessageText({ text }: { text: string }) {
  return (
    <p class="message-text" dir="auto">
      {textParts(text).map(({ text: part, href }, index) =>
        href ? (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </p>
  );
}
