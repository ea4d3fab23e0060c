/** `log:read` [LOG-3]. */
import type { LogRead } from '../../protocol/requests.ts';
import type { LogPage } from '../../protocol/sockets.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { VisitorActor } from './actors.ts';
import { requireOwnConversation } from './own-conversation.ts';
import { toVisitorEntry } from './visible-entry.ts';

/** @throws AppError `conversation_unknown` */
export async function readVisitorLog(
  deps: Deps,
  visitor: VisitorActor,
  body: LogRead,
): Promise<LogPage> {
  await requireOwnConversation(deps, visitor, body.conversationId);
  const page = await deps.log.read(body);
  return { entries: page.entries.map(toVisitorEntry), more: page.more };
}

/** @throws AppError `conversation_unknown` */
export async function readAgentLog({ store, log }: Deps, body: LogRead): Promise<LogPage> {
  const known = await store.db
    .selectFrom('conversations')
    .select('id')
    .where('id', '=', body.conversationId)
    .executeTakeFirst();
  if (!known) throw new AppError('conversation_unknown');
  return log.read(body);
}
