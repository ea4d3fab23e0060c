/** Metadata as Stripe keeps it: merged, an empty value removes a key, limits per docs.stripe.com/metadata. */
import { invalidRequest } from './api-error.ts';
import { type FormRecord, readRecord } from './form.ts';

const MAX_KEYS = 50;
const MAX_KEY_LENGTH = 40;
const MAX_VALUE_LENGTH = 500;

export function readMetadata(
  form: FormRecord,
  existing: Record<string, string>,
): Record<string, string> {
  const merged = { ...existing };
  for (const [key, value] of Object.entries(readRecord(form, 'metadata') ?? {})) {
    if (
      typeof value !== 'string' ||
      key.length > MAX_KEY_LENGTH ||
      value.length > MAX_VALUE_LENGTH
    ) {
      throw invalidRequest(`Invalid metadata: ${key}`, { param: 'metadata' });
    }
    if (value === '') delete merged[key];
    else merged[key] = value;
  }
  if (Object.keys(merged).length > MAX_KEYS) {
    throw invalidRequest('You can have up to 50 metadata keys.', { param: 'metadata' });
  }
  return merged;
}
