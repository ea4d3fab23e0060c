/** `read:mark`: each side has one mark that only moves forward [READ-1]. */
import type { ReadMark } from '../../protocol/requests.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { Tx } from '../store/store.ts';
import type { VisitorActor } from './actors.ts';
import { requireOwnConversation } from './own-conversation.ts';

type Side = 'visitor' | 'agent';

/** @throws AppError `conversation_unknown` */
export async function markVisitorRead(
  deps: Deps,
  visitor: VisitorActor,
  body: ReadMark,
): Promise<null> {
  await requireOwnConversation(deps, visitor, body.conversationId);
  return markRead(deps, 'visitor', body);
}

/** @throws AppError `conversation_unknown` */
export async function markRead(
  { store, publisher }: Pick<Deps, 'store' | 'publisher'>,
  side: Side,
  { conversationId, seq }: ReadMark,
): Promise<null> {
  const moved = await store.transact(async (tx) => {
    const row = await tx
      .selectFrom('conversations')
      .select(['visitor_id', 'last_seq', 'visitor_read_seq', 'agent_read_seq'])
      .where('id', '=', conversationId)
      .executeTakeFirst();
    if (!row) throw new AppError('conversation_unknown');
    const reads = { visitor: row.visitor_read_seq, agent: row.agent_read_seq };
    const mark = Math.min(seq, row.last_seq);
    if (mark <= reads[side]) return null;
    await move(tx, side, { conversationId, seq: mark });
    return { visitorId: row.visitor_id, reads: { ...reads, [side]: mark } };
  });
  if (moved) {
    publisher.readChanged(moved.visitorId, { conversationId, reads: moved.reads });
    publisher.conversationChanged(conversationId);
  }
  return null;
}

async function move(tx: Tx, side: Side, { conversationId, seq }: ReadMark): Promise<void> {
  const changes =
    side === 'visitor'
      ? { visitor_read_seq: seq }
      : { agent_read_seq: seq, unread: await countUnread(tx, { conversationId, seq }) };
  await tx.updateTable('conversations').set(changes).where('id', '=', conversationId).execute();
}

async function countUnread(tx: Tx, { conversationId, seq }: ReadMark): Promise<number> {
  const { unread } = await tx
    .selectFrom('entries')
    .select((column) => column.fn.countAll<number>().as('unread'))
    .where('conversation_id', '=', conversationId)
    .where('seq', '>', seq)
    .where('type', '=', 'message')
    .where('author_kind', '=', 'visitor')
    .executeTakeFirstOrThrow();
  return Number(unread);
}
