import type { Ref } from 'preact';
import { useCallback } from 'preact/hooks';
import type { Desk, OpenConversation } from '../desk.ts';
import { mayApprove } from '../models/permissions.ts';
import { Composer } from './Composer.tsx';
import { ConversationHeader } from './ConversationHeader.tsx';
import { EmptyState } from './EmptyState.tsx';
import { Icon } from './Icon.tsx';
import { Log } from './Log.tsx';

export interface ConversationPaneProps {
  desk: Desk;
  open: OpenConversation;
  field: Ref<HTMLTextAreaElement>;
  detailsOpen: boolean;
  onDetails: () => void;
  onRequestPayment: (() => void) | undefined;
}

function LogSkeleton() {
  return (
    <div class="log-skeleton" role="status" aria-label="Loading the conversation">
      <span class="skeleton skeleton-theirs" />
      <span class="skeleton skeleton-theirs skeleton-short" />
      <span class="skeleton skeleton-ours" />
      <span class="skeleton skeleton-theirs" />
    </div>
  );
}

function Body({
  desk,
  open,
  onRequestPayment,
}: Pick<ConversationPaneProps, 'desk' | 'open' | 'onRequestPayment'>) {
  const { thread } = open;
  const { conversationId } = thread;
  const onRead = useCallback(
    (seq: number) => desk.markRead(conversationId, seq),
    [desk, conversationId],
  );
  if (thread.phase.value === 'loading') return <LogSkeleton />;
  if (thread.phase.value === 'failed')
    return (
      <EmptyState picture="storm" title="The conversation could not be loaded">
        <p>{thread.refusal.value?.message}</p>
        <button type="button" class="button" onClick={() => void thread.sync()}>
          Load again
        </button>
      </EmptyState>
    );
  return (
    <Log
      thread={thread}
      summary={desk.summary.value}
      me={desk.agent}
      typing={desk.typing.value.get(conversationId)}
      onRead={onRead}
      paymentId={desk.place.value.paymentId}
      mayApprove={(payment) => mayApprove(desk.agent, payment, payment.requestedById)}
      onApprove={(paymentId) => void desk.approvePayment(paymentId)}
      onRequestPayment={onRequestPayment}
      attentionOf={(paymentId) => desk.payments.attention.byPayment.value.get(paymentId)?.attention}
    />
  );
}

export function ConversationPane(props: ConversationPaneProps) {
  const { desk, open, field, onRequestPayment } = props;
  const summary = desk.summary.value;
  const notice = desk.notice.value;
  return (
    <main class="conversation">
      {summary && <ConversationHeader {...props} summary={summary} />}
      {notice && (
        <p class="notice notice-bad conversation-notice" role="alert">
          <Icon name="warning" />
          <span>{notice.message}</span>
          <button type="button" class="link-button" onClick={desk.dismissNotice}>
            Dismiss
          </button>
        </p>
      )}
      <Body
        key={open.thread.conversationId}
        desk={desk}
        open={open}
        onRequestPayment={onRequestPayment}
      />
      {open.thread.phase.value !== 'failed' && (
        <Composer
          key={`c${open.thread.conversationId}`}
          composer={open.composer}
          field={field}
          onRequestPayment={onRequestPayment}
        />
      )}
    </main>
  );
}
