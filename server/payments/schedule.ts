/**
 * When to ask the provider about a payment of which nothing is heard: webhooks get lost. Pure; each
 * payment carries the instant of its next look, so a restart forgets none.
 */
import type { PaymentStatus } from '../../protocol/entries.ts';
import type { PaymentRow } from '../store/schema.ts';
import { isPaid, isPayable, isWatched } from './states.ts';

/** No webhook for so long after a change: ask. */
export const FIRST_LOOK_MS = 2 * 60_000;
/** A request that nobody pays is still asked about so often. */
export const LAST_LOOK_MS = 12 * 60 * 60_000;
/** After a look that the provider did not answer. */
export const RETRY_LOOK_MS = 30_000;
/** After one that it refused: somebody has to mend a key or a permission first. */
export const REFUSED_LOOK_MS = 10 * 60_000;

/** A refund that got no answer is asked for again at least so often. */
export const UNANSWERED_LOOK_MS = 60 * 60_000;
/** After so long without news a paid payment is left alone: the time for disputes is over. */
export const BOOKS_CLOSED_MS = 180 * 24 * 60 * 60_000;

/** What is still to come of the money of a paid payment. */
export interface Awaited {
  /** A refund that the provider has not answered for. */
  unanswered: boolean;
  /** A refund under way, or an open dispute. */
  pending: boolean;
}

/**
 * The wait grows with the time since anything happened to the payment, so it doubles each time.
 * @returns the instant of the next look, or `null` where no webhook can be missed.
 */
export function nextLookAt(
  status: PaymentStatus,
  changedAt: number,
  now: number,
  awaited?: Awaited | null,
): number | null {
  const quietMs = now - changedAt;
  if (awaited?.unanswered) return now + clamp(quietMs, RETRY_LOOK_MS, UNANSWERED_LOOK_MS);
  if (isWatched(status) || awaited?.pending)
    return now + clamp(quietMs, FIRST_LOOK_MS, LAST_LOOK_MS);
  // Someone may give money back elsewhere, or a bank take it: some twenty looks in all.
  if (isPaid(status) && quietMs < BOOKS_CLOSED_MS) return now + Math.max(quietMs, FIRST_LOOK_MS);
  return null;
}

/** @returns `at`, or the instant at which the request expires, where that comes first [PAY-7] */
export function orAtExpiry(
  at: number | null,
  { status, expires_at }: Pick<PaymentRow, 'status' | 'expires_at'>,
  now: number,
): number | null {
  if (!isPayable(status) || expires_at === null) return at;
  // Its time ran out while it was looked at; the next look voids it.
  if (expires_at <= now) return at ?? now + RETRY_LOOK_MS;
  return at === null ? expires_at : Math.min(at, expires_at);
}

const clamp = (value: number, from: number, to: number) => Math.min(Math.max(value, from), to);
