import { useEffect, useState } from 'preact/hooks';
import type { NoticeDraft, NoticeView } from '../../protocol/incidents.ts';
import { spanInWords } from '../../protocol/spans.ts';
import { Icon } from './Icon.tsx';

export interface NoticeClockProps {
  notice: Pick<NoticeDraft, 'discoveredAt'> & Partial<Pick<NoticeView, 'publishedAt'>>;
}

/** How long notice has taken, or takes while it is a draft. */
export function NoticeClock({ notice: { discoveredAt, publishedAt } }: NoticeClockProps) {
  const [now, setNow] = useState(Date.now);
  const runs = (publishedAt ?? null) === null;
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, [runs]);
  const words = spanInWords((publishedAt ?? now) - discoveredAt);
  return (
    <p class={`notice-clock ${runs ? 'notice-clock-runs' : ''}`}>
      <Icon name="clock" />
      <span>{runs ? `${words} since we knew` : `Published ${words} after we knew`}</span>
    </p>
  );
}
