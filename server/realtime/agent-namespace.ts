/** Agents' sockets: known by the cookie, from the console's own origin alone [AUTH-4]. */
import type { IncomingHttpHeaders } from 'node:http';
import { Type } from 'typebox';
import { createAddressOf } from '../address.ts';
import { AppError } from '../app-error.ts';
import type { Presence } from '../chat/conversation-rows.ts';
import type { Deps } from '../deps.ts';
import { readAgentCookie } from '../people/agent-cookie.ts';
import { requireAgentSession, requireSessionById } from '../people/agent-sessions.ts';
import { createParser, requireProtocol } from '../validator.ts';
import { type AgentHandlerDeps, createAgentHandlers } from './agent-handlers.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { Doors } from './doors.ts';
import { handshake } from './handshake.ts';
import { type AgentSocket, type Namespaces, sessionRoom } from './namespaces.ts';
import type { Typing } from './typing.ts';

export interface AgentNamespaceDeps extends AgentHandlerDeps {
  deps: Deps;
  namespaces: Namespaces;
  doors: Doors;
  presence: Presence;
  typing: Typing;
}

/** How soon a session that ended elsewhere (a new password, its lifetime) ends its sockets. */
const SESSION_CHECK_MS = 60_000;

const parseHandshake = createParser(Type.Object({ protocol: Type.Integer() }));

export interface AgentSockets extends Dispatcher<AgentSocket> {
  /** Ends the sockets of sessions that do not hold any more. */
  endDeadSessions(): void;
  close(): void;
}

export function serveAgents(part: AgentNamespaceDeps): AgentSockets {
  const { deps, typing } = part;
  const { agents } = part.namespaces;
  const addressOf = createAddressOf(deps.config.trustProxy);
  const dispatcher = createDispatcher<AgentSocket>({
    namespace: 'agent',
    handlers: createAgentHandlers(part),
    guard() {},
    ...deps,
  });

  agents.use(
    handshake({ ...deps, doors: part.doors }, async (socket: AgentSocket) => {
      const { auth, headers } = socket.handshake;
      if (!isFromOrigin(headers, deps.publicUrl())) throw new AppError('origin_not_allowed');
      requireProtocol(auth);
      parseHandshake(auth);
      const cookie = readAgentCookie(headers.cookie, deps.publicUrl());
      const session = await requireAgentSession(deps, cookie);
      const { kind, id, name } = session.agent;
      const address = addressOf(socket.request);
      const agent = { kind, id, name, address };
      const load = deps.load.peer(null);
      socket.data = { agent, load, sessionId: session.id, following: new Map() };
    }),
  );

  agents.on('connection', (socket) => {
    socket.join(sessionRoom(socket.data.sessionId));
    // Without a next one: nobody listens to single events.
    socket.use((packet) => dispatcher.dispatch(socket, packet));
    socket.on('disconnect', (reason) => {
      // What is left of it would be a connection of nobody's.
      if (reason === 'client namespace disconnect') socket.conn.close();
      typing.stopAll(socket.data.agent.id);
    });
  });

  const endSession = (sessionId: string) => {
    agents.in(sessionRoom(sessionId)).disconnectSockets(true);
  };

  async function checkSessions(): Promise<void> {
    const open = new Set([...agents.sockets.values()].map(({ data }) => data.sessionId));
    for (const sessionId of open) {
      // An open console is a session in use.
      await requireSessionById(deps, sessionId).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        endSession(sessionId);
      });
    }
  }
  function endDeadSessions(): void {
    checkSessions().catch((err: unknown) => {
      deps.logger.error({ err }, 'sessions could not be checked');
    });
  }
  const checking = setInterval(endDeadSessions, SESSION_CHECK_MS).unref();

  return { ...dispatcher, endDeadSessions, close: () => clearInterval(checking) };
}

/**
 * Browsers send no `Origin` with a `GET` to the own origin, as long-polling begins; they say where it
 * comes from in a header that no page can set (W3C Fetch Metadata, 2.3).
 */
function isFromOrigin(headers: IncomingHttpHeaders, own: string): boolean {
  if (headers.origin !== undefined) return headers.origin === own;
  return headers['sec-fetch-site'] === 'same-origin';
}
