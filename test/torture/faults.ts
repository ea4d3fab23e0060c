/**
 * Which fault comes when: a bag of all kinds that is drawn empty before it is filled again, so that a
 * short run has every kind. Follows from the seed alone; what the operating system makes of it does not.
 */
import type { Random } from '../support/random.ts';

export interface PlannedFault {
  kind: string;
  /** After the one before it is over. */
  afterMs: number;
}

export interface Done {
  atMs: number;
  kind: string;
  words: string;
}

/** @param everyMs on the average */
export function createSchedule(kinds: readonly string[], random: Random, everyMs: number) {
  let bag: string[] = [];
  return (): PlannedFault => {
    if (bag.length === 0) bag = [...kinds];
    const [kind = ''] = bag.splice(random.below(bag.length), 1);
    return { kind, afterMs: random.between(everyMs / 4, (everyMs * 7) / 4) };
  };
}
