import { useId, useRef } from 'preact/hooks';
import { DESCRIPTION_MAX_LENGTH } from '../../protocol/limits.ts';
import { currencyChoices } from '../format/currency-names.ts';
import { dateTime } from '../format/times.ts';
import { EXPIRY_CHOICES, KEEP_EXPIRY } from '../models/expiry.ts';
import type { Field, PaymentForm } from '../models/payment-form.ts';
import type { Templates } from '../models/templates.ts';
import { FieldRow, FormRefusal } from './FieldRow.tsx';
import { LineItemsField } from './LineItemsField.tsx';
import { Modal } from './Modal.tsx';
import { TemplatesField } from './TemplatesField.tsx';

export interface RequestPaymentDialogProps {
  form: PaymentForm;
  visitor: string;
  templates: Templates;
  onClose: () => void;
}

const WORDS = {
  request: {
    title: 'Request payment',
    send: 'Send request',
    sending: 'Requesting…',
    again: 'Trying again is safe: the visitor is asked once, whatever happened to the first try.',
  },
  edit: {
    title: 'Edit request',
    send: 'Save changes',
    sending: 'Saving…',
    again: 'Trying again is safe: it is changed once, whatever happened to the first try.',
  },
} as const;

/** Amount and description above; what few requests need stands below, where it is not in the way. */
export function RequestPaymentDialog({
  form,
  visitor,
  templates,
  onClose,
}: RequestPaymentDialogProps) {
  const base = useId();
  const root = useRef<HTMLFormElement>(null);
  const problems = form.problems.value;
  const phase = form.phase.value;
  const locked = phase !== 'editing';
  const hasLines = form.lines.rows.value.length > 0;
  const words = WORDS[form.kind];

  const props = (field: Field) => ({
    id: `${base}-${field}`,
    name: field,
    value: form[field].value,
    'aria-invalid': problems[field] !== undefined,
    'aria-describedby': `${base}-${field}-hint`,
    onBlur: () => form[field].value && form.leave(field),
  });
  const row = (field: Field) => ({ id: `${base}-${field}`, problem: problems[field] });
  const close = () => root.current?.closest('dialog')?.close();

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const { accepted, focus } = await form.submit();
    if (accepted) close();
    else if (focus) root.current?.querySelector<HTMLElement>(`[name=${focus}]`)?.focus();
  }

  return (
    <Modal title={words.title} onClose={onClose}>
      <form ref={root} class="modal-body" noValidate onSubmit={submit}>
        <p class="modal-lead">
          {form.kind === 'request'
            ? `${visitor} gets a card in the conversation and pays there. Card details go to the payment provider only.`
            : `${visitor} sees the request as you change it. The one before can no longer be paid.`}
        </p>
        {form.kind === 'request' && (
          <TemplatesField
            templates={templates}
            locked={locked}
            onChoose={form.fill}
            onSave={form.asTemplate}
          />
        )}
        <div class="field-pair">
          <FieldRow
            {...row('amount')}
            label="Amount"
            hint={hasLines ? 'The sum of the items' : `For example ${form.example.value}`}
          >
            <input
              {...props('amount')}
              class="input input-money"
              inputMode="decimal"
              autocomplete="off"
              autofocus
              readOnly={locked || hasLines}
              onInput={(event) => form.set('amount', event.currentTarget.value)}
            />
          </FieldRow>
          <FieldRow {...row('currency')} label="Currency">
            <select
              {...props('currency')}
              class="select"
              disabled={locked}
              onChange={(event) => form.set('currency', event.currentTarget.value)}
            >
              {currencyChoices(form.currency.value).map(({ label, options }) => (
                <optgroup key={label} label={label}>
                  {options.map(({ code, name }) => (
                    <option key={code} value={code}>
                      {code} – {name}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </FieldRow>
        </div>
        <FieldRow
          {...row('description')}
          label="Description"
          hint="The visitor sees this beside the sum."
        >
          <input
            {...props('description')}
            class="input"
            dir="auto"
            autocomplete="off"
            maxLength={DESCRIPTION_MAX_LENGTH}
            readOnly={locked}
            onInput={(event) => form.set('description', event.currentTarget.value)}
          />
        </FieldRow>
        <LineItemsField lines={form.lines} locked={locked} />
        <div class="field-pair">
          <FieldRow {...row('receiptEmail')} label="Receipt e-mail" hint="Optional">
            <input
              {...props('receiptEmail')}
              class="input"
              type="email"
              autocomplete="off"
              readOnly={locked}
              onInput={(event) => form.set('receiptEmail', event.currentTarget.value)}
            />
          </FieldRow>
          <FieldRow {...row('expiry')} label="Can be paid for">
            <select
              {...props('expiry')}
              class="select"
              disabled={locked}
              onChange={(event) => form.set('expiry', event.currentTarget.value)}
            >
              {form.standsUntil !== undefined && (
                <option value={KEEP_EXPIRY}>
                  As it is, until {dateTime(form.standsUntil, Date.now())}
                </option>
              )}
              {EXPIRY_CHOICES.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </FieldRow>
        </div>
        {form.refusal.value && (
          <FormRefusal refusal={form.refusal.value} again={phase === 'unknown' && words.again} />
        )}
        <footer class="modal-foot">
          <p class="payment-shown" aria-live="polite">
            {form.shown.value && (
              <>
                Asks for <strong>{form.shown.value}</strong>
              </>
            )}
          </p>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={phase === 'sending'}>
            {phase === 'sending' ? words.sending : words.send}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
