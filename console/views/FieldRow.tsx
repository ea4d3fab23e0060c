import type { ComponentChildren } from 'preact';
import { Icon } from './Icon.tsx';

export interface FieldRowProps {
  id: string;
  label: string;
  problem?: string | null | undefined;
  hint?: ComponentChildren;
  children: ComponentChildren;
}

/** A labelled field with one line below it: what is wrong, or else a hint. */
export function FieldRow({ id, label, problem, hint, children }: FieldRowProps) {
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {children}
      <p class={problem ? 'field-problem' : 'field-hint'} id={`${id}-hint`} aria-live="polite">
        {problem ?? hint}
      </p>
    </div>
  );
}

/** Why a form was refused, and whether trying again is safe. */
export function FormRefusal({ refusal, again }: { refusal: string; again: string | false }) {
  return (
    <p class="notice notice-bad" role="alert">
      <Icon name="warning" />
      <span>
        {refusal}
        {again && ` ${again}`}
      </span>
    </p>
  );
}
