import { useEffect, useRef } from 'preact/hooks';
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import type { Desk } from '../desk.ts';
import { awaitsApproval } from '../format/payment-words.ts';
import type { PaymentPanel as PaymentPanelModel } from '../models/payment-panel.ts';
import { mayReturn, offered, offeredForRefund } from '../models/permissions.ts';
import { AttentionNote } from './AttentionNote.tsx';
import { EmptyState } from './EmptyState.tsx';
import { Icon } from './Icon.tsx';
import type { PaymentDialogKind } from './PaymentDialogs.tsx';
import { Facts, Items } from './PaymentFacts.tsx';
import { PaymentHistory } from './PaymentHistory.tsx';
import { Dispute, Refunds } from './PaymentReturns.tsx';
import { PaymentStateTag } from './PaymentTags.tsx';

export interface PaymentPanelProps {
  desk: Desk;
  panel: PaymentPanelModel;
  /** Where closing leads. */
  back: string;
  /** Whether the conversation stands beside it already. */
  inConversation: boolean;
  onDialog: (kind: PaymentDialogKind) => void;
}

function Actions({
  desk,
  panel,
  summary,
  onDialog,
}: Pick<PaymentPanelProps, 'desk' | 'panel' | 'onDialog'> & { summary: PaymentSummary }) {
  const may = offered(desk.agent, summary);
  const busy = panel.busy.value;
  if (!Object.values(may).some(Boolean)) return null;
  return (
    <div class="panel-actions">
      {may.approve && (
        <button
          type="button"
          class="button button-primary"
          disabled={busy}
          onClick={() => void panel.approve()}
        >
          <Icon name="check" />
          Approve
        </button>
      )}
      {may.refund && (
        <button type="button" class="button" onClick={() => onDialog('refund')}>
          <Icon name="undo" class="flips" />
          Refund
        </button>
      )}
      {may.edit && (
        <button type="button" class="button" onClick={() => onDialog('edit')}>
          <Icon name="edit" />
          Edit
        </button>
      )}
      {may.cancel && (
        <button type="button" class="button" onClick={() => onDialog('cancel')}>
          <Icon name="close" />
          Cancel request
        </button>
      )}
    </div>
  );
}

function Waiting({ summary, mine }: { summary: PaymentSummary; mine: boolean }) {
  if (!awaitsApproval(summary.payment)) return null;
  return (
    <p class="notice notice-waiting">
      <Icon name="clock" />
      <span>
        {mine ? 'You asked for it, so somebody else has to approve it' : 'It has to be approved'}{' '}
        before the visitor can pay.
      </span>
    </p>
  );
}

function Whole(props: PaymentPanelProps & { summary: PaymentSummary }) {
  const { desk, panel, summary, inConversation } = props;
  const { payment } = summary;
  const lines = panel.lines.value;
  return (
    <>
      <div class="panel-top">
        <p class="panel-sum">{formatMoney(payment.amountMinor, payment.currency)}</p>
        <p class="panel-what">
          <bdi>{payment.description}</bdi>
        </p>
        <p class="panel-tags">
          <PaymentStateTag payment={payment} />
        </p>
        {payment.status === 'failed' && payment.reason && (
          <p class="payment-reason">{payment.reason}</p>
        )}
      </div>
      <AttentionNote
        summary={summary}
        mayReturn={mayReturn(desk.agent, summary)}
        onReturn={() => props.onDialog('return')}
      />
      <Waiting summary={summary} mine={summary.requestedBy.id === desk.agent.id} />
      {panel.refusal.value && (
        <p class="notice notice-bad" role="alert">
          <Icon name="warning" />
          <span>{panel.refusal.value.message}</span>
          <button type="button" class="link-button" onClick={panel.dismiss}>
            Dismiss
          </button>
        </p>
      )}
      <Actions {...props} />
      <Dispute summary={summary} />
      <Refunds
        payment={payment}
        busy={panel.busy.value}
        offered={(refund) => offeredForRefund(desk.agent, refund, lines)}
        onApprove={(refundId) => void panel.approveRefund(refundId)}
        onCallOff={(refundId) => void panel.callOffRefund(refundId)}
      />
      <Items payment={payment} />
      <Facts summary={summary} visitor={desk.visitorOf(summary)} linked={!inConversation} />
      <PaymentHistory lines={lines} currency={payment.currency} meId={desk.agent.id} />
    </>
  );
}

function Body(props: PaymentPanelProps) {
  const { panel } = props;
  const summary = panel.summary.value;
  if (panel.phase.value === 'failed')
    return (
      <EmptyState picture="storm" title="The payment could not be loaded">
        <p>{panel.refusal.value?.message}</p>
        <button type="button" class="button" onClick={() => void panel.load()}>
          Load again
        </button>
      </EmptyState>
    );
  if (!summary || panel.phase.value === 'loading')
    return (
      <div class="payments-skeleton" role="status" aria-label="Loading the payment">
        <span class="skeleton panel-skeleton" />
        <span class="skeleton" />
        <span class="skeleton panel-skeleton" />
      </div>
    );
  return <Whole {...props} summary={summary} />;
}

/** One payment: all that is known of it, what happened, and what can be done. */
export function PaymentPanel(props: PaymentPanelProps) {
  const close = useRef<HTMLAnchorElement>(null);
  const { paymentId } = props.panel;
  // Where it covers what it was opened from, the focus goes along, and back to the line it came from.
  useEffect(() => {
    if (!window.matchMedia('(width < 1200px)').matches) return;
    close.current?.focus();
    return () => document.querySelector<HTMLElement>(`a[data-payment="${paymentId}"]`)?.focus();
  }, [paymentId]);
  // On a phone it is all there is on screen, and so the main thing.
  const Frame = window.matchMedia('(width < 768px)').matches ? 'main' : 'aside';
  return (
    <Frame class="panel" aria-label="Payment">
      <header class="panel-head">
        <h2>Payment</h2>
        <a ref={close} class="icon-button" href={props.back} aria-label="Close payment">
          <Icon name="close" />
        </a>
      </header>
      <div class="panel-scroll" key={paymentId}>
        <Body {...props} />
      </div>
    </Frame>
  );
}
