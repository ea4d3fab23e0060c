/** The card form in the frame's document: three fields, their errors, the brand. */
import {
  type Brand,
  cvcProblem,
  digitsOf,
  expiryProblem,
  formatExpiry,
  formatNumber,
  isFullNumber,
  numberProblem,
  type Problem,
  parseExpiry,
  ruleFor,
} from './card-format.ts';
import type { CardTexts } from './card-texts.ts';

export type FieldName = 'number' | 'expiry' | 'cvc';

export interface CardDetails {
  number: string;
  cvc: string;
  expMonth: number;
  expYear: number;
}

export interface CardForm {
  setTexts(texts: CardTexts): void;
  /** Shows what is wrong, puts the focus there, and returns it; undefined when all is well. */
  validate(): { code: Problem; message: string } | undefined;
  /** Only to be called after `validate` found nothing. */
  details(): CardDetails;
  state(): { complete: boolean; empty: boolean };
  showError(field: FieldName, message: string): void;
  setBusy(busy: boolean): void;
  focus(): void;
  blur(): void;
  clear(): void;
}

const FIELDS: readonly FieldName[] = ['number', 'expiry', 'cvc'];

export function createCardForm(onInput: () => void): CardForm {
  const inputs = {
    number: byId('number', HTMLInputElement),
    expiry: byId('expiry', HTMLInputElement),
    cvc: byId('cvc', HTMLInputElement),
  };
  const fieldset = byId('card', HTMLFieldSetElement);
  let texts: CardTexts | undefined;

  function problemOf(field: FieldName): Problem | undefined {
    if (field === 'number') return numberProblem(inputs.number.value);
    if (field === 'expiry') return expiryProblem(inputs.expiry.value, new Date());
    return cvcProblem(inputs.cvc.value, inputs.number.value);
  }

  function showError(field: FieldName, message: string): void {
    const error = byId(`${field}-error`, HTMLElement);
    error.textContent = message;
    error.hidden = message === '';
    inputs[field].setAttribute('aria-invalid', String(message !== ''));
  }

  function showProblem(field: FieldName, problem: Problem | undefined): void {
    showError(field, problem && texts ? texts.problems[problem] : '');
  }

  function onNumber(): void {
    const { brand, cvcLength } = ruleFor(digitsOf(inputs.number.value));
    showBrand(brand);
    inputs.cvc.maxLength = cvcLength;
    inputs.cvc.placeholder = 'CVC';
    if (isFullNumber(inputs.number.value)) advance('number', inputs.expiry);
  }

  /** Moves on once a field is full, but only for someone who is typing at its end. */
  function advance(from: FieldName, next: HTMLInputElement): void {
    const input = inputs[from];
    if (document.activeElement !== input || input.selectionStart !== input.value.length) return;
    next.focus();
  }

  inputs.number.addEventListener('input', () => {
    reformat(inputs.number, formatNumber(inputs.number.value));
    onNumber();
  });
  inputs.expiry.addEventListener('input', (event) => {
    const deleting = event instanceof InputEvent && event.inputType.startsWith('delete');
    reformat(inputs.expiry, formatExpiry(inputs.expiry.value, deleting));
    if (problemOf('expiry') === undefined) advance('expiry', inputs.cvc);
  });
  inputs.cvc.addEventListener('input', () => {
    reformat(inputs.cvc, digitsOf(inputs.cvc.value));
  });
  for (const field of FIELDS) {
    inputs[field].addEventListener('input', () => {
      const problem = problemOf(field);
      // While typing only what can no longer become right is pointed out.
      const final = problem !== undefined && !problem.startsWith('incomplete');
      showProblem(field, final ? problem : undefined);
      onInput();
    });
    inputs[field].addEventListener('blur', () => {
      if (inputs[field].value !== '') showProblem(field, problemOf(field));
    });
    inputs[field].addEventListener('keydown', (event) => {
      if (event.key === 'Backspace' && inputs[field].value === '') previous(field)?.focus();
    });
  }

  function previous(field: FieldName): HTMLInputElement | undefined {
    const name = FIELDS[FIELDS.indexOf(field) - 1];
    return name && inputs[name];
  }

  return {
    showError,
    setTexts(next) {
      texts = next;
      for (const field of FIELDS) byId(`${field}-label`, HTMLElement).textContent = next[field];
      inputs.expiry.placeholder = next.expiryPlaceholder;
    },
    validate() {
      const wrong = FIELDS.map((field) => ({ field, code: problemOf(field) }));
      for (const { field, code } of wrong) showProblem(field, code);
      const first = wrong.find(({ code }) => code !== undefined);
      if (!first?.code) return undefined;
      inputs[first.field].focus();
      return { code: first.code, message: texts?.problems[first.code] ?? first.code };
    },
    details() {
      const expiry = parseExpiry(inputs.expiry.value);
      return {
        number: digitsOf(inputs.number.value),
        cvc: inputs.cvc.value,
        expMonth: expiry?.month ?? 0,
        expYear: expiry?.year ?? 0,
      };
    },
    state: () => ({
      complete: FIELDS.every((field) => problemOf(field) === undefined),
      empty: FIELDS.every((field) => inputs[field].value === ''),
    }),
    setBusy(busy) {
      fieldset.disabled = busy;
    },
    focus: () => inputs.number.focus(),
    blur() {
      for (const field of FIELDS) inputs[field].blur();
    },
    clear() {
      for (const field of FIELDS) {
        inputs[field].value = '';
        showError(field, '');
      }
      showBrand('unknown');
      onInput();
    },
  };
}

/** Puts the caret back behind the same digit. */
function reformat(input: HTMLInputElement, formatted: string): void {
  const caret = input.selectionStart ?? input.value.length;
  const atEnd = caret === input.value.length;
  const digitsBefore = digitsOf(input.value.slice(0, caret)).length;
  if (input.value === formatted) return;
  input.value = formatted;
  if (atEnd) return;
  let position = 0;
  for (let digits = 0; digits < digitsBefore && position < formatted.length; position++) {
    if (/\d/.test(formatted[position] ?? '')) digits++;
  }
  input.setSelectionRange(position, position);
}

function showBrand(brand: Brand): void {
  document.documentElement.dataset.brand = brand;
}

function byId<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`The frame's document lacks ${id}`);
}
