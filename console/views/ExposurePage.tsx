import type { Desk } from '../desk.ts';
import { conditionsOf, people } from '../format/exposure-words.ts';
import { dateTime, windowInWords } from '../format/times.ts';
import { isOwner } from '../models/permissions.ts';
import { exposureAddress } from '../models/place.ts';
import { EmptyState } from './EmptyState.tsx';
import { ExposureForm } from './ExposureForm.tsx';
import { ExposureResult } from './ExposureResult.tsx';
import { useNow } from './use-now.ts';

function Past({ desk }: { desk: Desk }) {
  const now = useNow();
  const { agent, breach } = desk;
  const past = breach.exposure.past.value;
  const open = breach.exposure.report.value?.id;
  const names = {
    agentName: (id: string) =>
      [agent, ...agent.colleagues].find((one) => one.id === id)?.name ?? '',
    siteName: (id: string) => agent.sites?.find((one) => one.id === id)?.name ?? '',
  };
  if (past.length === 0) return null;
  return (
    <section class="exposure-past" aria-labelledby="exposure-past">
      <h3 id="exposure-past">Asked before</h3>
      <ul>
        {past.map(({ id, question, askedAt, askedBy, counts }) => (
          <li key={id}>
            <a href={exposureAddress(id)} aria-current={id === open ? 'true' : undefined}>
              {[windowInWords(question.from, question.to), ...conditionsOf(question, names)].join(
                ', ',
              )}
            </a>
            <span class="payments-second">
              {people(counts.visitors)}, asked {dateTime(askedAt, now)} by{' '}
              {askedBy?.name ?? 'the command line'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who was within reach of a breach, exactly, from the ledger. For owners alone [EXP-3]. */
export function ExposurePage({ desk }: { desk: Desk }) {
  const { report, phase } = desk.breach.exposure;
  if (!isOwner(desk.agent))
    return (
      <main class="payments-page">
        <header class="payments-head">
          <h2>Exposure</h2>
        </header>
        <EmptyState picture="calm" title="For owners">
          <p>Only owners ask the ledger who was exposed.</p>
        </EmptyState>
      </main>
    );
  return (
    <main class="payments-page" aria-busy={phase.value === 'asking'}>
      <header class="payments-head">
        <h2>Exposure</h2>
      </header>
      <div class="payments-scroll exposure">
        <ExposureForm desk={desk} />
        {report.value && <ExposureResult desk={desk} report={report.value} />}
        <Past desk={desk} />
      </div>
    </main>
  );
}
