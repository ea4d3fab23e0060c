/**
 * What the loader remembers of a visitor on this site: one JSON record under one fixed key, its form
 * checked on every read, since any script of the page can write there. In memory alone where storage
 * throws. Every change reads the record again first, so that two tabs do not undo each other.
 */
import { parse, type Shaped } from './shape.ts';
import { MEMORY } from './shapes.ts';
import { site } from './tag.ts';

export type Memory = Shaped<typeof MEMORY>;

const KEY = `bulkhead:${site}`;
export const NOTHING: Memory = {
  token: '',
  conversation: false,
  openAt: 0,
  draft: '',
  outbox: [],
};

/** Set once storage has refused a write; from then on it holds instead. */
let fallback: string | undefined;

export function remembered(): Memory {
  try {
    const kept = JSON.parse(fallback ?? localStorage.getItem(KEY) ?? '');
    return parse({ ...NOTHING, ...kept }, MEMORY) ?? NOTHING;
  } catch {
    return NOTHING;
  }
}

export function remember(changes: Partial<Memory>): void {
  const text = JSON.stringify({ ...remembered(), ...changes });
  try {
    localStorage.setItem(KEY, text);
  } catch {
    fallback = text;
  }
}
