/** `conversation:assign`: who answers. Doing it twice is doing it once. */
import type { ConversationAssign } from '../../protocol/requests.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { findAgent } from '../people/agents.ts';

/** @throws AppError `conversation_unknown`; `bad_request` when there is no such agent */
export async function assignConversation(
  { store, log }: Pick<Deps, 'store' | 'log'>,
  { id, name }: AgentActor,
  { conversationId, agentId }: ConversationAssign,
): Promise<null> {
  const assignee = agentId === null ? null : await findAgent(store.db, agentId);
  if (agentId !== null && !assignee) throw new AppError('bad_request');

  await log.transact(async (tx, append) => {
    const row = await tx
      .selectFrom('conversations')
      .select('assignee_id')
      .where('id', '=', conversationId)
      .executeTakeFirst();
    if (!row) throw new AppError('conversation_unknown');
    if (row.assignee_id === agentId) return;
    await tx
      .updateTable('conversations')
      .set({ assignee_id: agentId })
      .where('id', '=', conversationId)
      .execute();
    await append({
      conversationId,
      author: { kind: 'agent', id, name },
      type: 'event',
      event: assignee ? 'assigned' : 'unassigned',
      ...(assignee && { agent: { id: assignee.id, name: assignee.name } }),
    });
  });
  return null;
}
