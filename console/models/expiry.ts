/** How long a request can be paid: a few choices, and on an edit the time that it has anyway [PAY-7]. */
import { EXPIRY_DEFAULT_MS, EXPIRY_MAX_MS, EXPIRY_MIN_MS } from '../../protocol/limits.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** On an edit: until the moment that stands already. */
export const KEEP_EXPIRY = 'keep';

export interface ExpiryChoice {
  /** Milliseconds from now. */
  value: string;
  label: string;
}
export const EXPIRY_CHOICES: readonly ExpiryChoice[] = [
  { value: `${HOUR_MS / 4}`, label: '15 minutes' },
  { value: `${HOUR_MS}`, label: '1 hour' },
  { value: `${4 * HOUR_MS}`, label: '4 hours' },
  { value: `${EXPIRY_DEFAULT_MS}`, label: '24 hours' },
  { value: `${3 * DAY_MS}`, label: '3 days' },
  { value: `${7 * DAY_MS}`, label: '7 days' },
  { value: `${EXPIRY_MAX_MS}`, label: '30 days' },
];
export const DEFAULT_EXPIRY = `${EXPIRY_DEFAULT_MS}`;

/** @returns what the wire wants; nothing for what the server takes anyway. */
export function expiresInMs(choice: string, standsUntil: number | undefined, now: number) {
  if (choice === KEEP_EXPIRY) {
    if (standsUntil === undefined) return undefined;
    return Math.min(EXPIRY_MAX_MS, Math.max(EXPIRY_MIN_MS, standsUntil - now));
  }
  return choice === DEFAULT_EXPIRY && standsUntil === undefined ? undefined : Number(choice);
}
