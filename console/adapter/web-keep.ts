/**
 * `Keep` on the browser's storage. What belongs to conversations is kept for the tab only
 * (`sessionStorage`): it survives a reload and a crash, and nothing of a customer stays on a shared
 * computer.
 */
import { createMemoryKeep, type Keep } from '../models/keep.ts';

const PREFIX = 'bulkhead.console.';

export function createWebKeep(open: () => Storage): Keep {
  let storage: Storage;
  try {
    storage = open();
  } catch {
    return createMemoryKeep();
  }
  return {
    read(name) {
      try {
        return JSON.parse(storage.getItem(PREFIX + name) ?? 'null') as unknown;
      } catch {
        return null;
      }
    },
    write(name, value) {
      try {
        if (value === undefined) storage.removeItem(PREFIX + name);
        else storage.setItem(PREFIX + name, JSON.stringify(value));
      } catch {
        // Full or refused: the draft lives on in memory.
      }
    },
    forget(prefix) {
      for (const name of Object.keys(storage))
        if (name.startsWith(`${PREFIX}${prefix}.`)) storage.removeItem(name);
    },
  };
}
