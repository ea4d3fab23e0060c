/**
 * What the processes of one installation share for a while, beside the store: what was used once,
 * and how often something was tried. Nothing here has to outlive a restart. In one process it is
 * memory; with `REDIS_URL` it is Redis.
 *
 * A key begins with the name of its kind and a colon: each kind has room of its own, so that a flood
 * of one pushes nothing of another out of memory.
 */
export interface Shared {
  readonly kind: 'memory' | 'redis';
  /**
   * Uses `key` up. @returns whether nobody had, in the last `ttlMs`
   * @throws AppError `unavailable` while the other processes cannot be asked: what is good once is
   *   then good for nothing
   */
  claim(key: string, ttlMs: number): Promise<boolean>;
  /**
   * Counts one more try of `key`, in a window of `windowMs` that starts with its first.
   * While the other processes cannot be asked, this process counts for itself.
   */
  count(key: string, windowMs: number): Promise<Counted>;
  /** Gives a key its tries back. */
  forget(key: string): Promise<void>;
  /** Remembers a short text. While the other processes cannot be asked, this one does for itself. */
  keep(key: string, value: string, ttlMs: number): Promise<void>;
  /** @returns what was kept last, or null; also while the others cannot be asked */
  kept(key: string): Promise<string | null>;
  /** Whether the others can be asked; for `/readyz` and `/metrics`. */
  isAlive(): boolean;
  close(): Promise<void>;
}

export interface Counted {
  /** This one included. */
  tries: number;
  /** Until the window ends, in milliseconds. */
  endsInMs: number;
}
