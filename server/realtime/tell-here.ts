/** A fact to the sockets of this process, whichever process it comes from [SEND-3] [LOG-4] [LOG-6]. */
import { toVisitorEntry } from '../chat/visible-entry.ts';
import type { PublishedEntry } from '../log/publisher.ts';
import type { Changes } from './changes.ts';
import type { Fact, Tell } from './facts.ts';
import type { IncidentChanges } from './incident-changes.ts';
import type { LiveReads } from './live-reads.ts';
import { hasListeners, type Namespaces, sessionRoom } from './namespaces.ts';
import type { BannerFacts } from './notice-handlers.ts';
import type { PaymentChanges } from './payment-changes.ts';
import type { Stale } from './stale.ts';
import { tellRoom } from './tell-room.ts';
import type { Typing } from './typing.ts';

export interface TellHere {
  namespaces: Namespaces;
  changes: Changes;
  payments: PaymentChanges;
  incidents: IncidentChanges;
  liveReads: LiveReads;
  typing: Typing;
  banners: BannerFacts;
  stale: Stale;
}

export function createTellHere(parts: TellHere): Tell {
  const { namespaces, changes, payments, incidents, liveReads, typing, banners, stale } = parts;
  const { visitors, agents } = namespaces;

  function tellEntry({ entry, visitorId }: PublishedEntry): void {
    const isFollowed = hasListeners(agents, entry.conversationId);
    if (isFollowed || hasListeners(visitors, visitorId)) {
      const fact = JSON.stringify(entry);
      const visible = toVisitorEntry(entry);
      const visibleFact = visible === entry ? fact : JSON.stringify(visible);
      tellRoom(visitors, visitorId, 'entry:appended', visibleFact);
      tellRoom(agents, entry.conversationId, 'entry:appended', fact);
    }
    if (isFollowed) {
      // What an agent receives stands in the ledger by the process that sent it.
      liveReads.received(entry);
    }
    // Sent through another process, by whom this one has seen typing.
    if (entry.type === 'message' || entry.type === 'note') {
      const { kind, id = kind } = entry.author;
      typing.stop(entry.conversationId, kind === 'visitor' ? kind : id);
    }
    changes.mark(entry.conversationId, entry.type === 'event');
    if (entry.type === 'payment') payments.mark(entry.payment.paymentId);
  }

  return (fact: Fact) => {
    switch (fact.is) {
      case 'entry':
        return tellEntry(fact.published);
      case 'read':
        visitors.to(fact.visitorId).emit('read:changed', fact.changed);
        agents.to(fact.changed.conversationId).emit('read:changed', fact.changed);
        return;
      case 'typing':
        return typing.heard(fact);
      case 'conversation':
        return changes.mark(fact.id, fact.withView);
      case 'payment':
        return payments.mark(fact.id);
      case 'incident':
        return incidents.mark(fact.id);
      case 'notice':
        agents.emit('notice:changed', fact.view);
        return;
      case 'banners':
        return banners.ofSite(fact.siteId);
      case 'banner':
        return banners.ofVisitor(fact.visitor);
      case 'session-ended':
        agents.in(sessionRoom(fact.id)).disconnectSockets(true);
        return;
      case 'stale':
        return stale.say();
    }
  };
}
