/** Looks at the provider because the visitor's loader has reason to think that something happened. */
import type { PaymentRefreshed } from '../../protocol/http.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { PaymentRow } from '../store/schema.ts';
import type { Look } from './look.ts';
import { setNextLook, toPaymentState } from './payment-rows.ts';
import { isPayable } from './states.ts';
import { findVisitorPayment } from './visitor-payment.ts';

/**
 * @returns the status as far as it is known: where the provider does not answer, the one of before,
 * because nobody can say then whether the visitor has paid. With it the receipt of what was [PAY-13].
 * @throws AppError `payment_unknown`
 */
export async function refreshPayment(
  { store, clock }: Deps,
  look: Look,
  visitorId: string,
  paymentId: string,
): Promise<PaymentRefreshed> {
  const known = await findVisitorPayment(store.db, visitorId, paymentId);
  if (!isPayable(known.status)) return answer(known);
  try {
    return answer((await look(paymentId)).payment);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await setNextLook(store.db, paymentId, clock.now());
    return answer(known);
  }
}

function answer(row: PaymentRow): PaymentRefreshed {
  const { status, card, paidAt, reference, refundedMinor } = toPaymentState(row);
  if (paidAt === undefined) return { status };
  const receipt = {
    paidAt,
    ...(card && { card }),
    ...(reference && { reference }),
    ...(refundedMinor && { refundedMinor }),
  };
  return { status, receipt };
}
