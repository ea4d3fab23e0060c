import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFormat } from './format.ts';

describe('createFormat', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date(2026, 2, 30, 0, 30) }));
  afterEach(() => void vi.useRealTimers());
  const at = (...date: [number, number, number, number]) => new Date(...date).getTime();

  it('names near days in words and others by date', () => {
    const { day } = createFormat('en-GB');
    expect(day(Date.now())).toBe('Today');
    expect(day(at(2026, 2, 29, 0))).toBe('Yesterday');
    expect(day(at(2026, 2, 28, 23))).toBe('Saturday 28 March');
    expect(day(at(2024, 1, 29, 12))).toBe('29 February 2024');
  });

  it('writes in the locale of the page', () => {
    expect(createFormat('de').day(Date.now())).toBe('Heute');
    expect(createFormat('en-US').time(at(2026, 2, 30, 15))).toMatch(/3:00\sPM/);
  });

  it('does not fail over a locale that is none', () => {
    expect(createFormat('not_a_locale!').time(0)).toBeTruthy();
  });
});
