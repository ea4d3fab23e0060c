/**
 * Card testing: who tries many stolen cards on one request, or opens request after request [PAY-10].
 * Failed tries per payment stand in its row; openings and failures per address are counted here, in
 * the memory of one process, as floods are.
 */
import { AppError } from '../app-error.ts';
import type { Clock } from '../deps.ts';
import { createRateLimiter } from '../rate-limiter.ts';

/** Failed tries to pay one request. */
export const ATTEMPTS_PER_PAYMENT = 10;
const WINDOW_MS = 60 * 60_000;
const PAYMENTS_REMEMBERED = 10_000;

export interface Attempts {
  /** @returns whether this address may go on */
  opened(address: string, paymentId: string): boolean;
  /** A try failed: it counts against the address that opened the payment last. */
  failed(paymentId: string): void;
}

/** @param perAddress openings and failures together, within an hour */
export function createAttempts(clock: Clock, perAddress: number): Attempts {
  const limiter = createRateLimiter({ clock, tries: perAddress, windowMs: WINDOW_MS });
  const openedBy = new Map<string, string>();

  function take(address: string): boolean {
    try {
      limiter.take(address);
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  return {
    opened(address, paymentId) {
      openedBy.delete(paymentId);
      openedBy.set(paymentId, address);
      const [oldest] = openedBy.keys();
      if (openedBy.size > PAYMENTS_REMEMBERED && oldest !== undefined) openedBy.delete(oldest);
      return take(address);
    },
    failed(paymentId) {
      const address = openedBy.get(paymentId);
      if (address !== undefined) take(address);
    },
  };
}
