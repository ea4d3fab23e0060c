import { useEffect, useState } from 'preact/hooks';

/** @returns the time, renewed every half minute, for texts such as "5 min". */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
