/** An agent who passed the handshake or the cookie check. */
export interface AgentActor {
  kind: 'agent';
  id: string;
  name: string;
  /** Of the peer, for the ledger. */
  address?: string;
}
