import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TypingChanged } from '../../protocol/sockets.ts';
import { createTyping } from './typing.ts';

const fact: TypingChanged = { conversationId: 'cv_1', by: 'visitor', on: true };
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('[TYPE-1] is over after six seconds unless it is repeated', () => {
  const typing = createTyping();
  const told: boolean[] = [];
  const relay = ({ on }: TypingChanged) => void told.push(on);
  typing.set(fact, relay);
  vi.advanceTimersByTime(4000);
  typing.set(fact, relay);
  vi.advanceTimersByTime(5999);
  expect(told).toEqual([true, true]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([true, true, false]);
  vi.advanceTimersByTime(60_000);
  expect(told).toHaveLength(3);
});

it('says nothing of somebody who was not typing', () => {
  const typing = createTyping();
  const relay = vi.fn();
  typing.set({ ...fact, on: false }, relay);
  typing.stop('cv_1', 'visitor');
  typing.stopAll('ag_1');
  expect(relay).not.toHaveBeenCalled();
});

it('keeps people apart', () => {
  const typing = createTyping();
  const told: string[] = [];
  const of = (id: string): TypingChanged => ({ ...fact, by: 'agent', agent: { id, name: id } });
  typing.set(of('ag_1'), ({ on }) => void told.push(`1 ${on}`));
  typing.set(of('ag_2'), ({ on }) => void told.push(`2 ${on}`));
  typing.stopAll('ag_1');
  expect(told).toEqual(['1 true', '2 true', '1 false']);
  typing.close();
});

it('heard from another process is over here too, whether that one says so or not', () => {
  const told: boolean[] = [];
  const typing = createTyping(({ changed }) => void told.push(changed.on));
  typing.heard({ visitorId: 'vs_1', changed: fact });
  vi.advanceTimersByTime(6000);
  expect(told).toEqual([true, false]);
  typing.heard({ visitorId: 'vs_1', changed: fact });
  typing.heard({ visitorId: 'vs_1', changed: { ...fact, on: false } });
  typing.heard({ visitorId: 'vs_1', changed: { ...fact, on: false } });
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([true, false, true, false]);
});
