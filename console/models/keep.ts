/**
 * What a reload must not lose. The views' storage stands behind it; models only name what they keep.
 * Whoever writes text has taken card numbers out of it before.
 */
export interface Keep {
  read(name: string): unknown;
  /** `undefined` removes. */
  write(name: string, value: unknown): void;
  /** Removes everything under a prefix, such as an agent's own. */
  forget(prefix: string): void;
}

/** Everything under one prefix, such as an agent's own. */
export const keepUnder = (keep: Keep, prefix: string): Keep => ({
  read: (name) => keep.read(`${prefix}.${name}`),
  write: (name, value) => keep.write(`${prefix}.${name}`, value),
  forget: (name) => keep.forget(`${prefix}.${name}`),
});

/** For tests, and for browsers that refuse storage. */
export function createMemoryKeep(): Keep {
  const values = new Map<string, string>();
  return {
    read: (name) => JSON.parse(values.get(name) ?? 'null') as unknown,
    write: (name, value) =>
      value === undefined ? void values.delete(name) : void values.set(name, JSON.stringify(value)),
    forget(prefix) {
      for (const name of values.keys()) if (name.startsWith(`${prefix}.`)) values.delete(name);
    },
  };
}
