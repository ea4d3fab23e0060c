import type { ExposedConversation, ExposureReport } from '../../protocol/ledger.ts';
import { download } from '../adapter/download.ts';
import type { Desk } from '../desk.ts';
import {
  categoryWords,
  conditionsOf,
  givenCategories,
  meaningOf,
  NO_CARDS,
} from '../format/exposure-words.ts';
import { visitorName } from '../format/people.ts';
import { dateTime, fullTime, windowInWords } from '../format/times.ts';
import { addressOf, noticesAddress } from '../models/place.ts';
import { Icon } from './Icon.tsx';
import { useNow } from './use-now.ts';

const Count = ({ value, words }: { value: number; words: string }) => (
  <div class={`sum ${value ? '' : 'sum-none'}`}>
    <dt>{words}</dt>
    <dd>{value.toLocaleString()}</dd>
  </div>
);

function Summary({ report }: { report: ExposureReport }) {
  const { counts } = report;
  const given = givenCategories(counts);
  const most = Math.max(1, counts.visitors);
  return (
    <div class="exposure-summary">
      <section class="sums-line" aria-label="Counts">
        <dl>
          <Count value={counts.visitors} words="Visitors" />
          <Count value={counts.conversations} words="Conversations" />
          <Count value={counts.reads} words="Readings" />
          <Count value={counts.previews} words="Previews seen" />
        </dl>
      </section>
      <section class="sums-line" aria-labelledby="exposure-categories">
        <h3 id="exposure-categories">What they had given</h3>
        <ul class="exposure-categories">
          {given.map(({ words, count }) => (
            <li key={words} style={{ '--share': `${(100 * count) / most}%` }}>
              <span>{words}</span>
              <span class="exposure-count">{count.toLocaleString()}</span>
            </li>
          ))}
        </ul>
        <p class="exposure-no-cards">
          <Icon name="lock" />
          {NO_CARDS}
        </p>
      </section>
    </div>
  );
}

interface LineProps {
  line: ExposedConversation;
  visitor: string;
  site: string | undefined;
  showReaders: boolean;
  now: number;
}

function Line({ line, visitor, site, showReaders, now }: LineProps) {
  const { conversationId, categories, firstAt, lastAt, readBy } = line;
  return (
    <tr>
      <td class="payments-visitor">
        {conversationId ? (
          <a href={addressOf(conversationId)}>
            <bdi>{visitor}</bdi>
          </a>
        ) : (
          <bdi>{visitor}</bdi>
        )}
        {site && <span class="payments-second">{site}</span>}
      </td>
      <td class="exposure-given">
        {categories.length ? categories.map(categoryWords).join(', ') : 'Nothing'}
      </td>
      <td class="payments-date">
        <time title={fullTime(firstAt)}>{dateTime(firstAt, now)}</time>
        <span class="payments-second">
          to <time title={fullTime(lastAt)}>{dateTime(lastAt, now)}</time>
        </span>
      </td>
      {showReaders && (
        <td class="exposure-readers">
          {readBy.map((reading) => (
            <span key={reading.agentId} class="exposure-reader">
              <bdi>{reading.name}</bdi>
              <span class="payments-second">
                {reading.times
                  ? `read ${reading.times === 1 ? 'once' : `${reading.times} times`}`
                  : 'saw its line in the list'}
                , {dateTime(reading.from, now)}
              </span>
            </span>
          ))}
        </td>
      )}
    </tr>
  );
}

function Table({ desk, report }: { desk: Desk; report: ExposureReport }) {
  const now = useNow();
  const { agentId, ip } = report.question;
  const showReaders = agentId !== undefined || ip !== undefined;
  const sites = desk.agent.sites ?? [];
  const siteName = (id: string) => sites.find((site) => site.id === id)?.name;
  return (
    <>
      <table class="payments-table exposure-table" aria-label="Who was exposed">
        <thead>
          <tr>
            <th scope="col">Visitor</th>
            <th scope="col">Had given</th>
            <th scope="col">Within reach</th>
            {showReaders && <th scope="col">Read by</th>}
          </tr>
        </thead>
        <tbody>
          {report.exposed.map((line) => (
            <Line
              key={`${line.visitorId} ${line.conversationId}`}
              line={line}
              now={now}
              showReaders={showReaders}
              visitor={visitorName({
                id: line.visitorId,
                ...desk.inbox.byId.value.get(line.conversationId ?? '')?.visitor,
              })}
              site={sites.length > 1 ? siteName(line.siteId) : undefined}
            />
          ))}
        </tbody>
      </table>
      {report.more && (
        <p class="exposure-lead">The first {report.exposed.length} are shown; the CSV has all.</p>
      )}
    </>
  );
}

export function ExposureResult({ desk, report }: { desk: Desk; report: ExposureReport }) {
  const { agent } = desk;
  const { id, question, head, counts } = report;
  const conditions = conditionsOf(question, {
    agentName: (known) => [agent, ...agent.colleagues].find((one) => one.id === known)?.name ?? '',
    siteName: (known) => agent.sites?.find((one) => one.id === known)?.name ?? '',
  });
  const address = `/api/agent/exposure/${id}`;
  return (
    <article class="exposure-result" aria-labelledby="exposure-answer">
      <header>
        <div>
          <h3 id="exposure-answer" tabIndex={-1}>
            {[windowInWords(question.from, question.to), ...conditions].join(', ')}
          </h3>
          <p class="exposure-lead">
            {counts.visitors === 0 ? 'Nobody.' : meaningOf(report)} Read from the ledger as of line{' '}
            {head.n.toLocaleString()}, signed.
          </p>
        </div>
        <div class="exposure-actions">
          <button type="button" class="button" onClick={() => download(`${address}.csv`)}>
            <Icon name="save" />
            CSV
          </button>
          <button type="button" class="button" onClick={() => download(`${address}.signed.json`)}>
            <Icon name="lock" />
            Signed report
          </button>
          <button
            type="button"
            class="button button-primary"
            onClick={() => {
              location.hash = noticesAddress(id);
            }}
          >
            <Icon name="edit" />
            Draft a notice
          </button>
        </div>
      </header>
      <Summary report={report} />
      {report.exposed.length > 0 && <Table desk={desk} report={report} />}
    </article>
  );
}
