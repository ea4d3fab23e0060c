/**
 * What somebody has to see to before a payment goes on [PAY-12]: kept with its row, shown to agents
 * alone, and taken away by the look that finds it mended. Knows no provider.
 */
import type { PaymentAttention } from '../../protocol/payments.ts';
import type { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { PaymentRow } from '../store/schema.ts';
import { recordOnce } from './history.ts';
import { findPayment, isAnnounced } from './payment-rows.ts';

export const readAttention = ({ attention }: Pick<PaymentRow, 'attention'>) =>
  attention === null ? null : (JSON.parse(attention) as PaymentAttention);

/** What a look that failed says about the payment; nothing where another try may just succeed. */
const CODES: Readonly<Record<string, 'minter_missing' | 'provider_refused'>> = {
  payments_disabled: 'minter_missing',
  provider_refused: 'provider_refused',
};

/** Puts a failed look into the payment's history, and before the agents where it will not mend itself. */
export async function noteFailure(deps: Deps, paymentId: string, error: AppError): Promise<void> {
  const code = CODES[error.code];
  const since = deps.clock.now();
  const isNew = await deps.store.transact(async (tx) => {
    const row = await findPayment(tx, paymentId);
    if (!row) return false;
    await recordOnce(tx, {
      paymentId,
      at: since,
      kind: 'provider_error',
      detail: error.cause instanceof Error ? `${error.code}: ${error.cause.message}` : error.code,
    });
    const known = readAttention(row)?.code;
    // What was charged wrongly stays to be seen to, whatever else is wrong.
    if (!code || known === code || known === 'amount_differs' || !isAnnounced(row)) return false;
    const attention: PaymentAttention = { code, since };
    await tx
      .updateTable('payments')
      .set({ attention: JSON.stringify(attention) })
      .where('id', '=', paymentId)
      .execute();
    return true;
  });
  if (isNew) deps.publisher.paymentChanged(paymentId);
}
