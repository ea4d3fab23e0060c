/**
 * Stripe's request encoding: form fields whose names nest with brackets
 * (`card[number]`, `expand[0]`, `types[]`). Decodes to plain nested records and
 * reads typed values out of them. Knows nothing of any endpoint.
 */
import { invalidInteger, invalidRequest, missingParameter } from './api-error.ts';

export type FormValue = string | FormRecord;
export interface FormRecord {
  [key: string]: FormValue;
}

/** Decodes an urlencoded body or query. Records have no prototype, so no name can be special. */
export function decodeForm(encoded: string): FormRecord {
  const root = emptyRecord();
  for (const [name, value] of new URLSearchParams(encoded)) assign(root, pathOf(name), value);
  return root;
}

export function readString(form: FormRecord, name: string): string | undefined {
  const value = form[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw invalidRequest(`Invalid string: ${name}`, { param: name });
  return value;
}

export function requireString(form: FormRecord, name: string): string {
  const value = readString(form, name);
  if (value === undefined) throw missingParameter(name);
  return value;
}

export function readInteger(form: FormRecord, name: string): number | undefined {
  const value = readString(form, name);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(value)) throw invalidInteger(name, value);
  return Number(value);
}

export function readBoolean(form: FormRecord, name: string): boolean | undefined {
  const value = readString(form, name);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') {
    throw invalidRequest(`Invalid boolean: ${value}`, { param: name });
  }
  return value === 'true';
}

export function readRecord(form: FormRecord, name: string): FormRecord | undefined {
  const value = form[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') throw invalidRequest('Invalid object', { param: name });
  return value;
}

export function readList(form: FormRecord, name: string): string[] {
  const record = readRecord(form, name);
  if (!record) return [];
  return Object.values(record).filter((value) => typeof value === 'string');
}

/** Stripe refuses what it does not know; a typo in production code must not pass here. */
export function refuseUnknown(form: FormRecord, known: readonly string[]): void {
  const unknown = Object.keys(form).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalidRequest(`Received unknown parameter: ${unknown}`, {
    code: 'parameter_unknown',
    param: unknown,
  });
}

function emptyRecord(): FormRecord {
  return Object.create(null) as FormRecord;
}

function pathOf(name: string): string[] {
  const first = name.indexOf('[');
  if (first <= 0 || !name.endsWith(']')) return [name];
  return [name.slice(0, first), ...name.slice(first + 1, -1).split('][')];
}

function assign(record: FormRecord, [head = '', ...rest]: string[], value: string): void {
  const key = head === '' ? String(Object.keys(record).length) : head;
  if (rest.length === 0) {
    record[key] = value;
    return;
  }
  const existing = record[key];
  const child = existing !== undefined && typeof existing !== 'string' ? existing : emptyRecord();
  record[key] = child;
  assign(child, rest, value);
}
