import { useId, useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { PAYMENT_STATES, paymentWords } from '../format/payment-words.ts';
import { type StateChoice, WAITING_CHOICES } from '../models/payments-filter.ts';
import { Choice, Field } from './Field.tsx';
import { Icon } from './Icon.tsx';

const isChoice = (value: string): value is StateChoice =>
  [...PAYMENT_STATES, ...WAITING_CHOICES].some((choice) => choice === value);

const Day = (props: { label: string; value: string; onChange: (value: string) => void }) => (
  <Field label={props.label}>
    {(id) => (
      <input
        id={id}
        type="date"
        class={`input ${props.value ? 'select-set' : ''}`}
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
    )}
  </Field>
);

export function PaymentsFilters({ desk }: { desk: Desk }) {
  const { agent, payments } = desk;
  const { filter, filtered, currencies, setFilter, clearFilter } = payments.list;
  const fields = filter.value;
  // On a phone they are folded away until they are wanted.
  const [open, setOpen] = useState(false);
  const id = useId();
  const others = agent.colleagues.filter((colleague) => colleague.id !== agent.id);
  const set = Object.values(fields).filter(Boolean).length;
  return (
    <search class="payments-filters">
      <button
        type="button"
        class="button payments-filters-toggle"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Icon name="filter" />
        Filters{set > 0 && ` (${set})`}
      </button>
      <div class={`payments-filters-fields ${open ? 'payments-filters-open' : ''}`} id={id}>
        <Choice
          label="State"
          any="Any state"
          value={fields.status}
          onChange={(value) => setFilter({ status: isChoice(value) ? value : '' })}
        >
          <option value="waiting">Waiting for approval</option>
          <option value="attention">Needs attention</option>
          {PAYMENT_STATES.map((status) => (
            <option key={status} value={status}>
              {paymentWords(status)}
            </option>
          ))}
        </Choice>
        <Choice
          label="Agent"
          any="Any agent"
          value={fields.agentId}
          onChange={(agentId) => setFilter({ agentId })}
        >
          <option value={agent.id}>{agent.name} (you)</option>
          {others.map((colleague) => (
            <option key={colleague.id} value={colleague.id}>
              {colleague.name}
            </option>
          ))}
        </Choice>
        <Choice
          label="Currency"
          any="Any currency"
          value={fields.currency}
          onChange={(currency) => setFilter({ currency })}
        >
          {currencies.value.map((currency) => (
            <option key={currency} value={currency}>
              {currency}
            </option>
          ))}
        </Choice>
        <Day label="From" value={fields.from} onChange={(from) => setFilter({ from })} />
        <Day label="To" value={fields.to} onChange={(to) => setFilter({ to })} />
        {filtered.value && (
          <button type="button" class="button button-quiet" onClick={clearFilter}>
            Clear
          </button>
        )}
      </div>
    </search>
  );
}
