import { useId, useRef } from 'preact/hooks';
import { DESCRIPTION_MAX_LENGTH } from '../../protocol/limits.ts';
import {
  type LineDraft,
  type LineField,
  type LineItems,
  lineFieldName,
} from '../models/line-items.ts';
import { Icon } from './Icon.tsx';

function Row({
  row,
  number,
  lines,
  locked,
  onRemove,
}: {
  row: LineDraft;
  number: number;
  lines: LineItems;
  locked: boolean;
  onRemove: () => void;
}) {
  const id = useId();
  const problems = lines.problems.value.get(row.key) ?? {};
  const problem = problems.description ?? problems.quantity ?? problems.price;
  const props = (field: LineField) => ({
    name: lineFieldName(row.key, field),
    class: 'input',
    autocomplete: 'off',
    value: row[field],
    readOnly: locked,
    'aria-invalid': problems[field] !== undefined,
    'aria-describedby': id,
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      lines.set(row.key, field, event.currentTarget.value),
    onBlur: () => row[field] && lines.leave(row.key, field),
  });
  return (
    <li class="line-item">
      <input
        {...props('description')}
        aria-label={`Item ${number}`}
        dir="auto"
        maxLength={DESCRIPTION_MAX_LENGTH}
        placeholder="What it is"
      />
      <input {...props('quantity')} aria-label={`Quantity ${number}`} inputMode="numeric" />
      <input
        {...props('price')}
        aria-label={`Price ${number}`}
        inputMode="decimal"
        placeholder="Price"
      />
      <button
        type="button"
        class="icon-button"
        aria-label={`Remove line ${number}`}
        disabled={locked}
        onClick={onRemove}
      >
        <Icon name="trash" />
      </button>
      <p class="field-problem" id={id} aria-live="polite">
        {problem}
      </p>
    </li>
  );
}

/** Lines of a request: with any of them, their sum is the amount. */
export function LineItemsField({ lines, locked }: { lines: LineItems; locked: boolean }) {
  const root = useRef<HTMLFieldSetElement>(null);
  const rows = lines.rows.value;
  const focus = (selector: string) =>
    // After the row is there, or gone.
    queueMicrotask(() =>
      requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(selector)?.focus()),
    );
  return (
    <fieldset ref={root} class="line-items">
      <legend class="visually-hidden">Items</legend>
      {rows.length > 0 && (
        <div class="line-items-head" aria-hidden="true">
          <span>Item</span>
          <span>Quantity</span>
          <span>Price each</span>
        </div>
      )}
      <ol>
        {rows.map((row, index) => (
          <Row
            key={row.key}
            row={row}
            number={index + 1}
            lines={lines}
            locked={locked}
            onRemove={() => {
              lines.remove(row.key);
              focus('.line-items-add');
            }}
          />
        ))}
      </ol>
      {lines.canAdd.value && (
        <button
          type="button"
          class="button button-quiet line-items-add"
          disabled={locked}
          onClick={() => {
            lines.add();
            focus('.line-item:last-child input');
          }}
        >
          <Icon name="plus" />
          {rows.length ? 'Add another item' : 'Add items'}
        </button>
      )}
    </fieldset>
  );
}
