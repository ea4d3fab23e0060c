/** A visitor's one current conversation [SEND-4]. */
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { VisitorActor } from './actors.ts';

/**
 * @param conversationId what the visitor named; `null` is the current one
 * @returns the current conversation, or null when there is none yet
 * @throws AppError `conversation_unknown` for whatever is not the visitor's own
 */
export async function ownConversation(
  { store }: Pick<Deps, 'store'>,
  visitor: VisitorActor,
  conversationId: string | null,
): Promise<string | null> {
  if (visitor.conversationId === null) {
    // Another tab may have begun it since this socket connected.
    const row = await store.db
      .selectFrom('conversations')
      .select('id')
      .where('visitor_id', '=', visitor.id)
      .executeTakeFirst();
    visitor.conversationId = row?.id ?? null;
  }
  if (conversationId !== null && conversationId !== visitor.conversationId) {
    throw new AppError('conversation_unknown');
  }
  return visitor.conversationId;
}

/** For requests that name a conversation. @throws AppError `conversation_unknown` */
export async function requireOwnConversation(
  deps: Pick<Deps, 'store'>,
  visitor: VisitorActor,
  conversationId: string,
): Promise<string> {
  const own = await ownConversation(deps, visitor, conversationId);
  if (own === null) throw new AppError('conversation_unknown');
  return own;
}
