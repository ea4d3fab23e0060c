import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEnding } from './ending.ts';

const never = () => new Promise(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('gives all parts a time, each its turn, and says whom it did not wait for', async () => {
  const said: unknown[] = [];
  const ended: string[] = [];
  const end = createEnding({ error: (about: object) => said.push(about) } as never, 10_000);
  const all = (async () => {
    await end('quick', async () => ended.push('quick'));
    await end('silent', never);
    await end('broken', () => Promise.reject(new Error('gone')));
    await end('silent too', never);
    await end('last', async () => ended.push('last'));
    return performance.now();
  })();
  const since = performance.now();
  await vi.runAllTimersAsync();
  expect((await all) - since).toBe(10_500);
  expect(ended).toEqual(['quick', 'last']);
  expect(said).toMatchObject([{ part: 'silent' }, { part: 'broken' }, { part: 'silent too' }]);
});
