/**
 * When a visitor's session ends [LEDGER-1]: its socket left. The session of a long visit is renewed,
 * so that none is older than a day and a question about a window need not look further back. Knows
 * sockets and the ledger.
 */

import type { Ledger } from '../ledger/ledger.ts';
import type { Clock, Logger } from '../world.ts';
import type { VisitorNamespace, VisitorSocket } from './namespaces.ts';

export interface VisitorSessions {
  left(socket: VisitorSocket): void;
  close(): void;
}

const RENEW_AFTER_MS = 12 * 3_600_000;
const LOOK_EVERY_MS = 15 * 60_000;

export interface VisitorSessionsDeps {
  ledger: Ledger;
  clock: Clock;
  logger: Logger;
  visitors: VisitorNamespace;
  /** Shorter only in tests. */
  lookEveryMs?: number;
}

export function createVisitorSessions(deps: VisitorSessionsDeps): VisitorSessions {
  const { ledger, clock, logger, visitors, lookEveryMs = LOOK_EVERY_MS } = deps;

  const of = ({ data: { visitor } }: VisitorSocket) => ({
    visitorId: visitor.id,
    siteId: visitor.siteId,
    conversationId: visitor.conversationId,
    release: visitor.session?.release ?? null,
  });
  const failed = (err: unknown) => logger.error({ err }, 'a session could not be written down');

  async function close(socket: VisitorSocket, opened: number): Promise<void> {
    await ledger.record({ kind: 'session.closed', ...of(socket), detail: { opened } });
  }

  /** The new one begins before the old one ends, so that there is no instant between them. */
  async function renew(socket: VisitorSocket): Promise<void> {
    const { session } = socket.data.visitor;
    if (!session) return;
    const openedAt = clock.now();
    const detail = { renews: session.n };
    const n = await ledger.record({ kind: 'session.opened', ...of(socket), detail });
    socket.data.visitor.session = { ...session, n, openedAt };
    await close(socket, session.n);
    // It left meanwhile, and closed the one that it knew of.
    if (!socket.connected) await close(socket, n);
  }

  const looking = setInterval(() => {
    const before = clock.now() - RENEW_AFTER_MS;
    for (const socket of visitors.sockets.values()) {
      const { session } = socket.data.visitor;
      if (session && session.openedAt < before) renew(socket).catch(failed);
    }
  }, lookEveryMs).unref();

  return {
    left(socket) {
      const { session } = socket.data.visitor;
      if (session) close(socket, session.n).catch(failed);
    },
    close: () => clearInterval(looking),
  };
}
