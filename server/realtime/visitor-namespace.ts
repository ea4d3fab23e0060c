/** Visitors' sockets: known by a ticket alone [AUTH-2]; cookies are not looked at [AUTH-1]. */
import { Type } from 'typebox';
import * as Requests from '../../protocol/requests.ts';
import type { VisitorRequests } from '../../protocol/sockets.ts';
import { AppError } from '../app-error.ts';
import { identifyVisitor } from '../chat/identify.ts';
import { markVisitorRead } from '../chat/mark-read.ts';
import { requireOwnConversation } from '../chat/own-conversation.ts';
import { readVisitorLog } from '../chat/read-log.ts';
import { sendVisitorMessage } from '../chat/send-visitor-message.ts';
import { syncVisitor } from '../chat/sync.ts';
import type { Deps } from '../deps.ts';
import type { VisitorNotices } from '../notices/notices.ts';
import type { Tickets } from '../people/tickets.ts';
import { createParser, requireProtocol } from '../validator.ts';
import { createDispatcher, type Dispatcher, type Handlers, handle } from './dispatcher.ts';
import type { Doors } from './doors.ts';
import type { Tell } from './facts.ts';
import { handshake } from './handshake.ts';
import { hasListeners, type Namespaces, type VisitorSocket } from './namespaces.ts';
import { visitorNoticeHandlers } from './notice-handlers.ts';
import type { SharedPresence } from './presence.ts';
import { fullBucket, takeToken } from './token-bucket.ts';
import { createTurns } from './turns.ts';
import type { Typing } from './typing.ts';
import { createVisitorSessions } from './visitor-sessions.ts';

interface VisitorNamespaceDeps {
  deps: Deps;
  namespaces: Namespaces;
  doors: Doors;
  tickets: Tickets;
  tell: Tell;
  /** To the other processes alone. */
  relay: Tell;
  presence: SharedPresence;
  typing: Typing;
  notices: VisitorNotices;
}

/** A page that is left and the next one are one visit. */
const LEAVING_MS = 3000;
/** Tabs of one visitor [LIMIT-2]. */
const MAX_SOCKETS = 20;

const parseHandshake = createParser(
  Type.Object({ protocol: Type.Integer(), ticket: Type.String() }),
);

export interface VisitorSockets extends Dispatcher<VisitorSocket> {
  close(): void;
}

export function serveVisitors(part: VisitorNamespaceDeps): VisitorSockets {
  const { deps, tickets, tell, presence, typing } = part;
  const { visitors } = part.namespaces;
  const { limits } = deps.config;
  const allowance = {
    burst: limits.visitorRequestsBurst,
    perSecond: limits.visitorRequestsPerSecond,
  };
  const dispatcher = createDispatcher<VisitorSocket>({
    namespace: 'visitor',
    handlers: createHandlers(part),
    guard: ({ data }) => takeToken(data.allowance, allowance, deps.clock.now()),
    ...deps,
  });

  const sessions = createVisitorSessions({ ...deps, visitors });

  visitors.use(
    handshake({ ...deps, doors: part.doors }, async (socket: VisitorSocket) => {
      requireProtocol(socket.handshake.auth);
      const pending = await tickets.redeem(parseHandshake(socket.handshake.auth).ticket);
      const { name, conversationId } = await recordOf(deps, pending.id);
      const facts = { ...(name != null && { name }), ...pending.facts };
      socket.data.visitor = {
        kind: 'visitor',
        ...pending,
        facts,
        conversationId: conversationId ?? null,
        line: Promise.resolve(),
      };
      socket.data.load = deps.load.peer(pending.siteId);
      socket.data.allowance = fullBucket(allowance, deps.clock.now());
      // Here already, so that handshakes that are under way count; one that fails leaves by itself.
      socket.join(pending.id);
      if ((await presence.countSockets(pending.id)) > MAX_SOCKETS) {
        throw new AppError('unavailable');
      }
    }),
  );

  const announce = (socket: VisitorSocket) => {
    const { conversationId } = socket.data.visitor;
    if (conversationId !== null) tell({ is: 'conversation', id: conversationId, withView: false });
  };

  visitors.on('connection', (socket) => {
    const { visitor } = socket.data;
    announce(socket);
    // Without a next one: nobody listens to single events.
    socket.use((packet) => dispatcher.dispatch(socket, packet));
    socket.on('disconnect', (reason) => {
      // What is left of it would be a connection of nobody's.
      if (reason === 'client namespace disconnect') socket.conn.close();
      sessions.left(socket);
      if (visitor.conversationId !== null) typing.stop(visitor.conversationId, 'visitor');
      setTimeout(() => {
        if (!hasListeners(visitors, visitor.id)) announce(socket);
      }, LEAVING_MS).unref();
    });
  });
  return { ...dispatcher, close: sessions.close };
}

async function recordOf({ store }: Deps, visitorId: string) {
  const row = await store.db
    .selectFrom('visitors')
    .leftJoin('conversations', 'conversations.visitor_id', 'visitors.id')
    .select(['visitors.name', 'conversations.id as conversationId'])
    .where('visitors.id', '=', visitorId)
    .executeTakeFirst();
  return row ?? { name: null, conversationId: null };
}

function createHandlers({
  deps,
  relay,
  namespaces,
  typing,
  notices,
}: VisitorNamespaceDeps): Handlers<VisitorSocket, VisitorRequests> {
  const inTurn = createTurns();
  return {
    'conversation:sync': handle(
      Requests.VisitorSync,
      inTurn(async ({ data }: VisitorSocket, body) => {
        const snapshot = await syncVisitor(deps, data.visitor, body);
        const notice = await notices.bannerFor(data.visitor);
        return { ...snapshot, ...(notice && { notice }) };
      }),
    ),
    'log:read': handle(
      Requests.LogRead,
      inTurn(({ data }: VisitorSocket, body) => readVisitorLog(deps, data.visitor, body)),
    ),
    'message:send': handle(Requests.VisitorMessageSend, ({ data }, body) => {
      deps.load.admitMessage(data.load);
      return sendVisitorMessage(deps, data.visitor, body);
    }),
    'typing:set': handle(Requests.TypingSet, async ({ data }, { conversationId, on }) => {
      await requireOwnConversation(deps, data.visitor, conversationId);
      typing.set({ conversationId, by: 'visitor', on }, (changed) => {
        namespaces.agents.to(conversationId).emit('typing:changed', changed);
        relay({ is: 'typing', visitorId: data.visitor.id, changed });
      });
      return null;
    }),
    'read:mark': handle(Requests.ReadMark, ({ data }, body) =>
      markVisitorRead(deps, data.visitor, body),
    ),
    'visitor:identify': handle(Requests.VisitorIdentify, ({ data }, body) =>
      identifyVisitor(deps, data.visitor, body),
    ),
    ...visitorNoticeHandlers(notices),
  };
}
