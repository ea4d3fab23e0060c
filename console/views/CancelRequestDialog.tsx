import { useEffect, useMemo, useRef } from 'preact/hooks';
import { newClientId } from '../../protocol/client-id.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentPanel } from '../models/payment-panel.ts';
import { createSubmission } from '../models/submission.ts';
import { FormRefusal } from './FieldRow.tsx';
import { Modal } from './Modal.tsx';

export function CancelRequestDialog({
  panel,
  onClose,
}: {
  panel: PaymentPanel;
  onClose: () => void;
}) {
  const root = useRef<HTMLFormElement>(null);
  const submission = useMemo(() => createSubmission(newClientId), []);
  const phase = submission.phase.value;
  const refusal = submission.refusal.value;
  const payment = panel.summary.value?.payment;
  const close = () => root.current?.closest('dialog')?.close();

  // Also when somebody else was faster, or the answer to a first try was lost.
  const isDone = payment?.status === 'canceled';
  useEffect(() => {
    if (isDone) close();
  }, [isDone]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (await submission.run(panel.cancel)) close();
  }

  return (
    <Modal title="Cancel request" onClose={onClose}>
      <form ref={root} class="modal-body" onSubmit={submit}>
        {payment && (
          <p class="modal-lead">
            The request for <strong>{formatMoney(payment.amountMinor, payment.currency)}</strong>,{' '}
            <bdi>{payment.description}</bdi>, can then no longer be paid. The visitor sees that it
            was canceled.
          </p>
        )}
        {refusal && <FormRefusal refusal={refusal} again={phase === 'unknown' && 'Try again.'} />}
        <footer class="modal-foot">
          <button type="button" class="button" autofocus onClick={close}>
            Keep it
          </button>
          <button type="submit" class="button button-danger" disabled={phase === 'sending'}>
            {phase === 'sending' ? 'Canceling…' : 'Cancel request'}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
