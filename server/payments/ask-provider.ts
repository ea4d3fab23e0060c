/** One question to whoever mints a payment's intent; what goes wrong stands in its history. */
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { PaymentRow } from '../store/schema.ts';
import { noteFailure } from './attention.ts';
import type { Gateways } from './gateways.ts';
import { toIntentOrder, toIntentRef } from './payment-rows.ts';
import {
  type PaymentGateway,
  type ProviderIntent,
  StoredFault,
  type VoidReason,
} from './provider.ts';
import { voidIntent } from './void-intent.ts';

interface Asking {
  deps: Deps;
  gateways: Gateways;
}

/**
 * Makes the intent if there is none, else fetches it, and voids it where a reason is given.
 * @throws AppError `provider_unreachable`, `provider_refused`, or `payments_disabled` where the key or
 * the address with which it was made is gone
 */
export const askProvider = (
  { deps, gateways }: Asking,
  row: PaymentRow,
  why: VoidReason | null,
): Promise<ProviderIntent> =>
  noting(deps, row, async () => ask(deps, await gateways.of(row), { row, why }));

/** Runs `question`; a failure of it is logged, recorded, and passed on. */
export async function noting<T>(
  deps: Deps,
  { id: paymentId, intent_id: intentId }: Pick<PaymentRow, 'id' | 'intent_id'>,
  question: () => Promise<T>,
): Promise<T> {
  try {
    return await question();
  } catch (err) {
    deps.logger.warn({ err, paymentId, intentId }, 'the provider did not help');
    if (err instanceof AppError) await noteFailure(deps, paymentId, err);
    throw err;
  }
}

interface Question {
  row: PaymentRow;
  why: VoidReason | null;
}

async function ask(
  deps: Deps,
  gateway: PaymentGateway,
  { row, why }: Question,
): Promise<ProviderIntent> {
  if (why !== null && row.intent_id !== null) return voidIntent(gateway, toIntentRef(row), why);
  const intent = await (row.intent_id === null
    ? make(deps, gateway, row)
    : gateway.retrieveIntent(toIntentRef(row)));
  if (why === null) return intent;
  // Nobody has its secret, and yet it may have been made before: the provider is to know too.
  return voidIntent(gateway, { ...toIntentRef(row), intentId: intent.id }, why);
}

/** Each costs Stripe a list; after so many it is Stripe that has to be mended. */
const KEYS_MAX = 20;

/**
 * Where Stripe has stored a fault of its own under the key, asking again with it is in vain for a day.
 * If it acted all the same, that intent is the one. If not, another key asks; it is durable before
 * it is used. Should one turn up later after all, nobody ever had its secret, so it charges nobody.
 */
async function make(
  { store }: Deps,
  gateway: PaymentGateway,
  row: PaymentRow,
): Promise<ProviderIntent> {
  const order = toIntentOrder(row);
  try {
    return await gateway.createIntent(order);
  } catch (error) {
    if (!(error instanceof StoredFault) || order.keysSpent >= KEYS_MAX) throw error;
  }
  const found = await gateway.findIntent(order);
  if (found) return found;
  const keysSpent = order.keysSpent + 1;
  await store.db
    .updateTable('payments')
    .set({ keys_spent: keysSpent })
    .where('id', '=', row.id)
    .where('revision', '=', row.revision)
    .execute();
  return gateway.createIntent({ ...order, keysSpent });
}
