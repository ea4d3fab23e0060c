/**
 * Asks the provider what became of the money of a paid payment, and on the way sends it the refunds
 * that were agreed here and never reached it. What it has is read first, and a refund is known by our
 * id in its metadata: so a lost answer, a crash or an idempotency key that the provider has forgotten
 * can not make a second one [PAY-9].
 */
import { AppError } from '../app-error.ts';
import type { PaymentRow, RefundRow } from '../store/schema.ts';
import type { Logger } from '../world.ts';
import { type Books, isDisputeOver, type ProviderRefund } from './books.ts';
import type { PaymentGateway, ProviderIntent } from './provider.ts';
import { isUnsent, toRefundOrder } from './refund-rows.ts';
import type { Awaited } from './schedule.ts';
import { isPaid } from './states.ts';

export interface ReadBooks extends Books {
  /** Ids of our refunds that the provider refuses to make. */
  refused: readonly string[];
  /** Whether one got no answer, so that it has to be asked for again. */
  unanswered: boolean;
}

export const awaitedOf = ({ unanswered, refunds, dispute }: ReadBooks): Awaited => ({
  unanswered,
  pending:
    refunds.some(({ status }) => status === 'pending') ||
    (dispute !== null && !isDisputeOver(dispute)),
});

interface Asking {
  gateway: PaymentGateway;
  logger: Logger;
  payment: PaymentRow;
  refunds: readonly RefundRow[];
  intent: ProviderIntent;
}

/** @throws AppError `provider_unreachable` or `provider_refused`, when nothing could be read */
export async function readBooks(asking: Asking): Promise<ReadBooks> {
  const { gateway, payment, refunds, intent } = asking;
  // One that was made elsewhere and failed before it was seen has left no trace in the charge.
  const anyRefund = refunds.length > 0 || intent.refundedMinor > 0 || isPaid(payment.status);
  const listed = anyRefund ? await gateway.listRefunds(intent.id) : [];
  const sent = await sendUnsent(asking, listed);
  return {
    refunds: [...listed, ...sent.made],
    refused: sent.refused,
    unanswered: sent.unanswered,
    dispute: intent.disputed ? await gateway.findDispute(intent.id) : null,
    fraudWarning: payment.fraud_warning === 1 || (await asksWarning(asking)),
  };
}

async function sendUnsent(
  { gateway, logger, refunds, intent }: Asking,
  listed: readonly ProviderRefund[],
) {
  const made: ProviderRefund[] = [];
  const refused: string[] = [];
  let unanswered = false;
  for (const row of refunds.filter(isUnsent)) {
    if (listed.some(({ refundId }) => refundId === row.id)) continue;
    try {
      made.push(await gateway.createRefund(toRefundOrder(row, intent.id)));
    } catch (err) {
      if (!(err instanceof AppError)) throw err;
      logger.warn({ err, refundId: row.id, intentId: intent.id }, 'a refund was not made');
      if (err.code === 'provider_unreachable') unanswered = true;
      else refused.push(row.id);
    }
  }
  return { made, refused, unanswered };
}

/** Not at the look that finds it paid: warnings come later. A key may lack the permission. */
async function asksWarning({ gateway, logger, payment, intent }: Asking): Promise<boolean> {
  if (!isPaid(payment.status)) return false;
  try {
    return await gateway.hasFraudWarning(intent.id);
  } catch (err) {
    if (!(err instanceof AppError) || err.code === 'provider_unreachable') throw err;
    logger.warn({ err, intentId: intent.id }, 'fraud warnings cannot be read');
    return false;
  }
}
