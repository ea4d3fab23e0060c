/**
 * Socket.IO, put together: two namespaces, what they are told, and an orderly end. An adapter: it
 * parses, calls one action and answers; it decides nothing.
 */
import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { SOCKET_PACKET_MAX_BYTES } from '../../protocol/limits.ts';
import type { Presence } from '../chat/conversation-rows.ts';
import type { AgentPayments, Deps } from '../deps.ts';
import type { Publisher } from '../log/publisher.ts';
import type { Notices } from '../notices/notices.ts';
import type { NoticeFacts } from '../notices/part.ts';
import type { Tickets } from '../people/tickets.ts';
import { serveAgents } from './agent-namespace.ts';
import { createChanges } from './changes.ts';
import { corkPerTurn } from './cork.ts';
import { createIncidentChanges } from './incident-changes.ts';
import { createLiveReads } from './live-reads.ts';
import { hasListeners, namespacesOf } from './namespaces.ts';
import { createNoticeFacts } from './notice-handlers.ts';
import { createPaymentChanges } from './payment-changes.ts';
import { createPublisher } from './publisher.ts';
import { createTyping } from './typing.ts';
import { limitPolling } from './unread.ts';
import { serveVisitors } from './visitor-namespace.ts';

/** A connection that has not said what it wants by then is closed. */
const CONNECT_TIMEOUT_MS = 10_000;
const DRAIN_TIMEOUT_MS = 5000;

export interface Realtime {
  publisher: Publisher;
  /** How visitors and agents hear of notices. */
  noticeFacts: NoticeFacts;
  /** Begins to accept handshakes. Separate, because the actions need the publisher first. */
  serve(given: {
    deps: Deps;
    tickets: Tickets;
    payments: AgentPayments;
    notices: Pick<Notices, 'agents' | 'visitors'>;
  }): void;
  endAgentSession(sessionId: string): void;
  /** Every socket of a visitor; who was erased is nobody that we know. */
  endVisitor(visitorId: string): void;
  /** Refuses new requests, lets running ones be answered. */
  drain(): Promise<void>;
  /** Closes every socket; clients reconnect by themselves. */
  close(): Promise<void>;
}

export function createRealtime(
  httpServer: HttpServer,
  deps: Pick<Deps, 'store' | 'logger' | 'config' | 'ledger' | 'clock'>,
): Realtime {
  const io = new Server(httpServer, {
    serveClient: false,
    maxHttpBufferSize: SOCKET_PACKET_MAX_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    perMessageDeflate: false,
    httpCompression: false,
    // A frame's origin is `null`. Without credentials, any origin may read what it asked for; who
    // may ask is settled by the ticket, and for agents by the cookie and the `Origin`.
    cors: { origin: '*', credentials: false },
  });
  httpServer.on('upgrade', (_request, socket) => corkPerTurn(socket));
  io.engine.on('connection', limitPolling);
  io.use((_socket, next) => next(new Error('Use a namespace')));

  const namespaces = namespacesOf(io);
  const presence: Presence = { isOnline: (id) => hasListeners(namespaces.visitors, id) };
  const liveReads = createLiveReads({ ...deps, agents: namespaces.agents });
  const changes = createChanges(deps, namespaces, presence, liveReads);
  const paymentChanges = createPaymentChanges(deps, namespaces, liveReads);
  const incidentChanges = createIncidentChanges(deps, namespaces);
  const typing = createTyping();
  const drains: (() => Promise<void>)[] = [];
  let agentSockets: ReturnType<typeof serveAgents> | null = null;
  let visitorSockets: ReturnType<typeof serveVisitors> | null = null;

  return {
    publisher: createPublisher(namespaces, changes, paymentChanges, incidentChanges, liveReads),
    noticeFacts: createNoticeFacts(namespaces),
    serve({ deps: all, tickets, payments, notices }) {
      const part = { deps: all, namespaces, presence, changes, typing };
      agentSockets = serveAgents({ ...part, payments, notices: notices.agents });
      visitorSockets = serveVisitors({ ...part, tickets, notices: notices.visitors });
      drains.push(visitorSockets.drain, agentSockets.drain);
    },
    endVisitor: (visitorId) => void namespaces.visitors.in(visitorId).disconnectSockets(true),
    endAgentSession: (sessionId) => agentSockets?.endSession(sessionId),
    async drain() {
      const drained = Promise.all(drains.map((drain) => drain()));
      const late = new Promise((resolve) => setTimeout(resolve, DRAIN_TIMEOUT_MS).unref());
      await Promise.race([drained, late]);
    },
    async close() {
      agentSockets?.close();
      visitorSockets?.close();
      typing.close();
      await changes.close();
      await paymentChanges.close();
      await incidentChanges.close();
      io.disconnectSockets(true);
      io.engine.close();
      await liveReads.close();
    },
  };
}
