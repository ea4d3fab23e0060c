import { useEffect, useRef } from 'preact/hooks';

/**
 * Where one column is shown at a time, the focus would be lost with the column that goes: it moves to
 * the way back, and from there to the line that it came from.
 */
export function usePhoneFocus(selectedId: string | null): void {
  const before = useRef(selectedId);
  useEffect(() => {
    const from = before.current;
    before.current = selectedId;
    if (from === selectedId || !window.matchMedia('(width < 768px)').matches) return;
    const target = selectedId ? '.back' : `[data-conversation="${from}"]`;
    document.querySelector<HTMLElement>(target)?.focus();
  }, [selectedId]);
}
