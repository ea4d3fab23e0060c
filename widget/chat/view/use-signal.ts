/** Joins the model's signals to Preact: a component shows a value and is drawn again when it changes. */
import type { ReadonlySignal } from '@preact/signals-core';
import { useLayoutEffect, useState } from 'preact/hooks';

export function useSignal<T>(source: ReadonlySignal<T>): T {
  const [value, setValue] = useState(() => source.value);
  useLayoutEffect(() => source.subscribe((next) => setValue(() => next)), [source]);
  return value;
}
