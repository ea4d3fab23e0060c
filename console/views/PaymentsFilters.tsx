import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { PAYMENT_STATES, paymentWords } from '../models/payments.ts';
import { type StateChoice, WAITING_CHOICES } from '../models/payments-filter.ts';
import { Icon } from './Icon.tsx';

const isChoice = (value: string): value is StateChoice =>
  [...PAYMENT_STATES, ...WAITING_CHOICES].some((choice) => choice === value);

function Choice(props: {
  label: string;
  value: string;
  any: string;
  onChange: (value: string) => void;
  children: ComponentChildren;
}) {
  const { label, value, any, onChange, children } = props;
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class={`select ${value ? 'select-set' : ''}`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{any}</option>
        {children}
      </select>
    </div>
  );
}

function Day(props: { label: string; value: string; onChange: (value: string) => void }) {
  const { label, value, onChange } = props;
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="date"
        class={`input ${value ? 'select-set' : ''}`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

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
