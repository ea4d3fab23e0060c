import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBanner } from './banner.ts';
import { strings } from './strings.ts';

describe('banner', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says nothing of a short break', () => {
    const banner = createBanner();
    banner.show('reconnecting');
    vi.advanceTimersByTime(1000);
    banner.show('online');
    vi.advanceTimersByTime(5000);
    expect(banner.words.value).toBe('');
  });

  it('says the latest of a long one, until it is over', () => {
    const banner = createBanner();
    banner.show('reconnecting');
    banner.show('offline');
    vi.advanceTimersByTime(1600);
    expect(banner.words.value).toBe(strings.offline);
    banner.show('reconnecting');
    expect(banner.words.value).toBe(strings.reconnecting);
    banner.show('online');
    expect(banner.words.value).toBe('');
  });
});
