/** What the servers stand on, and how it is broken. */
import type { Random } from '../../support/random.ts';

/** One thing that happens to a part of the world, and is over when it resolves. */
export type Blow = (random: Random) => Promise<string>;

export interface Backing {
  env: Record<string, string>;
  /** By kind of fault. */
  blows: Readonly<Record<string, Blow>>;
  /** Why some kinds are missing. */
  missing: readonly string[];
  close(): Promise<void>;
}
