/**
 * Erases a visitor [LEDGER-4]: everything that names one goes, from the tables and from beside the
 * chain; conversations keep their shape and `seq`, payments what bookkeeping needs, the ledger its
 * lines. The server may be running: it hears of it by the ledger.
 */
import type { PaymentState } from '../../protocol/entries.ts';
import type { Store, Tx } from '../store/store.ts';
import type { Ledger } from './ledger.ts';

export interface EraseDeps {
  store: Store;
  ledger: Ledger;
}

/** The server has messages of this visitor on their way into the tables; `message` is for a person. */
export class EraseBusyError extends Error {}

/** What stands in the place of a text. */
export const ERASED = '[erased]';
const BUSY_TRIES = 50;
const BUSY_WAIT_MS = 100;

/** @returns false where there is no such visitor. @throws EraseBusyError */
export async function eraseVisitor(deps: EraseDeps, visitorId: string): Promise<boolean> {
  const { store, ledger } = deps;
  for (let tries = 0; tries < BUSY_TRIES; tries++) {
    const outcome = await store.transact(async (tx): Promise<Outcome> => {
      const visitor = await tx
        .selectFrom('visitors as v')
        .leftJoin('conversations as c', 'c.visitor_id', 'v.id')
        .select(['v.site_id', 'c.id as conversation_id'])
        .where('v.id', '=', visitorId)
        .executeTakeFirst();
      const known = visitor ?? (await findInLedger(tx, visitorId));
      if (!known) return 'unknown';
      const { site_id: siteId, conversation_id: conversationId } = known;
      if (conversationId !== null && (await isUnfolded(tx, conversationId))) return 'busy';
      if (visitor) await erasePerson(tx, visitorId);
      const payments = conversationId === null ? 0 : await eraseConversation(tx, conversationId);
      await eraseDetails(tx, visitorId);
      await ledger.recordIn(tx, { kind: 'data.erased', visitorId, siteId, conversationId });
      // What bookkeeping needs is still there, and whoever breaks in can reach it.
      if (payments > 0) {
        await ledger.givenIn(tx, { id: visitorId, siteId: siteId ?? '', conversationId }, [
          'payment_metadata',
        ]);
      }
      return 'erased';
    });
    if (outcome === 'erased') store.shred();
    if (outcome !== 'busy') return outcome === 'erased';
    await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
  }
  throw new EraseBusyError(
    'Messages of this visitor wait to be moved into place. Is the server running? ' +
      'If it was killed, start it once; then try again.',
  );
}

type Outcome = 'erased' | 'unknown' | 'busy';

/** Somebody who opened the chat and never wrote has no record, and lines all the same. */
const findInLedger = (tx: Tx, visitorId: string) =>
  tx
    .selectFrom('ledger')
    .select(['site_id', 'conversation_id'])
    .where('visitor_id', '=', visitorId)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Whether the log still holds entries of it in its journal, which another process would fold. */
async function isUnfolded(tx: Tx, conversationId: string): Promise<boolean> {
  const batches = await tx.selectFrom('journal').select('entries').execute();
  return batches.some(({ entries }) => entries.includes(conversationId));
}

async function erasePerson(tx: Tx, visitorId: string): Promise<void> {
  const nothing = { name: null, email: null, page: null, first_page: null };
  await tx
    .updateTable('visitors')
    .set({ ...nothing, locale: null, browser: null })
    .where('id', '=', visitorId)
    .execute();
  // Known and replaced long ago: whoever brings one is somebody new [AUTH-3].
  await tx
    .updateTable('visitor_tokens')
    .set({ replaced_at: 0 })
    .where('visitor_id', '=', visitorId)
    .execute();
}

/** @returns how many payments there are */
async function eraseConversation(tx: Tx, conversationId: string): Promise<number> {
  await tx
    .updateTable('conversations')
    .set({ preview: ERASED })
    .where('id', '=', conversationId)
    .execute();
  await tx
    .updateTable('entries')
    .set({ body: JSON.stringify({ text: ERASED }) })
    .where('conversation_id', '=', conversationId)
    .where('type', 'in', ['message', 'note'])
    .execute();
  await tx
    .updateTable('entries')
    .set({ author_name: null })
    .where('conversation_id', '=', conversationId)
    .where('author_kind', '=', 'visitor')
    .execute();
  await erasePaymentEntries(tx, conversationId);
  const nothing = { line_items: null, receipt_email: null, reason: null, pending_edit: null };
  const { numUpdatedRows } = await tx
    .updateTable('payments')
    .set({ ...nothing, description: ERASED, card_brand: null, card_last4: null })
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

async function erasePaymentEntries(tx: Tx, conversationId: string): Promise<void> {
  const entries = await tx
    .selectFrom('entries')
    .select(['seq', 'body'])
    .where('conversation_id', '=', conversationId)
    .where('type', '=', 'payment')
    .execute();
  for (const { seq, body } of entries) {
    const { payment } = JSON.parse(body) as { payment: PaymentState };
    const { card: _card, reason: _reason, ...left } = payment;
    await tx
      .updateTable('entries')
      .set({ body: JSON.stringify({ payment: { ...left, description: ERASED } }) })
      .where('conversation_id', '=', conversationId)
      .where('seq', '=', seq)
      .execute();
  }
}

/**
 * A session's line holds a page. The others that name a visitor hold kinds of data, numbers of lines
 * and what agents did: nothing of the visitor's, and without them nobody could say who was exposed.
 */
async function eraseDetails(tx: Tx, visitorId: string): Promise<void> {
  await tx
    .deleteFrom('ledger_details')
    .where('n', 'in', (lines) =>
      lines
        .selectFrom('ledger')
        .select('n')
        .where('visitor_id', '=', visitorId)
        .where('kind', '=', 'session.opened'),
    )
    .execute();
  await tx.deleteFrom('ledger_given').where('visitor_id', '=', visitorId).execute();
}
