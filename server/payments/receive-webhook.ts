/**
 * Takes a notice of the provider [PAY-5]. Its signature says that it is the provider's, its id that
 * it was not here before; of its content nothing is believed but where to look. The event and the
 * mark on the payment are durable before the answer, so the provider needs to tell it only once.
 */
import { Type } from 'typebox';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { findMerchant } from '../sites/minting.ts';
import { findSiteByKey } from '../sites/sites.ts';
import type { PaymentRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { createParser } from '../validator.ts';
import type { StripeGateway } from './gateway.ts';
import { record } from './history.ts';
import { type ProviderEvent, toProviderEvent } from './provider.ts';
import { isSignedBody } from './signed-body.ts';

/** What became of an event, as it is stored with it. */
type EventOutcome = 'accepted' | 'other_mode' | 'other_account' | 'other_type' | 'unknown_intent';

export interface Notice {
  body: Uint8Array;
  signature: string;
}

/** What to do about an event. */
export interface News {
  paymentId: string;
  /** When it happened at the provider, in milliseconds since the epoch. */
  createdAt: number | null;
}

/** Whose word an event is, and so which payments it may speak of. */
interface Source {
  /** `null` where the mode is the merchant's own business. */
  livemode: boolean | null;
  /** Before an event's id: two merchants' accounts may not shadow each other's events. */
  scope: string;
  /** Whether the payment is minted there [PAY-11]. */
  minted(payment: Pick<PaymentRow, 'minted_by' | 'site_id'>, event: ProviderEvent): boolean;
}

/**
 * From Stripe, about our own account or a connected one.
 * @returns which payment to look at, or `null` where there is nothing to do.
 * @throws AppError `signature_invalid`, `bad_request` or `payments_disabled`
 */
export async function receiveWebhook(
  deps: Deps,
  gateway: StripeGateway | null,
  { body, signature }: Notice,
): Promise<News | null> {
  if (!gateway) throw new AppError('payments_disabled');
  const event = gateway.readEvent(body, signature, deps.clock.now());
  const source: Source = {
    livemode: gateway.livemode,
    scope: '',
    minted: ({ minted_by }, { account }) => minted_by === (account ?? 'server'),
  };
  return deps.store.transact((tx) => accept(deps, source, tx, event));
}

/**
 * From a merchant's backend, which forwards what Stripe told it, under its own signature.
 * @param siteKey whose merchant says that he is
 * @throws AppError `signature_invalid` or `bad_request`
 */
export async function receiveNotice(
  deps: Deps,
  siteKey: string,
  { body, signature }: Notice,
): Promise<News | null> {
  const { store, clock } = deps;
  const site = await findSiteByKey(store.db, siteKey);
  const access = site && (await findMerchant(store.db, site.id));
  if (!site || !access || !isSignedBody(access.secret, signature, body, clock.now())) {
    throw new AppError('signature_invalid');
  }
  const source: Source = {
    livemode: null,
    scope: `${site.id}:`,
    minted: ({ minted_by, site_id }) => minted_by === 'merchant' && site_id === site.id,
  };
  const event = parseNotice(body);
  return store.transact((tx) => accept(deps, source, tx, event));
}

/** As Stripe writes them, and no text that a person could put a number into [CARD-2]. */
const Word = Type.String({ pattern: '^(?!.*[0-9]{12})[A-Za-z0-9_.]{1,100}$' });
const parseEvent = createParser(
  Type.Object({
    id: Word,
    type: Word,
    livemode: Type.Boolean(),
    data: Type.Object({ object: Type.Object({}) }),
  }),
);

function parseNotice(body: Uint8Array): ProviderEvent {
  try {
    return toProviderEvent(parseEvent(JSON.parse(Buffer.from(body).toString('utf8'))));
  } catch (cause) {
    throw new AppError('bad_request', { cause });
  }
}

async function accept(
  { clock, logger }: Deps,
  source: Source,
  tx: Tx,
  event: ProviderEvent,
): Promise<News | null> {
  const { paymentId, outcome } = await judge(source, tx, event);
  const now = clock.now();
  const id = `${source.scope}${event.id}`;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('provider_events')
    .values({ id, type: event.type, received_at: now, payment_id: paymentId, outcome })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  const isNew = numInsertedOrUpdatedRows === 1n;
  logger.info({ eventId: event.id, type: event.type, outcome, isNew, paymentId }, 'webhook');
  if (!isNew || paymentId === null) return null;
  await tx.updateTable('payments').set({ next_look_at: now }).where('id', '=', paymentId).execute();
  await record(tx, { paymentId, at: now, kind: 'provider_event', detail: event.type });
  return { paymentId, createdAt: event.createdAt };
}

/**
 * Events after which an intent may look different. That one was made is no news, and of a charge's
 * own success or failure the intent tells too: fetching again for each would only be load.
 */
const NEWS =
  /^(payment_intent\.(?!created$)|charge\.(refunded$|refund\.|dispute\.)|refund\.|radar\.early_fraud_warning\.)/;

async function judge(
  source: Source,
  tx: Tx,
  event: ProviderEvent,
): Promise<{ paymentId: string | null; outcome: EventOutcome }> {
  const ignored = (outcome: EventOutcome) => ({ paymentId: null, outcome });
  const isOtherMode = source.livemode !== null && event.livemode !== source.livemode;
  if (isOtherMode) return ignored('other_mode');
  if (!NEWS.test(event.type)) return ignored('other_type');
  const payment = await tx
    .selectFrom('payments')
    .select(['id', 'minted_by', 'site_id'])
    .where('intent_id', '=', event.intentId)
    .executeTakeFirst();
  if (!payment) return ignored(event.account === null ? 'unknown_intent' : 'other_account');
  if (!source.minted(payment, event)) return ignored('other_account');
  return { paymentId: payment.id, outcome: 'accepted' };
}
