/** The two namespaces with their types: what may be asked, what is told, and who is at the end. */
import type { Namespace, Server, Socket } from 'socket.io';
import {
  AGENT_NAMESPACE,
  type AgentFactsMap,
  type AgentRequests,
  VISITOR_NAMESPACE,
  type VisitorFactsMap,
  type VisitorRequests,
} from '../../protocol/sockets.ts';
import type { VisitorActor } from '../chat/actors.ts';
import type { ReadConversation } from '../ledger/readings.ts';
import type { PeerLoad } from '../load/load.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { TokenBucket } from './token-bucket.ts';

type NoEvents = Record<never, never>;

export interface VisitorSocketData {
  visitor: VisitorActor;
  load: PeerLoad;
  allowance: TokenBucket;
}
export interface AgentSocketData {
  agent: AgentActor;
  load: PeerLoad;
  sessionId: string;
  /** Conversations that this socket follows, by id. */
  following: Map<string, ReadConversation>;
}

export type VisitorNamespace = Namespace<
  VisitorRequests,
  VisitorFactsMap,
  NoEvents,
  VisitorSocketData
>;
export type AgentNamespace = Namespace<AgentRequests, AgentFactsMap, NoEvents, AgentSocketData>;
export type VisitorSocket = Socket<VisitorRequests, VisitorFactsMap, NoEvents, VisitorSocketData>;
export type AgentSocket = Socket<AgentRequests, AgentFactsMap, NoEvents, AgentSocketData>;

export interface Namespaces {
  /** Rooms: the visitor's id, for every tab of that visitor. */
  visitors: VisitorNamespace;
  /** Rooms: a conversation's id, for who follows it; `sessionRoom`, for sign-out. */
  agents: AgentNamespace;
}

export const namespacesOf = (io: Server): Namespaces => ({
  visitors: io.of(VISITOR_NAMESPACE),
  agents: io.of(AGENT_NAMESPACE),
});

export const sessionRoom = (sessionId: string): string => `session:${sessionId}`;

/**
 * Whether anybody is in a room of this process, so that nothing is encoded for nobody. Each process
 * tells its own sockets, so it has to answer for no other.
 */
export const hasListeners = (
  namespace: Pick<VisitorNamespace, 'adapter'> | Pick<AgentNamespace, 'adapter'>,
  room: string,
): boolean => namespace.adapter.rooms.has(room);
