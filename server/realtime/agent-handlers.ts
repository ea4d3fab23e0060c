/** What an agent's socket may ask, each event bound to its action. */
import * as Requests from '../../protocol/requests.ts';
import type { AgentRequests } from '../../protocol/sockets.ts';
import { AppError } from '../app-error.ts';
import { assignConversation } from '../chat/assign.ts';
import type { Presence } from '../chat/conversation-rows.ts';
import { listConversations } from '../chat/list-conversations.ts';
import { markRead } from '../chat/mark-read.ts';
import { readAgentLog } from '../chat/read-log.ts';
import { sendAgentMessage } from '../chat/send-agent-message.ts';
import { setConversationStatus } from '../chat/set-status.ts';
import { syncAgent } from '../chat/sync.ts';
import type { Deps } from '../deps.ts';
import { listedEvent, type ReadConversation, readEvent } from '../ledger/readings.ts';
import type { AgentNotices } from '../notices/notices.ts';
import type { AgentPayments } from '../payments/agent-payments.ts';
import { type Handlers, handle } from './dispatcher.ts';
import type { Tell } from './facts.ts';
import { incidentHandlers } from './incident-handlers.ts';
import { readerOf } from './live-reads.ts';
import type { AgentSocket, Namespaces } from './namespaces.ts';
import { agentNoticeHandlers } from './notice-handlers.ts';
import { paymentHandlers } from './payment-handlers.ts';
import { createTurns } from './turns.ts';
import type { Typing } from './typing.ts';

export interface AgentHandlerDeps {
  deps: Deps;
  namespaces: Namespaces;
  presence: Presence;
  typing: Typing;
  /** To the other processes alone. */
  relay: Tell;
  payments: AgentPayments;
  notices: AgentNotices;
}

export function createAgentHandlers(part: AgentHandlerDeps): Handlers<AgentSocket, AgentRequests> {
  const { deps, namespaces, presence, typing, relay, payments, notices } = part;
  const inTurn = createTurns();

  const send = async (
    socket: AgentSocket,
    body: Requests.AgentMessageSend,
    type: 'message' | 'note',
  ) => {
    const { agent } = socket.data;
    await follow(deps, socket, body.conversationId);
    const sent = await sendAgentMessage(deps, agent, body, type);
    typing.stop(body.conversationId, agent.id);
    return sent;
  };

  return {
    'conversations:list': handle(Requests.ConversationsList, async (socket: AgentSocket, body) => {
      const page = await listConversations(deps, presence, body);
      const conversationIds = page.conversations.map(({ id }) => id);
      const shown = { list: 'conversations' as const, conversationIds };
      if (conversationIds.length > 0) {
        await deps.ledger.record(listedEvent(readerOf(socket), shown));
      }
      return page;
    }),
    'conversation:sync': handle(
      Requests.AgentSync,
      inTurn(async (socket: AgentSocket, body) => {
        // First, so that nothing is appended between the reading and the following.
        const conversation = await follow(deps, socket, body.conversationId);
        const snapshot = await syncAgent(deps, presence, body);
        await recordRead(deps, socket, conversation, snapshot);
        return snapshot;
      }),
    ),
    'log:read': handle(
      Requests.LogRead,
      inTurn(async (socket: AgentSocket, body) => {
        const page = await readAgentLog(deps, body);
        const conversation = await findConversation(deps, socket, body.conversationId);
        if (page.entries.length > 0) await recordRead(deps, socket, conversation, page);
        return page;
      }),
    ),
    'message:send': handle(Requests.AgentMessageSend, (socket: AgentSocket, body) =>
      send(socket, body, 'message'),
    ),
    'note:send': handle(Requests.AgentMessageSend, (socket: AgentSocket, body) =>
      send(socket, body, 'note'),
    ),
    'typing:set': handle(Requests.TypingSet, async (socket: AgentSocket, body) => {
      const { conversationId, on } = body;
      const { id, name } = socket.data.agent;
      const { visitorId } = await follow(deps, socket, conversationId);
      typing.set({ conversationId, by: 'agent', agent: { id, name }, on }, (changed) => {
        namespaces.visitors.to(visitorId).emit('typing:changed', changed);
        socket.to(conversationId).emit('typing:changed', changed);
        relay({ is: 'typing', visitorId, changed });
      });
      return null;
    }),
    'read:mark': handle(Requests.ReadMark, (_socket, body) => markRead(deps, 'agent', body)),
    'conversation:assign': handle(Requests.ConversationAssign, (socket: AgentSocket, body) =>
      assignConversation(deps, socket.data.agent, body),
    ),
    'conversation:resolve': handle(Requests.ConversationRef, (socket: AgentSocket, body) =>
      setConversationStatus(deps, socket.data.agent, body, 'resolved'),
    ),
    'conversation:reopen': handle(Requests.ConversationRef, (socket: AgentSocket, body) =>
      setConversationStatus(deps, socket.data.agent, body, 'open'),
    ),
    ...paymentHandlers(payments),
    ...incidentHandlers(deps),
    ...agentNoticeHandlers(notices),
  };
}

/**
 * From the first request about a conversation on, the socket receives its entries, typing and reads;
 * of all others only `conversation:changed` [LOG-6].
 * @throws AppError `conversation_unknown`
 */
async function follow(
  deps: Pick<Deps, 'store'>,
  socket: AgentSocket,
  conversationId: string,
): Promise<ReadConversation> {
  const conversation = await findConversation(deps, socket, conversationId);
  socket.data.following.set(conversationId, conversation);
  socket.join(conversationId);
  return conversation;
}

async function findConversation(
  { store }: Pick<Deps, 'store'>,
  { data: { following } }: AgentSocket,
  id: string,
): Promise<ReadConversation> {
  const known = following.get(id);
  if (known !== undefined) return known;
  const row = await store.db
    .selectFrom('conversations')
    .select(['visitor_id', 'site_id'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new AppError('conversation_unknown');
  return { id, visitorId: row.visitor_id, siteId: row.site_id };
}

/** Durable before the answer leaves [LEDGER-1]. */
async function recordRead(
  { ledger }: Pick<Deps, 'ledger'>,
  socket: AgentSocket,
  conversation: ReadConversation,
  { entries }: { entries: readonly { seq: number }[] },
): Promise<void> {
  const stretch = { firstSeq: entries[0]?.seq, lastSeq: entries.at(-1)?.seq };
  await ledger.record(readEvent(readerOf(socket), conversation, stretch));
}
