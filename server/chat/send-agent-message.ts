/** `message:send` and `note:send` by an agent [SEND-1] [SEND-3]. */
import type { AgentMessageSend } from '../../protocol/requests.ts';
import type { SentMessage } from '../../protocol/sockets.ts';
import type { Deps } from '../deps.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { requireClientId, requireText } from './message-text.ts';

/** @throws AppError `bad_request`, `message_empty`, `message_too_long`, `conversation_unknown` */
export async function sendAgentMessage(
  { log }: Pick<Deps, 'log'>,
  { id, name }: AgentActor,
  { conversationId, clientId, text }: AgentMessageSend,
  type: 'message' | 'note',
): Promise<SentMessage> {
  const { entry } = await log.append({
    conversationId,
    author: { kind: 'agent', id, name },
    clientId: requireClientId(clientId),
    type,
    text: requireText(text),
  });
  return { conversationId, seq: entry.seq, at: entry.at };
}
