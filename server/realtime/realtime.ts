/**
 * Socket.IO, put together: two namespaces, what they are told, and an orderly end. An adapter: it
 * parses, calls one action and answers; it decides nothing.
 */
import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { SOCKET_PACKET_MAX_BYTES } from '../../protocol/limits.ts';
import { createAddressOf } from '../address.ts';
import type { Deps } from '../deps.ts';
import { createLocalLimiter } from '../load/local-limiter.ts';
import type { ConversationLog } from '../log/log.ts';
import type { Publisher } from '../log/publisher.ts';
import { countUp } from '../metrics/meters.ts';
import type { Notices } from '../notices/notices.ts';
import type { NoticeFacts } from '../notices/part.ts';
import type { AgentPayments } from '../payments/agent-payments.ts';
import type { Tickets } from '../people/tickets.ts';
import type { Cluster } from '../shared/open-shared.ts';
import { serveAgents } from './agent-namespace.ts';
import { createChanges } from './changes.ts';
import { guardDoors } from './doors.ts';
import type { Tell } from './facts.ts';
import { connectionGauges } from './gauges.ts';
import { createIncidentChanges } from './incident-changes.ts';
import { leaveAll } from './leave.ts';
import { createLiveReads } from './live-reads.ts';
import { namespacesOf } from './namespaces.ts';
import { createBannerFacts } from './notice-handlers.ts';
import { createPaymentChanges } from './payment-changes.ts';
import { createPresence } from './presence.ts';
import { createPublisher } from './publisher.ts';
import { createRelay } from './relay.ts';
import { sendInFrames } from './send-in-frames.ts';
import { createStale } from './stale.ts';
import { createTellHere } from './tell-here.ts';
import * as textParser from './text-parser.ts';
import { createTyping } from './typing.ts';
import { limitPolling } from './unread.ts';
import { createUnreadTotal } from './unread-total.ts';
import { serveVisitors } from './visitor-namespace.ts';

/** A connection that has not said what it wants by then is closed. */
const CONNECT_TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;

type ServedNotices = Pick<Notices, 'agents' | 'visitors' | 'catchUp'>;

export interface Realtime {
  publisher: Publisher;
  /** How visitors and agents hear of notices. */
  noticeFacts: NoticeFacts;
  /** Facts were not told, nobody knows which: everybody is to synchronise [SYNC-1]. */
  untold(): void;
  /** Begins to accept handshakes. Separate, because the actions need the publisher first. */
  serve(given: {
    deps: Deps;
    tickets: Tickets;
    payments: AgentPayments;
    notices: ServedNotices;
  }): void;
  endAgentSession(sessionId: string): void;
  /** Every socket of a visitor; who was erased is nobody that we know. */
  endVisitor(visitorId: string): void;
  /** Takes nobody in, answers what runs, and closes every socket over a while [SYNC-3]. */
  drain(): Promise<void>;
  /** Closes what is left; clients reconnect by themselves. */
  close(): Promise<void>;
}

export function createRealtime(
  httpServer: HttpServer,
  deps: Pick<Deps, 'store' | 'logger' | 'config' | 'ledger' | 'clock' | 'meters' | 'load'> & {
    cluster: Cluster | null;
  },
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
    parser: textParser,
  });
  const { config, meters } = deps;
  const onCut = () => countUp(meters.cut, 'unread');
  const total = createUnreadTotal(config.load.unreadBytes, onCut);
  const unread = { total, onCut };
  io.engine.on('connection', (connection) => {
    sendInFrames(connection, unread);
    limitPolling(connection, unread);
  });
  const doors = guardDoors(io.engine, {
    ...deps,
    limits: config.load,
    addressOf: createAddressOf(config.trustProxy),
    handshakes: createLocalLimiter(config.load.handshakesPerMinute, MINUTE_MS),
  });
  io.use((_socket, next) => next(new Error('Use a namespace')));

  const relay = createRelay({
    io,
    cluster: deps.cluster,
    logger: deps.logger,
    hear: (fact) => tellHere(fact),
    missed: () => stale.say(),
  });
  const namespaces = namespacesOf(io);
  const presence = createPresence({
    visitors: namespaces.visitors,
    cluster: deps.cluster,
    logger: deps.logger,
    moved: (visitorIds) => changes.markOf(visitorIds),
  });
  const liveReads = createLiveReads({ ...deps, agents: namespaces.agents });
  // The log is made after this, because it publishes here.
  let unfolded: ConversationLog['unfolded'] = () => [];
  const changesDeps = { ...deps, unfolded: (id: string) => unfolded(id) };
  const changes = createChanges(changesDeps, namespaces, presence, liveReads);
  const payments = createPaymentChanges(deps, namespaces, liveReads);
  const incidents = createIncidentChanges(deps, namespaces);
  const typing = createTyping(({ visitorId, changed }) => {
    if (changed.by === 'agent') {
      namespaces.visitors.to(visitorId).emit('typing:changed', changed);
    }
    namespaces.agents.to(changed.conversationId).emit('typing:changed', changed);
  });
  let allNotices: ServedNotices | null = null;
  const banners = createBannerFacts(namespaces, () => allNotices?.visitors ?? null, deps.logger);
  const stale = createStale({
    namespaces,
    logger: deps.logger,
    async lookAgain() {
      agentSockets?.endDeadSessions();
      await allNotices?.catchUp();
    },
  });
  const parts = { namespaces, changes, payments, incidents, liveReads, typing, banners, stale };
  const tellHere = createTellHere(parts);
  const tell: Tell = (fact) => {
    tellHere(fact);
    relay.tell(fact);
  };
  meters.gauges.push(...connectionGauges(io, namespaces, total));
  let agentSockets: ReturnType<typeof serveAgents> | null = null;
  let visitorSockets: ReturnType<typeof serveVisitors> | null = null;

  return {
    publisher: createPublisher(tell),
    noticeFacts: {
      toVisitors: (siteId) => tell({ is: 'banners', siteId }),
      toVisitor: (visitor) => tell({ is: 'banner', visitor }),
      toAgents: (view) => tell({ is: 'notice', view }),
    },
    untold: () => tell({ is: 'stale' }),
    serve({ deps: all, tickets, payments: asked, notices }) {
      const part = { deps: all, namespaces, doors, presence, typing, tell, relay: relay.tell };
      allNotices = notices;
      unfolded = all.log.unfolded;
      agentSockets = serveAgents({ ...part, payments: asked, notices: notices.agents });
      visitorSockets = serveVisitors({ ...part, tickets, notices: notices.visitors });
    },
    endVisitor: (visitorId) => void namespaces.visitors.in(visitorId).disconnectSockets(true),
    endAgentSession: (id) => tell({ is: 'session-ended', id }),
    async drain() {
      doors.shut();
      const sockets = [
        ...namespaces.visitors.sockets.values(),
        ...namespaces.agents.sockets.values(),
      ];
      const leavers = sockets.map(({ conn, data }) => ({ conn, load: data.load }));
      await leaveAll(leavers, config.drain.spreadMs);
    },
    async close() {
      agentSockets?.close();
      visitorSockets?.close();
      typing.close();
      stale.close();
      relay.close();
      await changes.close();
      await payments.close();
      await incidents.close();
      io.disconnectSockets(true);
      io.engine.close();
      await liveReads.close();
      await presence.close();
    },
  };
}
