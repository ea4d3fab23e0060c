/**
 * Has the intent made of a request that both sides see already: one that was approved or edited. That
 * stands whatever the provider says now; where it does not answer, a later look or an opening makes
 * the intent. Inside the payment's turn.
 */
import { AppError } from '../app-error.ts';
import { isRefusal, type Looking, lookNow } from './look.ts';
import { setNextLook } from './payment-rows.ts';
import { REFUSED_LOOK_MS, RETRY_LOOK_MS } from './schedule.ts';

/** @throws AppError `provider_refused`, so that whoever asked can mend it */
export async function makeIntent(looking: Looking, paymentId: string): Promise<void> {
  try {
    await lookNow(looking, paymentId);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { store, clock } = looking.deps;
    const delayMs = isRefusal(error) ? REFUSED_LOOK_MS : RETRY_LOOK_MS;
    await setNextLook(store.db, paymentId, clock.now() + delayMs);
    if (isRefusal(error)) throw error;
  }
}
