/** Who asks, as the realtime layer knows them after the handshake. */
import type { PendingVisitor } from '../people/visitors.ts';

/** One visitor on one socket. Changes only by that visitor's own requests. */
export interface VisitorActor extends PendingVisitor {
  kind: 'visitor';
  /** The current conversation once it is known, so that no message has to look it up. */
  conversationId: string | null;
  /** The ledger knows that this visitor gave messages. Whoever is erased loses the socket too. */
  gaveMessages?: boolean;
  /** Ends when the messages before are past the question which conversation they belong to. */
  line: Promise<unknown>;
}
