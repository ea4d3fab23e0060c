import { describe, expect, it } from 'vitest';
import { spanInWords } from './spans.ts';

describe('the clock', () => {
  it.each([
    [30_000, '1 minute'],
    [61 * 60_000, '1 hour, 1 minute'],
    [26 * 3_600_000 + 60_000, '1 day, 2 hours'],
    [48 * 3_600_000, '2 days'],
  ])('%i ms is %s', (ms, words) => {
    expect(spanInWords(ms, 'en-US')).toBe(words);
  });
});
