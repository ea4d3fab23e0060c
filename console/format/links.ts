/** Finds web addresses in text. Only http and https: nothing else may become a link. */
export type TextPart = { text: string; href?: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\p{Cc}\u202a-\u202e\u2066-\u2069]+/giu;
/** Punctuation at the end belongs to the sentence, and so does a bracket that was not opened. */
function trimEnd(address: string): string {
  let end = address.replace(/[.,;:!?…'"]+$/u, '');
  while (end.endsWith(')') && !end.includes('(')) end = end.slice(0, -1).replace(/[.,;:!?]+$/, '');
  return end;
}

export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimEnd(match[0]);
    if (!URL.canParse(address)) continue;
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push({ text: address, href: new URL(address).href });
    at = match.index + address.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** @returns the address when it is one of https, as it comes from the server; else nothing. */
export function httpsOnly(address: string | undefined): string | undefined {
  return address && URL.canParse(address) && new URL(address).protocol === 'https:'
    ? address
    : undefined;
}
