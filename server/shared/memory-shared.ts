/** What one process remembers by itself. Bounded: an attack with ever new keys must not fill it. */
import type { Clock } from '../world.ts';
import type { Shared } from './shared.ts';

/** Of each kind of key. */
const MAX_KEYS = 10_000;

interface Until {
  endsAt: number;
}
interface Window extends Until {
  tries: number;
}
interface Note extends Until {
  value: string;
}

const kindOf = (key: string) => key.slice(0, key.indexOf(':') + 1);

/** By kind, and in it in the order in which they began, so the oldest stands in front. */
function createShelves<T extends Until>(clock: Clock, most: number) {
  const shelves = new Map<string, Map<string, T>>();
  return {
    get(key: string): T | undefined {
      const found = shelves.get(kindOf(key))?.get(key);
      return found && found.endsAt > clock.now() ? found : undefined;
    },
    set(key: string, value: T): void {
      const shelf = shelves.get(kindOf(key)) ?? new Map<string, T>();
      shelves.set(kindOf(key), shelf);
      shelf.delete(key);
      const now = clock.now();
      for (const [oldest, { endsAt }] of shelf) {
        if (shelf.size < most && endsAt > now) break;
        shelf.delete(oldest);
      }
      shelf.set(key, value);
    },
    delete: (key: string) => void shelves.get(kindOf(key))?.delete(key),
  };
}

export function createMemoryShared(clock: Clock): Shared {
  // What was used must be remembered however much there is: it is signed, and limited per address.
  const used = createShelves<Until>(clock, Number.POSITIVE_INFINITY);
  const windows = createShelves<Window>(clock, MAX_KEYS);
  const notes = createShelves<Note>(clock, MAX_KEYS);
  return {
    kind: 'memory',
    async claim(key, ttlMs) {
      if (used.get(key)) return false;
      used.set(key, { endsAt: clock.now() + ttlMs });
      return true;
    },
    async count(key, windowMs) {
      const now = clock.now();
      const found = windows.get(key);
      // One that ends later than any begun now is from before the clock was put back.
      const known = found && found.endsAt <= now + windowMs ? found : undefined;
      const window = known ?? { tries: 0, endsAt: now + windowMs };
      window.tries++;
      if (!known) windows.set(key, window);
      return { tries: window.tries, endsInMs: window.endsAt - now };
    },
    forget: async (key) => windows.delete(key),
    keep: async (key, value, ttlMs) => notes.set(key, { value, endsAt: clock.now() + ttlMs }),
    kept: async (key) => notes.get(key)?.value ?? null,
    isAlive: () => true,
    close: async () => {},
  };
}
