/** `conversation:sync`: the state, and every entry past a cursor [LOG-3] [LOG-5]. */
import type { AgentSync, VisitorSync } from '../../protocol/requests.ts';
import type { AgentSnapshot, VisitorSnapshot } from '../../protocol/sockets.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { VisitorActor } from './actors.ts';
import { type Presence, selectConversations, toSummary, toView } from './conversation-rows.ts';
import { ownConversation } from './own-conversation.ts';
import { toVisitorEntry } from './visible-entry.ts';

/** @throws AppError `conversation_unknown` */
export async function syncVisitor(
  deps: Deps,
  visitor: VisitorActor,
  { conversationId, after }: VisitorSync,
): Promise<VisitorSnapshot> {
  const id = await ownConversation(deps, visitor, conversationId);
  if (id === null) return { conversation: null, entries: [], more: false };
  const { row, page } = await load(deps, id, after);
  return {
    conversation: toView(row),
    entries: page.entries.map(toVisitorEntry),
    more: page.more,
  };
}

/** @throws AppError `conversation_unknown` */
export async function syncAgent(
  deps: Deps,
  presence: Presence,
  { conversationId, after }: AgentSync,
): Promise<AgentSnapshot> {
  const { row, page } = await load(deps, conversationId, after);
  const online = await presence.online([row.visitor_id]);
  return { conversation: toSummary(row, online), ...page };
}

async function load({ store, log }: Deps, conversationId: string, after: number) {
  const row = await selectConversations(store.db)
    .where('c.id', '=', conversationId)
    .executeTakeFirst();
  if (!row) throw new AppError('conversation_unknown');
  const page = await log.read({ conversationId, after: after === 0 ? undefined : after });
  return { row, page };
}
