import { useRef, useState } from 'preact/hooks';
import type { IncidentSummary } from '../../protocol/incidents.ts';
import type { Desk } from '../desk.ts';
import { incidentWords } from '../format/incident-words.ts';
import type { IncidentStatus } from '../models/incidents.ts';
import { EmptyState } from './EmptyState.tsx';
import { IncidentCard } from './IncidentCard.tsx';
import { useNow } from './use-now.ts';

const STATUSES: readonly (readonly [IncidentStatus, string])[] = [
  ['open', 'Open'],
  ['closed', 'Closed'],
];
const EMPTY: Readonly<Record<IncidentStatus, readonly [string, string]>> = {
  open: [
    'All calm',
    'When a visitor’s browser refuses an altered script, or a frame misbehaves, it is shown here within seconds.',
  ],
  closed: ['Nothing closed yet', 'Incidents that are dealt with are kept here.'],
};

function Skeleton() {
  return (
    <div class="payments-skeleton" role="status" aria-label="Loading incidents">
      {[1, 2, 3].map((line) => (
        <span class="skeleton incidents-skeleton" key={line} />
      ))}
    </div>
  );
}

function Body({ desk }: { desk: Desk }) {
  const { incidents, agent } = desk;
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);
  const [said, setSaid] = useState('');
  const lines = incidents.lines.value;
  const phase = incidents.phase.value;

  async function settle(incident: IncidentSummary, status: IncidentStatus) {
    const at = lines.indexOf(incident);
    if (!(await incidents.settle(incident.id, status))) return;
    const word = status === 'closed' ? 'Closed' : 'Opened again';
    setSaid(`${word}: ${incidentWords(incident).title}`);
    // The button goes with its card: the focus stays near, and is not thrown to the page's start.
    const next = lines[at + 1] ?? lines[at - 1];
    const card = list.current?.querySelector(`[data-incident="${next?.id}"] h3`);
    (card instanceof HTMLElement ? card : document.getElementById('incidents-title'))?.focus();
  }

  const [title, text] = EMPTY[incidents.status.value];
  return (
    <>
      <p class="visually-hidden" role="status">
        {said}
      </p>
      {phase === 'failed' && (
        <EmptyState picture="storm" title="The list could not be loaded">
          <p>{incidents.refusal.value?.message}</p>
          <button type="button" class="button" onClick={() => void incidents.refresh()}>
            Load again
          </button>
        </EmptyState>
      )}
      {phase === 'loading' && <Skeleton />}
      {phase === 'ready' && incidents.refusal.value && (
        <p class="notice notice-bad" role="alert">
          {incidents.refusal.value.message}
        </p>
      )}
      {phase === 'ready' && lines.length === 0 && (
        <EmptyState picture="calm" title={title}>
          <p>{text}</p>
        </EmptyState>
      )}
      {/* biome-ignore lint/a11y/noRedundantRoles: without bullets Safari takes it for no list */}
      <ul class="incidents" aria-label="Incidents" role="list" ref={list} hidden={!lines.length}>
        {lines.map((incident) => (
          <IncidentCard
            key={incident.id}
            incident={incident}
            now={now}
            maySettle={agent.role !== 'viewer'}
            busy={incidents.settling.value === incident.id}
            onSettle={(status) => void settle(incident, status)}
          />
        ))}
      </ul>
      {incidents.hasMore.value && (
        <button
          type="button"
          class="button button-quiet payments-more"
          disabled={incidents.loadingMore.value}
          onClick={() => void incidents.loadMore()}
        >
          {incidents.loadingMore.value ? 'Loading…' : 'Show more'}
        </button>
      )}
      {incidents.dropped.value > 0 && (
        <p class="incidents-dropped">
          Browsers also sent {incidents.dropped.value} reports about other things on these pages.
          They were counted and not kept.
        </p>
      )}
    </>
  );
}

/** What browsers refused or saw go wrong on merchants' pages, live. */
export function IncidentsPage({ desk }: { desk: Desk }) {
  const { status, openCount, phase, filter } = desk.incidents;
  return (
    <main class="payments-page" aria-busy={phase.value === 'loading'}>
      <header class="payments-head">
        <h2 id="incidents-title" tabIndex={-1}>
          Incidents
        </h2>
        <fieldset class="segments" aria-label="Show">
          {STATUSES.map(([value, words]) => (
            <button
              key={value}
              type="button"
              class="segment"
              aria-pressed={status.value === value}
              onClick={() => filter(value)}
            >
              {words}
              {value === 'open' && openCount.value > 0 && (
                <span class="incidents-open-count">{openCount.value}</span>
              )}
            </button>
          ))}
        </fieldset>
      </header>
      <div class="payments-scroll">
        <Body desk={desk} />
      </div>
    </main>
  );
}
