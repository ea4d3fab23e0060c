import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

function manualTask() {
  const runs: { key: string; end: (error?: Error) => void }[] = [];
  const task = (key: string) =>
    new Promise<number>((resolve, reject) => {
      const number = runs.length;
      runs.push({ key, end: (error) => (error ? reject(error) : resolve(number)) });
    });
  return { task, runs };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('one at a time', () => {
  it('shares the run that follows, never the one that has begun', async () => {
    const { task, runs } = manualTask();
    const run = createTurns().shared(task);
    const answers = [run('a'), run('a'), run('a')];
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await settle();
    expect(runs).toHaveLength(2);
    answers.push(run('a'));
    runs[1]?.end();
    await settle();
    runs[2]?.end();
    expect(await Promise.all(answers)).toEqual([0, 1, 1, 2]);
  });

  it('goes on after a failure, which only its own callers see', async () => {
    const { task, runs } = manualTask();
    const run = createTurns().shared(task);
    const first = run('a');
    const second = run('a');
    runs[0]?.end(new Error('no network'));
    await expect(first).rejects.toThrow('no network');
    runs[1]?.end();
    expect(await second).toBe(1);
    const third = run('a');
    runs[2]?.end();
    expect(await third).toBe(2);
  });

  it('gives turns in the order in which they were asked for, each to one task', async () => {
    const turns = createTurns();
    const { task, runs } = manualTask();
    const look = turns.shared(task);
    const order: string[] = [];
    const first = look('a');
    const edit = turns.take('a', async () => void order.push('edit'));
    const second = look('a').then(() => order.push('look'));
    await settle();
    expect([runs.length, order]).toEqual([1, []]);
    runs[0]?.end();
    await first;
    await edit;
    await settle();
    expect([runs.length, order]).toEqual([2, ['edit']]);
    runs[1]?.end();
    await second;
    expect(order).toEqual(['edit', 'look']);
  });

  it('keeps keys apart', () => {
    const { task, runs } = manualTask();
    const run = createTurns().shared(task);
    void run('a');
    void run('b');
    expect(runs.map(({ key }) => key)).toEqual(['a', 'b']);
  });
});
