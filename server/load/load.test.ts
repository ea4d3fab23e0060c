import { expect, it, vi } from 'vitest';
import { parseConfig } from '../config.ts';
import { createLoad } from './load.ts';
import { createPressure } from './pressure.ts';

const { load: limits } = parseConfig({ LIMIT_LAG_MS: '1000' });
const late = (lagMs: number) => ({ lagMs: () => lagMs, takeWorstMs: () => lagMs, close() {} });

it.each([
  [0, false, false],
  [1000, false, false],
  [1001, true, false],
  [3001, true, true],
])('[LIMIT-4] at %i ms of lag refuses handshakes: %s, and sends: %s', (lagMs, handshakes, sends) => {
  const load = createLoad(limits, late(lagMs));
  const peer = load.peer('st_1');
  const handshake = expect(() => load.admitHandshake());
  const send = expect(() => load.admitMessage(peer));
  if (handshakes) handshake.toThrow('busy');
  else handshake.not.toThrow();
  if (sends) send.toThrow('busy');
  else send.not.toThrow();
  // What is no send is answered as long as it can be.
  expect(() => load.begin(peer)).not.toThrow();
});

it('takes one long turn for no overload, and a second of long turns for one', () => {
  vi.useFakeTimers();
  let now = 0;
  const pressure = createPressure(() => now);
  const pass = (looks: number, lateMs: number) => {
    for (let look = 0; look < looks; look++) {
      now += 250 + lateMs;
      vi.advanceTimersByTime(250);
    }
  };
  pass(4, 0);
  pass(1, 9000);
  expect(pressure.lagMs()).toBe(0);
  pass(3, 2000);
  expect(pressure.lagMs()).toBe(2000);
  expect(pressure.takeWorstMs()).toBe(9000);
  expect(pressure.takeWorstMs()).toBe(0);
  pass(1, 0);
  expect(pressure.lagMs()).toBe(0);
  pressure.close();
  vi.useRealTimers();
});
