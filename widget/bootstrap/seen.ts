/**
 * The highest sequences that this browser has seen, per server and site [REL-4], so that an older
 * release cannot be brought back. Under a lock, so that two tabs do not lower what each other wrote.
 */
import { base, site } from './tag.ts';

const KEY = `bulkhead-seen:${base}:${site}`;

export interface Seen {
  release: number;
  kills: number;
}

/**
 * Raises what is kept, never lowers it: only for what has been verified.
 *
 * @returns what was kept before. Rejects where there is no storage, or no lock on it.
 */
export const raiseSeen = async ({ release, kills }: Seen): Promise<Seen> =>
  navigator.locks.request(KEY, () => {
    const [first, second] = (localStorage.getItem(KEY) ?? '').split(' ');
    // Any script of the page can write there; what is no number was not written here.
    const before = { release: Number(first) || 0, kills: Number(second) || 0 };
    const after = `${Math.max(release, before.release)} ${Math.max(kills, before.kills)}`;
    if (after !== `${first} ${second}`) localStorage.setItem(KEY, after);
    return before;
  });
