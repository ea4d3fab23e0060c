/**
 * Turns: tasks of one key run one after the other, so that what was fetched first is applied first
 * and nobody voids an intent while another one reads it. A turn is never taken inside a turn of the
 * same key: it would wait for itself. In one process memory is enough; among several, `Locks` stand
 * under it. Knows nothing of what is done.
 */

export interface Turns {
  /** Runs `task` once every earlier task of that key has ended, whether it failed or not. */
  take<T>(key: string, task: () => Promise<T>): Promise<T>;
  /**
   * For a task that only has to start after it was asked for: callers who ask while another turn runs
   * share the one run that follows, so any number of them costs one.
   */
  shared<T>(task: (key: string) => Promise<T>): (key: string) => Promise<T>;
  /**
   * For work that one process does for all: true for the one that has it, until it ends or loses the
   * database. Asked again and again, since then another one has it.
   */
  leads(key: string): Promise<boolean>;
  /** From now on what another process has the turn of is refused at once: this one is to end. */
  hurry(): void;
  close(): Promise<void>;
}

/** What keeps processes apart. A process holds a key once; it is `Turns` that see to that. */
export interface Locks {
  /** @throws AppError `unavailable` where the lock cannot be had; then `task` has not begun */
  within<T>(key: string, task: () => Promise<T>): Promise<T>;
  /** Takes the lock if it is free, and keeps it. @returns whether this process has it */
  keeps(key: string): Promise<boolean>;
  /** Nobody waits any longer. */
  hurry(): void;
  close(): Promise<void>;
}

const ALONE: Locks = {
  within: (_key, task) => task(),
  keeps: async () => true,
  hurry() {},
  close: async () => {},
};

export function createTurns(locks: Locks = ALONE): Turns {
  const last = new Map<string, Promise<void>>();

  function take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = last.get(key);
    const inTurn = () => locks.within(key, task);
    const run = before ? before.then(inTurn) : inTurn();
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
        if (!begun) {
          waiting.set(key, run);
          // A turn that was never had has not begun, and is nobody's to share.
          const forget = () => {
            if (waiting.get(key) === run) waiting.delete(key);
          };
          run.then(forget, forget);
        }
        return run;
      };
    },
    leads: locks.keeps,
    hurry: locks.hurry,
    close: locks.close,
  };
}
