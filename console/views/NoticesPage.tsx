import type { NoticeView } from '../../protocol/incidents.ts';
import type { Desk } from '../desk.ts';
import { people } from '../format/exposure-words.ts';
import { dateTime } from '../format/times.ts';
import { isOwner } from '../models/permissions.ts';
import { noticesAddress } from '../models/place.ts';
import { EmptyState } from './EmptyState.tsx';
import { Icon } from './Icon.tsx';
import { NoticeClock } from './NoticeClock.tsx';
import { NoticeForm } from './NoticeForm.tsx';
import { NoticeOut } from './NoticeOut.tsx';
import { useNow } from './use-now.ts';

const STATUS: Readonly<Record<NoticeView['status'], readonly [string, string]>> = {
  draft: ['Draft', 'tag-waiting'],
  published: ['Published', 'tag-good'],
  closed: ['Closed', 'tag-quiet'],
};

function Line({ view, site, now }: { view: NoticeView; site: string; now: number }) {
  const [words, tone] = STATUS[view.status];
  return (
    <li class="notice-line">
      <a href={noticesAddress(view.id)} dir="auto">
        {view.title}
      </a>
      <span class={`tag ${tone}`}>{words}</span>
      <p class="payments-second">
        {site}, {people(view.affected.visitors)},{' '}
        {view.publishedAt
          ? `published ${dateTime(view.publishedAt, now)}`
          : `begun ${dateTime(view.createdAt, now)}`}
      </p>
      <NoticeClock notice={view} />
    </li>
  );
}

function List({ desk }: { desk: Desk }) {
  const { lines, phase, refusal, refresh } = desk.breach.notices;
  const now = useNow();
  const siteName = (id: string) => desk.agent.sites?.find((site) => site.id === id)?.name ?? '';
  if (phase.value === 'failed')
    return (
      <EmptyState picture="storm" title="The list could not be loaded">
        <p>{refusal.value?.message}</p>
        <button type="button" class="button" onClick={() => void refresh()}>
          Load again
        </button>
      </EmptyState>
    );
  if (phase.value === 'loading')
    return (
      <div class="payments-skeleton" role="status" aria-label="Loading notices">
        {[1, 2, 3].map((line) => (
          <span class="skeleton" key={line} />
        ))}
      </div>
    );
  if (lines.value.length === 0)
    return (
      <EmptyState picture="calm" title="No notices">
        <p>
          When something has happened to people’s data, tell them here: soon, plainly, and each of
          them whether it concerns them.
        </p>
      </EmptyState>
    );
  return (
    // biome-ignore lint/a11y/noRedundantRoles: without bullets Safari takes it for no list
    <ul class="notice-lines" aria-label="Notices" role="list">
      {lines.value.map((view) => (
        <Line key={view.id} view={view} site={siteName(view.siteId)} now={now} />
      ))}
    </ul>
  );
}

/** What people are told of a breach: drafts, what is out, and what was closed [NOTICE-1]. */
export function NoticesPage({ desk }: { desk: Desk }) {
  const editor = desk.breach.notices.editor.value;
  const mayChange = isOwner(desk.agent);
  const isDraft = editor && (editor.view.value?.status ?? 'draft') === 'draft';
  return (
    <main class="payments-page">
      <header class="payments-head">
        <h2>
          {editor ? (
            <a class="notices-back" href={noticesAddress()}>
              <Icon name="back" class="flips" />
              Notices
            </a>
          ) : (
            'Notices'
          )}
        </h2>
        {mayChange && !editor && (
          <a class="button button-primary" href={noticesAddress('new')}>
            <Icon name="plus" />
            Write a notice
          </a>
        )}
      </header>
      <div class="payments-scroll notices">
        {!editor && <List desk={desk} />}
        {editor && isDraft && mayChange && <NoticeForm editor={editor} desk={desk} />}
        {editor && !(isDraft && mayChange) && <NoticeOut editor={editor} mayChange={mayChange} />}
      </div>
    </main>
  );
}
