/**
 * Card testing: who tries many stolen cards on one request, or opens request after request [PAY-10].
 * Failed tries per payment stand in its row; openings and failures per address are counted here, as
 * floods are, by all processes together.
 */
import { AppError } from '../app-error.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import type { Shared } from '../shared/shared.ts';

/** Failed tries to pay one request. */
export const ATTEMPTS_PER_PAYMENT = 10;
const WINDOW_MS = 60 * 60_000;
/** A sheet may stay open for long. */
const REMEMBERED_MS = 24 * WINDOW_MS;

export interface Attempts {
  /** @returns whether this address may go on */
  opened(address: string, paymentId: string): Promise<boolean>;
  /** A try failed: it counts against the address that opened the payment last. */
  failed(paymentId: string): Promise<void>;
}

/** @param perAddress openings and failures together, within an hour */
export function createAttempts(shared: Shared, perAddress: number): Attempts {
  const limit = { name: 'payment-try', tries: perAddress, windowMs: WINDOW_MS };
  const limiter = createRateLimiter(shared, limit);
  const openedBy = (paymentId: string) => `payment-opened-by:${paymentId}`;

  async function take(address: string): Promise<boolean> {
    try {
      await limiter.take(address);
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  return {
    async opened(address, paymentId) {
      await shared.keep(openedBy(paymentId), address, REMEMBERED_MS);
      return take(address);
    },
    async failed(paymentId) {
      const address = await shared.kept(openedBy(paymentId));
      if (address !== null) await take(address);
    },
  };
}
