import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A label above what it names. */
export function Field(props: { label: string; children: (id: string) => ComponentChildren }) {
  const { label, children } = props;
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}

/** One of a list, or any of it: the empty value, shown as `any`. */
export const Choice = (props: {
  label: string;
  any: string;
  value: string;
  onChange: (value: string) => void;
  children: ComponentChildren;
}) => (
  <Field label={props.label}>
    {(id) => (
      <select
        id={id}
        class={`select ${props.value ? 'select-set' : ''}`}
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        <option value="">{props.any}</option>
        {props.children}
      </select>
    )}
  </Field>
);
