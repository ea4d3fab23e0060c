/**
 * An agent asks for a payment [PAY-2] [PAY-3]. The row is durable before the provider is asked, and
 * holds all that the intent is made from; so a request that was cut short anywhere is finished by
 * asking again with the same `clientId`, or by the reconciler. Above the site's threshold it waits
 * for a second agent: then both sides see it, and no intent exists [PAY-8].
 */
import type { PaymentRequest } from '../../protocol/payments.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import type { AppendIn } from '../log/log.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { mintedBy, takesPayments } from '../sites/minting.ts';
import { findSite, type Site } from '../sites/sites.ts';
import type { PaymentRow } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { record } from './history.ts';
import { isRefusal, type Look } from './look.ts';
import { type Order, orderColumns, parseOrder } from './order.ts';
import { dropUnmade, entryOf, findPayment, isAnnounced, leaveUnmade } from './payment-rows.ts';
import { requireCashier } from './permissions.ts';
import { newReference } from './reference.ts';
import { checkRequest } from './request-rule.ts';
import { FIRST_LOOK_MS } from './schedule.ts';

/** @throws AppError with the code of the rule that the request breaks, or of the provider */
export async function requestPayment(
  deps: Deps,
  look: Look,
  agent: AgentActor,
  { conversationId, clientId, ...asked }: PaymentRequest,
): Promise<{ paymentId: string }> {
  await requireCashier(deps.store.db, agent.id);
  const site = await payableSite(deps, conversationId);
  const order = parseOrder(asked);
  const row = await deps.log.transact((tx, append) =>
    findOrInsert(deps, { tx, append }, { conversationId, clientId, order, agent, site }),
  );
  if (!isAnnounced(row)) await makeIntent(deps, look, row.id);
  return { paymentId: row.id };
}

async function payableSite({ store, config }: Deps, conversationId: string): Promise<Site> {
  const conversation = await store.db
    .selectFrom('conversations')
    .select('site_id')
    .where('id', '=', conversationId)
    .executeTakeFirst();
  if (!conversation) throw new AppError('conversation_unknown');
  const site = await findSite(store.db, conversation.site_id);
  if (!site || !takesPayments(config, site)) throw new AppError('payments_disabled');
  return site;
}

interface Asked {
  conversationId: string;
  clientId: string;
  order: Order;
  agent: AgentActor;
  site: Site;
}

/** The first request with a `clientId` holds; what a repeated one asks for is not even read. */
async function findOrInsert(
  { clock, random, ledger }: Deps,
  { tx, append }: { tx: Tx; append: AppendIn },
  { conversationId, clientId, order, agent, site }: Asked,
): Promise<PaymentRow> {
  const first = await tx
    .selectFrom('payments')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  if (first) return first;
  await requireUnused(tx, conversationId, clientId);
  const now = clock.now();
  const { amountMinor, currency } = order;
  const asked = { siteId: site.id, amountMinor, currency, now };
  const approval = await checkRequest(tx, agent, asked);
  const id = newId(random, 'pr');
  const columns = orderColumns(order, now);
  await tx
    .insertInto('payments')
    .values({
      id,
      conversation_id: conversationId,
      site_id: site.id,
      requested_by: agent.id,
      client_id: clientId,
      revision: 1,
      ...columns,
      status: 'created',
      approval,
      reference: newReference(random),
      minted_by: mintedBy(site),
      next_look_at: approval === 'waiting' ? columns.expires_at : now + FIRST_LOOK_MS,
      created_at: now,
      updated_at: now,
    })
    .execute();
  const { visitor_id } = await tx
    .selectFrom('conversations')
    .select('visitor_id')
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow();
  await ledger.givenIn(tx, { id: visitor_id, siteId: site.id, conversationId }, [
    'payment_metadata',
  ]);
  const detail = approval === null ? 'created' : 'created, waiting';
  const line = { paymentId: id, at: now, agentId: agent.id, amountMinor, detail };
  await record(tx, { ...line, kind: 'requested' });
  const row = await findPayment(tx, id);
  if (!row) throw new Error('A payment vanished while it was made');
  if (approval === 'waiting') await announce(append, row, agent);
  return row;
}

/** Before the provider is asked: a `clientId` is one entry's for ever [SEND-1]. */
async function requireUnused(tx: Tx, conversationId: string, clientId: string): Promise<void> {
  const sent = await tx
    .selectFrom('entries')
    .select('seq')
    .where('conversation_id', '=', conversationId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  if (sent) throw new AppError('bad_request');
}

async function announce(
  append: AppendIn,
  row: PaymentRow,
  { kind, id, name }: AgentActor,
): Promise<void> {
  await append({ ...entryOf(row, { kind, id, name }), clientId: row.client_id });
}

async function makeIntent({ store }: Deps, look: Look, paymentId: string): Promise<void> {
  try {
    await look(paymentId);
  } catch (error) {
    if (isRefusal(error)) await dropUnmade(store.db, paymentId);
    // The agent hears that it failed, and decides: it must not turn up by itself later on, beside
    // the request that was made in its place.
    else await leaveUnmade(store.db, paymentId);
    throw error;
  }
}
