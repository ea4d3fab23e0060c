/** `message:send` by a visitor [SEND-1] [SEND-3] [SEND-4]. */
import type { Author } from '../../protocol/entries.ts';
import type { VisitorMessageSend } from '../../protocol/requests.ts';
import type { SentMessage } from '../../protocol/sockets.ts';
import type { Deps } from '../deps.ts';
import type { Appended, EntryDraft } from '../log/log.ts';
import type { VisitorActor } from './actors.ts';
import { requireClientId, requireText } from './message-text.ts';
import { ownConversation } from './own-conversation.ts';
import { startConversation } from './start-conversation.ts';

/** @throws AppError `bad_request`, `message_empty`, `message_too_long`, `conversation_unknown` */
export async function sendVisitorMessage(
  deps: Deps,
  visitor: VisitorActor,
  { conversationId: named, clientId, text: given }: VisitorMessageSend,
): Promise<SentMessage> {
  requireClientId(clientId);
  const text = requireText(given);
  const draftFor = (conversationId: string): EntryDraft => ({
    conversationId,
    author: authorOf(visitor),
    clientId,
    type: 'message',
    text,
  });
  // The one that is known, not the one that was named: what is kept by it is found without comparing.
  const { conversationId: known } = visitor;
  const settled =
    known !== null && known === named
      ? { conversationId: known }
      : await settle(deps, visitor, { named, draftFor });
  if ('started' in settled) return toSent(settled.started);
  const { conversationId } = settled;
  if (!visitor.gaveMessages) {
    await deps.ledger.given({ ...visitor, conversationId }, 'messages');
    visitor.gaveMessages = true;
  }
  return toSent(await deps.log.append(draftFor(conversationId)));
}

const toSent = ({ entry: { conversationId, seq, at } }: Appended): SentMessage => ({
  conversationId,
  seq,
  at,
});

interface Unsettled {
  named: string | null;
  draftFor(conversationId: string): EntryDraft;
}
type Settled = { conversationId: string } | { started: Appended };

/**
 * One message after the other until the conversation is known: what one socket sent at once keeps its
 * order, whatever order the database answers in.
 */
async function settle(
  deps: Deps,
  visitor: VisitorActor,
  { named, draftFor }: Unsettled,
): Promise<Settled> {
  const turn = visitor.line.then(async () => {
    const conversationId = await ownConversation(deps, visitor, named);
    if (conversationId !== null) return { conversationId };
    return { started: await startConversation(deps, visitor, draftFor) };
  });
  visitor.line = turn.catch(() => {});
  return turn;
}

const authorOf = ({ id, facts }: VisitorActor): Author =>
  facts.name === undefined ? { kind: 'visitor', id } : { kind: 'visitor', id, name: facts.name };
