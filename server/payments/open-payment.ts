/**
 * Gives the client secret to the visitor who is about to pay [PAY-4]. The secret is fetched for this
 * one answer and kept nowhere. Who opens and fails too often gets none, and the intent is voided
 * [PAY-10].
 */
import type { Author } from '../../protocol/entries.ts';
import type { PaymentOpenGrant } from '../../protocol/http.ts';
import { AppError } from '../app-error.ts';
import type { PaymentRow } from '../store/schema.ts';
import { advance } from './advance.ts';
import { askProvider } from './ask-provider.ts';
import { readAttention } from './attention.ts';
import { type Looking, lookNow } from './look.ts';
import { toPaymentState } from './payment-rows.ts';
import { nextLookAt, orAtExpiry } from './schedule.ts';
import { isPayable, TOO_MANY_TRIES } from './states.ts';
import { findVisitorPayment } from './visitor-payment.ts';

export interface Opening {
  visitor: Author & { id: string };
  /** Of the network, for counting. */
  address: string;
  paymentId: string;
}

/**
 * @throws AppError `payment_unknown`, `payment_not_payable`, `too_many_attempts`, or with the code of
 * the provider
 */
export async function openPayment(
  looking: Looking,
  { visitor, address, paymentId }: Opening,
): Promise<PaymentOpenGrant> {
  const { deps, turns, attempts } = looking;
  await findVisitorPayment(deps.store.db, visitor.id, paymentId);
  const mayGoOn = await attempts.opened(address, paymentId);
  return turns.take(paymentId, async () => {
    const row = await findVisitorPayment(deps.store.db, visitor.id, paymentId);
    requirePayable(row);
    if (!mayGoOn) await voidForAbuse(looking, row);
    const { intent, payment: seen } = await lookNow(looking, paymentId);
    // Over another sum: the agents know of it, and the visitor is not to pay it.
    if (intent === null && readAttention(seen)) throw new AppError('provider_refused');
    const payment = await advance(deps, paymentId, {
      standing: { status: 'open' },
      author: visitor,
      nextLookAt: (now) => {
        const at = deps.clock.now();
        return orAtExpiry(nextLookAt(now.status, at, at), now, at);
      },
    });
    requirePayable(payment);
    const clientSecret = intent?.clientSecret() ?? null;
    if (clientSecret === null) throw new AppError('payment_not_payable');
    const { revision, lineItems } = toPaymentState(payment);
    return { clientSecret, revision, ...(lineItems && { lineItems }) };
  });
}

function requirePayable({ status, approval, reason }: PaymentRow): void {
  if (isPayable(status) && approval === null) return;
  throw new AppError(reason === TOO_MANY_TRIES ? 'too_many_attempts' : 'payment_not_payable');
}

/** What is under way or paid by then stays so; the refusal is the same. */
async function voidForAbuse(looking: Looking, row: PaymentRow): Promise<never> {
  const { deps } = looking;
  deps.logger.warn({ paymentId: row.id }, 'too many tries to pay from one address');
  await askProvider(looking, row, 'fraudulent');
  await lookNow(looking, row.id);
  throw new AppError('too_many_attempts');
}
