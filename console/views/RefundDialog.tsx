import { useId, useRef } from 'preact/hooks';
import { REASON_WORDS } from '../format/refund-reasons.ts';
import type { RefundForm } from '../models/refund-form.ts';
import { FieldRow, FormRefusal } from './FieldRow.tsx';
import { Modal } from './Modal.tsx';

export function RefundDialog({ form, onClose }: { form: RefundForm; onClose: () => void }) {
  const base = useId();
  const root = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const phase = form.phase.value;
  const locked = phase !== 'editing';
  const problem = form.problem.value;
  const shown = form.shown.value;
  const close = () => root.current?.closest('dialog')?.close();

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (await form.submit()) close();
    else if (form.problem.peek()) field.current?.focus();
  }

  return (
    <Modal title="Refund" onClose={onClose}>
      <form ref={root} class="modal-body" noValidate onSubmit={submit}>
        <p class="modal-lead">
          The money goes back to where it came from. It can take the bank some days.
        </p>
        <FieldRow
          id={`${base}-amount`}
          label="Amount"
          problem={problem}
          hint={`${form.remaining.value} can be given back`}
        >
          <input
            ref={field}
            id={`${base}-amount`}
            class="input input-money"
            inputMode="decimal"
            autocomplete="off"
            autofocus
            value={form.amount.value}
            readOnly={locked}
            aria-invalid={problem !== null}
            aria-describedby={`${base}-amount-hint`}
            onInput={(event) => form.setAmount(event.currentTarget.value)}
          />
        </FieldRow>
        <FieldRow id={`${base}-reason`} label="Reason">
          <select
            id={`${base}-reason`}
            class="select"
            value={form.reason.value}
            disabled={locked}
            onChange={({ currentTarget }) => {
              const chosen = REASON_WORDS.find(([reason]) => reason === currentTarget.value);
              if (chosen) form.setReason(chosen[0]);
            }}
          >
            {REASON_WORDS.map(([reason, words]) => (
              <option key={reason} value={reason}>
                {words}
              </option>
            ))}
          </select>
        </FieldRow>
        {form.refusal.value && (
          <FormRefusal
            refusal={form.refusal.value}
            again={
              phase === 'unknown' &&
              'Trying again is safe: it is given back once, whatever happened to the first try.'
            }
          />
        )}
        <footer class="modal-foot">
          <p class="payment-shown" aria-live="polite">
            {shown && !locked && (
              <>
                Gives back <strong>{shown.gives}</strong>, leaves {shown.leaves}
              </>
            )}
          </p>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={phase === 'sending'}>
            {phase === 'sending' ? 'Sending…' : 'Send refund'}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
