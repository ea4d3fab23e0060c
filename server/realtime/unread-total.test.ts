import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createUnreadTotal } from './unread-total.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const peer = (writableLength: number) => ({ writableLength, destroy: vi.fn() });
const MIB = 1_048_576;

it('[LIMIT-1] holds a thousand slow peers to one bound, and cuts off those with the most', () => {
  const onCut = vi.fn();
  const total = createUnreadTotal(64 * MIB, onCut);
  const peers = Array.from({ length: 1000 }, (_, index) => peer(index * 1000));
  for (const one of peers) total.note(one);
  vi.advanceTimersByTime(20);
  expect(total.bytes()).toBeLessThanOrEqual(48 * MIB);
  const cut = peers.map(({ destroy }) => destroy.mock.calls.length);
  expect(cut.slice(0, 300)).toEqual(Array(300).fill(0));
  expect(cut.at(-1)).toBe(1);
  expect(onCut).toHaveBeenCalledTimes(cut.filter((times) => times === 1).length);
});

it('forgets who has read, and lets a single one have what it may', () => {
  const total = createUnreadTotal(64 * MIB, () => {});
  const slow = peer(MIB);
  total.note(slow);
  vi.advanceTimersByTime(20);
  expect(total.bytes()).toBe(MIB);
  slow.writableLength = 0;
  vi.advanceTimersByTime(500);
  expect(total.bytes()).toBe(0);
  expect(slow.destroy).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
