import { useEffect } from 'preact/hooks';

export type Shortcuts = Readonly<Record<string, () => void>>;

const isEditing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.matches('input, textarea, select') || target.isContentEditable);

/**
 * Single keys, where nothing is being typed and no dialog is open. Keys with a modifier belong to the
 * browser and to assistive technology.
 */
export function useShortcuts(shortcuts: Shortcuts, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const listener = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isEditing(event.target) || document.querySelector('dialog[open], :popover-open')) return;
      const run = shortcuts[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  });
}
