/** Stripe's cursor pagination (docs.stripe.com/api/pagination). */
import { noSuch } from './api-error.ts';
import { type FormRecord, readInteger, readRecord, readString } from './form.ts';
import type { ApiObject } from './object-store.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/** `objects` come newest first. */
export function toPage(objects: readonly ApiObject[], form: FormRecord, url: string): object {
  const limit = Math.min(readInteger(form, 'limit') ?? DEFAULT_LIMIT, MAX_LIMIT);
  const created = objects.filter((object) => isCreatedWithin(object, form));
  const after = readString(form, 'starting_after');
  const before = readString(form, 'ending_before');
  const start = after ? positionOf(created, after, 'starting_after') + 1 : 0;
  const end = before ? positionOf(created, before, 'ending_before') : created.length;
  const rest = created.slice(start, end);
  const data = before ? rest.slice(-limit) : rest.slice(0, limit);
  return { object: 'list', data, has_more: rest.length > data.length, url };
}

function positionOf(objects: readonly ApiObject[], id: string, param: string): number {
  const position = objects.findIndex((object) => object.id === id);
  if (position < 0) throw noSuch('object', id, param);
  return position;
}

function isCreatedWithin(object: ApiObject, form: FormRecord): boolean {
  if (typeof form.created === 'string') return object.created === readInteger(form, 'created');
  const range = readRecord(form, 'created') ?? {};
  const from = readInteger(range, 'gte') ?? (readInteger(range, 'gt') ?? -1) + 1;
  const until = readInteger(range, 'lte') ?? (readInteger(range, 'lt') ?? Infinity) - 1;
  return object.created >= from && object.created <= until;
}
