/**
 * The first message [SEND-4] [AUTH-3]: visitor, conversation and message in one transaction, so that
 * there is no record of anybody who never wrote.
 */
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import { categoriesOf } from '../ledger/given-facts.ts';
import type { Appended, EntryDraft } from '../log/log.ts';
import { recordVisitor } from '../people/visitors.ts';
import type { Tx } from '../store/store.ts';
import type { VisitorActor } from './actors.ts';

export async function startConversation(
  deps: Deps,
  visitor: VisitorActor,
  draftFor: (conversationId: string) => EntryDraft,
): Promise<Appended> {
  const appended = await deps.log.transact(async (tx, append) => {
    // Two tabs may send their first message at once; the second finds what the first has made.
    const known = await findConversation(tx, visitor.id);
    const id = known ?? (await insert(deps, tx, visitor));
    const facts = known === undefined ? categoriesOf(visitor.facts) : [];
    await deps.ledger.givenIn(tx, { ...visitor, conversationId: id }, [...facts, 'messages']);
    return append(draftFor(id));
  });
  visitor.conversationId = appended.entry.conversationId;
  return appended;
}

async function findConversation(tx: Tx, visitorId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('conversations')
    .select('id')
    .where('visitor_id', '=', visitorId)
    .executeTakeFirst();
  return row?.id;
}

async function insert({ clock, random }: Deps, tx: Tx, visitor: VisitorActor): Promise<string> {
  const now = clock.now();
  const id = newId(random, 'cv');
  await recordVisitor(tx, visitor, now);
  await tx
    .insertInto('conversations')
    .values({
      id,
      site_id: visitor.siteId,
      visitor_id: visitor.id,
      status: 'open',
      last_seq: 0,
      assignee_id: null,
      visitor_read_seq: 0,
      agent_read_seq: 0,
      unread: 0,
      preview: '',
      preview_by: 'system',
      updated_at: now,
      created_at: now,
    })
    .execute();
  return id;
}
