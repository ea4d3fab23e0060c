import type { Ref } from 'preact';
import type { Desk } from '../desk.ts';
import { foldPayments } from '../models/payments.ts';
import { ConversationList } from './ConversationList.tsx';
import { ConversationPane } from './ConversationPane.tsx';
import { Details } from './Details.tsx';
import { EmptyState } from './EmptyState.tsx';

export interface InboxPageProps {
  desk: Desk;
  field: Ref<HTMLTextAreaElement>;
  detailsOpen: boolean;
  onDetails: (wanted: boolean) => void;
  onRequestPayment: (() => void) | undefined;
}

/** The list, the conversation that was chosen, and what is known of its visitor. */
export function InboxPage(props: InboxPageProps) {
  const { desk, detailsOpen, onDetails } = props;
  const open = desk.selected.value;
  const summary = desk.summary.value;
  return (
    <>
      <ConversationList desk={desk} />
      {open ? (
        <ConversationPane {...props} open={open} onDetails={() => onDetails(!detailsOpen)} />
      ) : (
        <main class="conversation conversation-none">
          <EmptyState picture="choose" title="No conversation chosen">
            <p>
              Pick one from the list, or press <kbd>j</kbd> for the first. Press <kbd>?</kbd> for
              all keys.
            </p>
          </EmptyState>
        </main>
      )}
      {open && summary && detailsOpen && (
        <Details
          summary={summary}
          payments={foldPayments(open.thread.entries.value)}
          onClose={() => onDetails(false)}
        />
      )}
    </>
  );
}
