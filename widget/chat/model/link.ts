/** What the model needs of a connection: questions that always end, and words that may get lost. */
import type { VisitorRequests } from '../../../protocol/sockets.ts';

export type RequestName = keyof VisitorRequests;
export type Body<N extends RequestName> = Parameters<VisitorRequests[N]>[0];
type Ack<N extends RequestName> = NonNullable<Parameters<VisitorRequests[N]>[1]>;
export type Answer<N extends RequestName> = Parameters<Ack<N>>[0];

export interface Link {
  /** Never rejects; `undefined` when not connected, or when no answer came within 10 seconds [SEND-5]. */
  request<N extends RequestName>(name: N, body: Body<N>): Promise<Answer<N> | undefined>;
}

export type LinkStatus = 'connecting' | 'online' | 'reconnecting' | 'offline';
