/**
 * Finds web addresses in plain text. A link is shown as it was written, with the host it really
 * leads to beside it whenever that could be misread. Knows no DOM.
 */
export interface TextPart {
  text: string;
  /** Absolute, http or https. */
  url?: string;
  host?: string;
  /** Set when the text alone does not show plainly where the link leads. */
  isMisleading?: boolean;
}

// Control and format characters end an address: they could turn round what is read (Unicode TR 36).
const ADDRESS = /(?:https?:\/\/|www\.)[^\s<>"\p{Cc}\p{Cf}]+/giu;

/** Punctuation that ends a sentence, or a bracket that was opened outside, is not the address's. */
function trimEnd(address: string): string {
  let text = address;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = { ')': '(', ']': '[', '}': '{' }[last];
    const isUnbalanced = opening && text.split(opening).length < text.split(last).length;
    if (!isUnbalanced && !/[.,:;!?'*_~…]/.test(last)) return text;
    text = text.slice(0, -1);
  }
}

function toLink(text: string): TextPart | undefined {
  let url: URL;
  try {
    url = new URL(/^www\./i.test(text) ? `https://${text}` : text);
  } catch {
    return undefined;
  }
  const { hostname: host, href } = url;
  if (!host.includes('.') && host !== 'localhost') return undefined;
  // As written, up to the path: a user name, an escaped or a non-ASCII host reads as another one.
  const written = /^(?:https?:\/\/)?([^/?#\\]*)/i.exec(text)?.[1]?.toLowerCase();
  const isPlain = written === host || written === url.host;
  return { text, url: href, host, ...(!isPlain && { isMisleading: true }) };
}

/** @returns the text in parts, which joined are the text again. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    // In the middle of a word it is not the start of an address.
    if (/[\p{L}\p{N}@]$/u.test(text.slice(0, index))) continue;
    const link = toLink(trimEnd(match));
    if (!link) continue;
    if (index > at) parts.push({ text: text.slice(at, index) });
    parts.push(link);
    at = index + link.text.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}
