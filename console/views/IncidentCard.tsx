import { useId } from 'preact/hooks';
import type { IncidentSummary } from '../../protocol/incidents.ts';
import { incidentSubject, incidentWords, timesReported } from '../format/incident-words.ts';
import { dateTime, fullTime } from '../format/times.ts';
import type { IncidentStatus } from '../models/incidents.ts';
import { Icon } from './Icon.tsx';

interface Named {
  name: string;
  count: number;
}

/** Names with their counts, and a bar for who reads faster than they count. */
function Counts({ title, unknown, lines }: { title: string; unknown: string; lines: Named[] }) {
  const id = useId();
  const most = Math.max(1, ...lines.map(({ count }) => count));
  return (
    <div class="incident-counts">
      <h4 id={id}>{title}</h4>
      <ul aria-labelledby={id}>
        {lines.map(({ name, count }) => (
          <li key={name} style={{ '--share': `${(100 * count) / most}%` }}>
            {name ? <bdi>{name}</bdi> : <span class="incident-unknown">{unknown}</span>}
            <span class="incident-count">
              {count}
              <span class="visually-hidden">{count === 1 ? ' report' : ' reports'}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function When({ label, at, now }: { label: string; at: number; now: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)} dir="auto">
          {dateTime(at, now)}
        </time>
      </dd>
    </div>
  );
}

export interface IncidentCardProps {
  incident: IncidentSummary;
  now: number;
  /** A viewer may look. */
  maySettle: boolean;
  busy: boolean;
  onSettle: (status: IncidentStatus) => void;
}

export function IncidentCard({ incident, now, maySettle, busy, onSettle }: IncidentCardProps) {
  const { status, closed, pages, browsers } = incident;
  const words = incidentWords(incident);
  const subject = incidentSubject(incident);
  const id = useId();
  const isOpen = status === 'open';
  return (
    <li class={`incident incident-${words.tone}`} data-incident={incident.id}>
      <header class="incident-head">
        <Icon name={words.tone === 'bad' ? 'alert' : 'warning'} />
        <div>
          <h3 id={id} tabIndex={-1}>
            {words.title}
          </h3>
          <p class="incident-where">
            <bdi>{incident.siteName}</bdi>
            {subject && (
              <>
                {' · '}
                <bdi>{subject}</bdi>
              </>
            )}
          </p>
        </div>
        <span class={`tag tag-${isOpen ? words.tone : 'quiet'}`}>
          {timesReported(incident.count)}
        </span>
      </header>
      <div class="incident-body">
        <p>{words.meaning}</p>
        <p>
          <strong>What to do now: </strong>
          {words.now}
        </p>
      </div>
      <dl class="incident-times">
        <When label="First seen" at={incident.firstAt} now={now} />
        <When label="Last seen" at={incident.lastAt} now={now} />
        {closed && <When label={`Closed by ${closed.by.name}`} at={closed.at} now={now} />}
      </dl>
      <div class="incident-where-seen">
        <Counts
          title="Pages"
          unknown="Page not known"
          lines={pages.map(({ page, count }) => ({ name: page, count }))}
        />
        <Counts
          title="Browsers"
          unknown="Browser not known"
          lines={browsers.map(({ browser, count }) => ({ name: browser, count }))}
        />
      </div>
      {maySettle && (
        <footer class="incident-foot">
          <button
            type="button"
            class="button"
            aria-describedby={id}
            disabled={busy}
            onClick={() => onSettle(isOpen ? 'closed' : 'open')}
          >
            <Icon name={isOpen ? 'check' : 'reopen'} />
            {isOpen ? 'Close incident' : 'Reopen incident'}
          </button>
          {isOpen && <span>It opens again by itself if it is reported again.</span>}
        </footer>
      )}
    </li>
  );
}
