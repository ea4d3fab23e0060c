/** `expand[]`: puts objects where the API otherwise sends ids (docs.stripe.com/expand). */
import type { ObjectStore } from './object-store.ts';

/** Returns a copy; the stored objects keep their ids. */
export function expand(store: ObjectStore, value: object, paths: readonly string[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) expandPath(store, copy, path.split('.'));
  return copy;
}

function expandPath(store: ObjectStore, value: unknown, [head, ...rest]: string[]): void {
  if (head === undefined || !isRecord(value)) return;
  const field = value[head];
  if (Array.isArray(field)) {
    for (const item of field) expandPath(store, item, rest);
    return;
  }
  if (typeof field === 'string') value[head] = structuredClone(store.any(field)) ?? field;
  expandPath(store, value[head], rest);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
