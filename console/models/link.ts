/**
 * What the models know of the connection: typed requests that always answer, facts that may be lost,
 * and whether there is a connection at all. The socket behind it is `adapter/socket-link.ts`.
 */
import type { ReadonlySignal } from '@preact/signals';
import { refuse } from '../../protocol/errors.ts';
import type { AgentFactsMap, AgentRequests } from '../../protocol/sockets.ts';

export type RequestName = keyof AgentRequests;
export type RequestBody<Name extends RequestName> = Parameters<AgentRequests[Name]>[0];
type Ack<Name extends RequestName> = NonNullable<Parameters<AgentRequests[Name]>[1]>;
export type Answer<Name extends RequestName> = Parameters<Ack<Name>>[0];
export type FactName = keyof AgentFactsMap;

/** `outdated`: the server speaks another protocol version, and only a reload helps [VER-1]. */
export type LinkState = 'connecting' | 'online' | 'offline' | 'outdated';

export interface AgentLink {
  readonly state: ReadonlySignal<LinkState>;
  /** Why there is no connection, in the server's words, where it asks for patience [LIMIT-4]. */
  readonly words: ReadonlySignal<string | null>;
  /** Never throws and never hangs: without an answer within ten seconds it is `NO_ANSWER`. */
  request<Name extends RequestName>(name: Name, body: RequestBody<Name>): Promise<Answer<Name>>;
  /** For what is worth nothing when it comes late; dropped without a connection. */
  tell<Name extends 'typing:set' | 'read:mark'>(name: Name, body: RequestBody<Name>): void;
  on<Name extends FactName>(name: Name, receive: AgentFactsMap[Name]): () => void;
  /**
   * After every connect, the first included, and whenever a connection was silent for so long that it
   * may be none: facts may have been lost before it [LOG-5] [SYNC-2].
   */
  onConnect(run: () => void): () => void;
  close(): void;
}

/** Whether it was carried out is unknown, so that only a repeat with the same `clientId` is safe. */
export const NO_ANSWER = {
  ok: false,
  error: { ...refuse('unavailable').error, message: 'The server did not answer.' },
} as const;

/** Refusals after which it is not known whether it was carried out: the same one may be repeated. */
export const isUncertain = (code: string): boolean =>
  code === 'unavailable' || code === 'internal' || code === 'provider_unreachable';
