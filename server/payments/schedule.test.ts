import { describe, expect, it } from 'vitest';
import {
  BOOKS_CLOSED_MS,
  FIRST_LOOK_MS,
  LAST_LOOK_MS,
  nextLookAt,
  RETRY_LOOK_MS,
  UNANSWERED_LOOK_MS,
} from './schedule.ts';

describe('[PAY-5] when to ask without a webhook', () => {
  it('asks soon after a change, then ever more seldom, and never stops', () => {
    const waits: number[] = [];
    for (let now = 0; waits.length < 12; ) {
      const next = nextLookAt('open', 0, now) ?? Number.NaN;
      waits.push(next - now);
      now = next;
    }
    expect(waits.slice(0, 4)).toEqual([1, 1, 2, 4].map((times) => times * FIRST_LOOK_MS));
    expect(waits.at(-1)).toBe(LAST_LOOK_MS);
  });

  it('does not ask about what nobody has opened, or what is over', () => {
    expect(nextLookAt('created', 0, 1000)).toBe(null);
    expect(nextLookAt('canceled', 0, 1000)).toBe(null);
    expect(nextLookAt('expired', 0, 1000)).toBe(null);
    expect(nextLookAt('failed', 0, 1000)).toBe(1000 + FIRST_LOOK_MS);
  });

  it('[PAY-9] looks at what is paid some twenty times, until disputes are over', () => {
    const looks: number[] = [];
    let now: number | null = 0;
    while (now !== null) {
      looks.push(now);
      now = nextLookAt('succeeded', 0, now);
    }
    expect(looks.length).toBeLessThan(22);
    expect(looks.at(-1)).toBeGreaterThanOrEqual(BOOKS_CLOSED_MS);
  });

  it('[PAY-9] asks about a pending refund or an open dispute at least twice a day', () => {
    const pending = { unanswered: false, pending: true };
    const year = 365 * 24 * 60 * 60_000;
    expect(nextLookAt('refunded', 0, year, pending)).toBe(year + LAST_LOOK_MS);
    expect(nextLookAt('disputed', 0, 0, pending)).toBe(FIRST_LOOK_MS);
  });

  it('[PAY-9] asks again soon for a refund that got no answer, and never stops', () => {
    const unanswered = { unanswered: true, pending: true };
    expect(nextLookAt('succeeded', 0, 0, unanswered)).toBe(RETRY_LOOK_MS);
    const week = 7 * 24 * 60 * 60_000;
    expect(nextLookAt('succeeded', 0, week, unanswered)).toBe(week + UNANSWERED_LOOK_MS);
  });
});
