/** How people are called and drawn: names, initials, and a colour that stays theirs. */
import type { VisitorFacts } from '../../protocol/conversations.ts';

/** Without letters and digits that look alike, so that two agents can read one out. */
const READABLE = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
export const HUES = 8;

/** FNV-1a, 32 bits: short, stable and good enough to spread names. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return value;
}

export const hueOf = (id: string): number => hash(id) % HUES;

/** @returns a visitor's own name, or one that stays the same for the same visitor. */
export function visitorName(visitor: Pick<VisitorFacts, 'id' | 'name'>): string {
  if (visitor.name?.trim()) return visitor.name.trim();
  let value = hash(visitor.id);
  let code = '';
  for (let count = 0; count < 4; count++) {
    code += READABLE[value % READABLE.length];
    value = Math.floor(value / READABLE.length);
  }
  return `Visitor ${code}`;
}

/** @returns one or two letters; of scripts without capitals, the first character. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? '')][0] ?? '',
  );
  return letters.join('').toLocaleUpperCase();
}
