/**
 * What the loader remembers of a visitor on this site: one JSON record under one fixed key, its form
 * checked on every read, since any script of the page can write there. In memory alone where storage
 * throws. Every change reads the record again first, so that two tabs do not undo each other; and
 * each tab has its own draft and unsent messages beside it, which a reload or a crash leaves there. A
 * new tab begins with those that were kept last [PORT-6].
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
let fallback: Memory | undefined;

/** What there is none of is `null`, which adds nothing. */
const read = (storage: Storage) => JSON.parse(storage.getItem(KEY) as string);

export function remembered(): Memory {
  try {
    return (
      fallback ??
      parse({ ...NOTHING, ...read(localStorage), ...read(sessionStorage) }, MEMORY) ??
      NOTHING
    );
  } catch {
    return NOTHING;
  }
}

export function remember(changes: Partial<Memory>): void {
  const memory = { ...remembered(), ...changes };
  const { draft, outbox } = memory;
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
    sessionStorage.setItem(KEY, JSON.stringify({ draft, outbox }));
  } catch {
    fallback = memory;
  }
}
