import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Nearer to the end than this counts as reading along, in CSS pixels. */
const AT_END_PX = 80;

/**
 * Keeps a log where its reader wants it: at the end while reading along, whatever grows or shrinks;
 * otherwise in its place, also when older entries come above (`first` then becomes smaller).
 */
export function useStayAtEnd(box: RefObject<HTMLElement | null>, first: number) {
  const [atEnd, setAtEnd] = useState(true);
  const wanted = useRef(true);
  const before = useRef({ height: 0, first: 0 });

  const toEnd = () => {
    wanted.current = true;
    setAtEnd(true);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const grewAbove = before.current.first > first;
    if (grewAbove) element.scrollTop += element.scrollHeight - before.current.height;
    else if (wanted.current) element.scrollTop = element.scrollHeight;
    before.current = { height: element.scrollHeight, first };
  });
  // The composer beside it grows and shrinks as well.
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(() => wanted.current && toEnd());
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  return {
    atEnd,
    toEnd,
    onScroll() {
      const element = box.current;
      if (!element) return;
      const { scrollHeight, scrollTop, clientHeight } = element;
      wanted.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
      setAtEnd(wanted.current);
    },
  };
}
