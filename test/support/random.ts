/** Seeded randomness, so that what a test found is found again. */

/** mulberry32: small, and the same on every machine. @returns numbers from 0 to below 1 */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Random {
  /** An integer from 0 to below `end`. */
  below(end: number): number;
  between(first: number, last: number): number;
  pick<T>(from: readonly T[]): T;
  digits(length: number): string;
}

export function createRandom(seed: number): Random {
  const next = seeded(seed);
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    between: (first, last) => first + below(last - first + 1),
    pick<T>(from: readonly T[]) {
      if (from.length === 0) throw new Error('Nothing to pick from');
      return from[below(from.length)] as T;
    },
    digits: (length) => Array.from({ length }, () => below(10)).join(''),
  };
}
