/** `conversation:resolve` and `conversation:reopen`. Doing it twice is doing it once. */
import type { ConversationRef } from '../../protocol/requests.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { AgentActor } from '../people/agent-actor.ts';

/** @throws AppError `conversation_unknown` */
export async function setConversationStatus(
  { log }: Pick<Deps, 'log'>,
  { id, name }: AgentActor,
  { conversationId }: ConversationRef,
  status: 'open' | 'resolved',
): Promise<null> {
  await log.transact(async (tx, append) => {
    const row = await tx
      .selectFrom('conversations')
      .select('status')
      .where('id', '=', conversationId)
      .executeTakeFirst();
    if (!row) throw new AppError('conversation_unknown');
    if (row.status === status) return;
    await tx
      .updateTable('conversations')
      .set({ status })
      .where('id', '=', conversationId)
      .execute();
    await append({
      conversationId,
      author: { kind: 'agent', id, name },
      type: 'event',
      event: status === 'open' ? 'reopened' : 'resolved',
    });
  });
  return null;
}
