import { useEffect } from 'preact/hooks';

/** Reports `seq` as read while the page is in front; 0 is nothing [READ-1]. */
export function useReadOnSight(seq: number, onRead: (seq: number) => void): void {
  useEffect(() => {
    if (!seq) return;
    const report = () => {
      if (document.visibilityState === 'visible') onRead(seq);
    };
    report();
    document.addEventListener('visibilitychange', report);
    return () => document.removeEventListener('visibilitychange', report);
  }, [seq, onRead]);
}
