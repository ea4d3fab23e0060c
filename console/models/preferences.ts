/** What an agent chose for this browser. */
import { effect, type Signal, signal } from '@preact/signals';
import type { Keep } from './keep.ts';

export type Theme = 'auto' | 'light' | 'dark';
export interface Preferences {
  readonly theme: Signal<Theme>;
  /** A short tone when a visitor writes. Off unless wanted. */
  readonly sound: Signal<boolean>;
  /** Shortcuts of a single key can be turned off (WCAG 2.1.4). */
  readonly shortcuts: Signal<boolean>;
}

export function createPreferences(keep: Keep): Preferences {
  const kept = (keep.read('preferences') ?? {}) as Record<string, unknown>;
  const theme = signal<Theme>(
    kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : 'auto',
  );
  const sound = signal(kept.sound === true);
  const shortcuts = signal(kept.shortcuts !== false);
  effect(() => {
    keep.write('preferences', {
      theme: theme.value,
      sound: sound.value,
      shortcuts: shortcuts.value,
    });
  });
  return { theme, sound, shortcuts };
}
