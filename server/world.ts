/**
 * What the server takes from the world: the time, chance, and a place for its log. Whoever needs one is
 * given it; only what starts a process takes the system's own.
 */
import { randomBytes } from 'node:crypto';

export type { Logger } from 'pino';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}
export const systemClock: Clock = { now: () => Date.now() };

/** Unguessable bytes; ids, tokens and salts come from here alone. */
export type RandomBytes = (length: number) => Buffer;
export const systemRandom: RandomBytes = createRandom();

const POOL_BYTES = 4096;

/** Asks the system for many at once: a handshake takes a dozen ids and salts. */
function createRandom(): RandomBytes {
  let pool = Buffer.alloc(0);
  return (length) => {
    if (length > POOL_BYTES / 16) return randomBytes(length);
    if (pool.length < length) pool = randomBytes(POOL_BYTES);
    const taken = Buffer.from(pool.subarray(0, length));
    // What was given away is nowhere else.
    pool.fill(0, 0, length);
    pool = pool.subarray(length);
    return taken;
  };
}
