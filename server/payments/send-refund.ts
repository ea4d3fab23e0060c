/** Has an agreed refund sent, and tells the agent who waits what is known by then [PAY-9]. */
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { Gateways } from './gateways.ts';
import type { Look } from './look.ts';
import { setNextLook } from './payment-rows.ts';
import { isUnsent } from './refund-rows.ts';
import { RETRY_LOOK_MS } from './schedule.ts';

/** What giving back takes. */
export interface Refunding {
  deps: Deps;
  gateways: Gateways;
  look: Look;
}

/** The agent waits ten seconds for an answer [SEND-5]; the refund goes on without. */
const PATIENCE_MS = 7000;

/** @throws AppError `provider_refused`, when it is certain that no money moves */
export async function sendRefund(deps: Deps, look: Look, refundId: string): Promise<void> {
  const refund = await findRefund(deps, refundId);
  if (isUnsent(refund)) await Promise.race([lookSafely(deps, look, refund.payment_id), patience()]);
  const { status, provider_id } = await findRefund(deps, refundId);
  if (status === 'failed' && provider_id === null) throw new AppError('provider_refused');
}

const findRefund = ({ store }: Deps, id: string) =>
  store.db.selectFrom('refunds').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** The row stands and says `pending`: that the look did not succeed loses nothing. */
async function lookSafely({ store, clock, logger }: Deps, look: Look, paymentId: string) {
  try {
    await look(paymentId);
  } catch (err) {
    if (!(err instanceof AppError)) logger.error({ err, paymentId }, 'a look failed');
    await setNextLook(store.db, paymentId, clock.now() + RETRY_LOOK_MS);
  }
}

const patience = () => new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
