import type { Desk } from '../desk.ts';
import { TABS, type Tab } from '../models/inbox.ts';
import { ConversationLine } from './ConversationLine.tsx';
import { EmptyState } from './EmptyState.tsx';
import { useNow } from './use-now.ts';

const TAB_NAMES: Readonly<Record<Tab, string>> = {
  open: 'Open',
  mine: 'Mine',
  resolved: 'Resolved',
  all: 'All',
};
const EMPTY: Readonly<Record<Tab, readonly [string, string]>> = {
  open: ['All quiet', 'New conversations appear here as soon as a visitor writes.'],
  mine: ['Nothing is assigned to you', 'Open a conversation and choose “Assign to me”.'],
  resolved: ['Nothing resolved yet', 'Conversations that you resolve are kept here.'],
  all: ['No conversations yet', 'Put the tag on a page, and visitors can write to you.'],
};

function Skeleton() {
  return (
    <div class="skeleton-list" role="status" aria-label="Loading conversations">
      {[1, 2, 3, 4, 5, 6].map((line) => (
        <div class="skeleton-line" key={line}>
          <span class="skeleton skeleton-avatar" />
          <span class="skeleton skeleton-text" />
        </div>
      ))}
    </div>
  );
}

function Lines({ desk }: { desk: Desk }) {
  const { inbox } = desk;
  const now = useNow();
  const attention = new Set(
    [...desk.payments.attention.byPayment.value.values()].map((line) => line.conversationId),
  );
  const sites = new Set([...inbox.byId.value.values()].map(({ site }) => site.id));
  return (
    // biome-ignore lint/a11y/noRedundantRoles: WebKit drops the role of a list without markers
    <ul class="lines" role="list" aria-label="Conversations">
      {inbox.lines.value.map((line) => (
        <ConversationLine
          key={line.id}
          line={line}
          now={now}
          selected={line.id === desk.selectedId.value}
          typing={desk.typing.value.get(line.id) === 'visitor'}
          mine={line.assignee?.id === desk.agent.id}
          unsent={desk.unsentIn.value.has(line.id)}
          attention={attention.has(line.id)}
          showSite={sites.size > 1}
        />
      ))}
    </ul>
  );
}

function Body({ desk }: { desk: Desk }) {
  const { inbox } = desk;
  if (inbox.phase.value === 'loading') return <Skeleton />;
  if (inbox.phase.value === 'failed')
    return (
      <EmptyState picture="storm" title="The list could not be loaded">
        <p>{inbox.refusal.value?.message}</p>
        <button type="button" class="button" onClick={() => void inbox.refresh()}>
          Load again
        </button>
      </EmptyState>
    );
  const [title, text] = EMPTY[inbox.tab.value];
  return (
    <>
      <Lines desk={desk} />
      {inbox.lines.value.length === 0 && (
        <EmptyState picture="calm" title={title}>
          <p>{text}</p>
        </EmptyState>
      )}
    </>
  );
}

export function ConversationList({ desk }: { desk: Desk }) {
  const { inbox } = desk;
  return (
    <section class="list-column" aria-label="Inbox">
      <header class="list-head">
        <h2>Inbox</h2>
        {inbox.unread.value > 0 && <span class="list-count">{inbox.unread.value} unread</span>}
      </header>
      <fieldset class="list-tabs segments" aria-label="Show">
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            class="segment"
            aria-pressed={inbox.tab.value === tab}
            onClick={() => inbox.show(tab)}
          >
            {TAB_NAMES[tab]}
          </button>
        ))}
      </fieldset>
      <div class="list-scroll">
        <Body desk={desk} />
        {inbox.phase.value === 'ready' && inbox.hasMore.value && (
          <button
            type="button"
            class="button button-quiet list-more"
            onClick={() => void inbox.loadMore()}
          >
            Show more
          </button>
        )}
      </div>
    </section>
  );
}
