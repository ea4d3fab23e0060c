/**
 * Turns: tasks of one key run one after the other, so that what was fetched first is applied first
 * and nobody voids an intent while another one reads it. A turn is never taken inside a turn of the
 * same key: it would wait for itself. Knows nothing of payments.
 */

export interface Turns {
  /** Runs `task` once every earlier task of that key has ended, whether it failed or not. */
  take<T>(key: string, task: () => Promise<T>): Promise<T>;
  /**
   * For a task that only has to start after it was asked for: callers who ask while another turn runs
   * share the one run that follows, so any number of them costs one.
   */
  shared<T>(task: (key: string) => Promise<T>): (key: string) => Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();

  function take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = last.get(key);
    const run = before ? before.then(task) : task();
    const end = () => {
      if (last.get(key) === ended) last.delete(key);
    };
    const ended: Promise<void> = run.then(end, end);
    last.set(key, ended);
    return run;
  }

  return {
    take,
    shared<T>(task: (key: string) => Promise<T>) {
      const waiting = new Map<string, Promise<T>>();
      return (key) => {
        const known = waiting.get(key);
        if (known) return known;
        let begun = false;
        const run = take(key, () => {
          begun = true;
          waiting.delete(key);
          return task(key);
        });
        if (!begun) waiting.set(key, run);
        return run;
      };
    },
  };
}
