/** The words about the connection, which wait a little, so that a short break does not flicker. */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { LinkStatus } from './model/link.ts';
import { strings } from './strings.ts';

const PATIENCE_MS = 1500;

export interface Banner {
  words: ReadonlySignal<string>;
  /** @param said in place of this table's own words */
  show(status: LinkStatus, said?: string): void;
  /** Stays: nothing that this page can do will help. */
  refuse(message: string): void;
}

export function createBanner(): Banner {
  const words = signal('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = '';
  return {
    words,
    show(status, said) {
      next = status === 'online' ? '' : (said ?? strings[status]);
      if (!next || words.value) {
        clearTimeout(timer);
        timer = undefined;
        words.value = next;
      } else {
        timer ??= setTimeout(() => {
          timer = undefined;
          words.value = next;
        }, PATIENCE_MS);
      }
    },
    refuse(message) {
      clearTimeout(timer);
      words.value = message;
    },
  };
}
