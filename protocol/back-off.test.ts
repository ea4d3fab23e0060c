import { describe, expect, it } from 'vitest';
import { backOffMs, isPassing } from './back-off.ts';
import { ERRORS } from './errors.ts';

const CLIENTS = 10_000;

describe('[SYNC-4] the back-off', () => {
  it('spreads ten thousand clients that were cut off together, each time further', () => {
    for (const [tries, spanMs] of [
      [0, 3000],
      [1, 4500],
      [4, 15_187.5],
      [6, 30_000],
      [40, 30_000],
    ] as const) {
      const waits = Array.from({ length: CLIENTS }, () => backOffMs(tries));
      expect(Math.max(...waits)).toBeLessThanOrEqual(spanMs);
      expect(Math.max(...waits)).toBeGreaterThan(spanMs * 0.9);
      const slots = new Map<number, number>();
      for (const wait of waits) {
        const slot = Math.floor(wait / 100);
        slots.set(slot, (slots.get(slot) ?? 0) + 1);
      }
      // Twice their even share of any 100 ms, at most.
      const share = CLIENTS / (spanMs / 100);
      expect(Math.max(...slots.values())).toBeLessThan(share * 2);
    }
  });

  it('never comes before the time that the server named', () => {
    const waits = Array.from({ length: 1000 }, () => backOffMs(0, { retryAfterMs: 5000 }));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(5000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(8000);
  });

  it('takes for passing only what may be accepted later as it is', () => {
    const passing = Object.keys(ERRORS).filter(isPassing);
    expect(passing.sort()).toEqual(['busy', 'internal', 'rate_limited', 'unavailable']);
  });
});
