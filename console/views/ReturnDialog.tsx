import { useEffect, useMemo, useRef } from 'preact/hooks';
import { newClientId } from '../../protocol/client-id.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentPanel } from '../models/payment-panel.ts';
import { createSubmission } from '../models/submission.ts';
import { FormRefusal } from './FieldRow.tsx';
import { Modal } from './Modal.tsx';

/** Before everything that was charged over another sum goes back, once [PAY-12]. */
export function ReturnDialog({ panel, onClose }: { panel: PaymentPanel; onClose: () => void }) {
  const root = useRef<HTMLFormElement>(null);
  const submission = useMemo(() => createSubmission(newClientId), []);
  const phase = submission.phase.value;
  const refusal = submission.refusal.value;
  const attention = panel.summary.value?.attention;
  const sum = attention?.code === 'amount_differs' ? attention : undefined;
  const left = sum ? sum.amountMinor - sum.returnedMinor : 0;
  const close = () => root.current?.closest('dialog')?.close();

  // Also when somebody else was faster, or the answer to a first try was lost.
  useEffect(() => {
    if (left === 0) close();
  }, [left]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (await submission.run(panel.giveBack)) close();
  }

  return (
    <Modal title="Give it back" onClose={onClose}>
      <form ref={root} class="modal-body" onSubmit={submit}>
        {sum && (
          <p class="modal-lead">
            <strong>{formatMoney(left, sum.currency)}</strong> goes back to where it came from. Once
            it is there the request ends, and you can ask again.
          </p>
        )}
        {refusal && (
          <FormRefusal
            refusal={refusal}
            again={
              phase === 'unknown' &&
              'Trying again is safe: it is given back once, whatever happened to the first try.'
            }
          />
        )}
        <footer class="modal-foot">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            class="button button-primary"
            autofocus
            disabled={phase === 'sending'}
          >
            {phase === 'sending' ? 'Sending…' : 'Give it back'}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
