/** `conversations:list`: newest first, page by page. */
import { PAGE_MAX_CONVERSATIONS } from '../../protocol/limits.ts';
import type { ConversationsList } from '../../protocol/requests.ts';
import type { ConversationPage } from '../../protocol/sockets.ts';
import type { Deps } from '../deps.ts';
import { type Presence, selectConversations, toSummary } from './conversation-rows.ts';

export async function listConversations(
  { store }: Pick<Deps, 'store'>,
  presence: Presence,
  { status, before, limit = PAGE_MAX_CONVERSATIONS }: ConversationsList,
): Promise<ConversationPage> {
  let query = selectConversations(store.db)
    .orderBy('c.updated_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(limit + 1);
  if (status !== 'all') query = query.where('c.status', '=', status);
  if (before) {
    query = query.where((where) =>
      where.or([
        where('c.updated_at', '<', before.updatedAt),
        where.and([where('c.updated_at', '=', before.updatedAt), where('c.id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const online = await presence.online(shown.map((row) => row.visitor_id));
  return {
    conversations: shown.map((row) => toSummary(row, online)),
    more: rows.length > limit,
  };
}
