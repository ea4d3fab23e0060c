import { download } from '../adapter/download.ts';
import type { Desk } from '../desk.ts';
import { EmptyState } from './EmptyState.tsx';
import { Icon } from './Icon.tsx';
import { PaymentsFilters } from './PaymentsFilters.tsx';
import { PaymentsSums } from './PaymentsSums.tsx';
import { PaymentsTable } from './PaymentsTable.tsx';

function Skeleton() {
  return (
    <div class="payments-skeleton" role="status" aria-label="Loading payments">
      {[1, 2, 3, 4, 5, 6, 7].map((line) => (
        <span class="skeleton" key={line} />
      ))}
    </div>
  );
}

function Body({ desk }: { desk: Desk }) {
  const { list } = desk.payments;
  const phase = list.phase.value;
  const isEmpty = list.lines.value.length === 0;
  if (phase === 'failed')
    return (
      <EmptyState picture="storm" title="The list could not be loaded">
        <p>{list.refusal.value?.message}</p>
        <button type="button" class="button" onClick={() => void list.refresh()}>
          Load again
        </button>
      </EmptyState>
    );
  if (isEmpty && phase === 'loading') return <Skeleton />;
  if (isEmpty && list.filtered.value)
    return (
      <EmptyState picture="choose" title="Nothing matches">
        <p>No payment fits all of these filters.</p>
        <button type="button" class="button" onClick={list.clearFilter}>
          Show all payments
        </button>
      </EmptyState>
    );
  if (isEmpty)
    return (
      <EmptyState picture="calm" title="Nothing asked for yet">
        <p>
          {desk.agent.payments
            ? 'Open a conversation and choose “Request payment”: what becomes of it is shown here, live.'
            : 'Payments are not set up for this site yet.'}
        </p>
      </EmptyState>
    );
  return (
    <>
      <PaymentsTable desk={desk} />
      {list.hasMore.value && (
        <button
          type="button"
          class="button button-quiet payments-more"
          disabled={list.loadingMore.value}
          onClick={() => void list.loadMore()}
        >
          {list.loadingMore.value ? 'Loading…' : 'Show more'}
        </button>
      )}
    </>
  );
}

/** Where the money is: every request, live, with what was paid, given back and contested. */
export function PaymentsPage({ desk }: { desk: Desk }) {
  const { list } = desk.payments;
  return (
    <main class="payments-page" aria-busy={list.phase.value === 'loading'}>
      <header class="payments-head">
        <h2>Payments</h2>
        <button type="button" class="button" onClick={() => download(list.exportUrl.peek())}>
          <Icon name="save" />
          Export CSV
        </button>
      </header>
      <div class="payments-scroll">
        <PaymentsFilters desk={desk} />
        <PaymentsSums totals={list.totals.value} />
        <Body desk={desk} />
      </div>
    </main>
  );
}
