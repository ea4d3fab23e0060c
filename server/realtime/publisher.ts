/** Committed facts to everyone concerned, the sender included [SEND-3] [LOG-4]. */
import { toVisitorEntry } from '../chat/visible-entry.ts';
import type { Publisher } from '../log/publisher.ts';
import type { Changes } from './changes.ts';
import type { IncidentChanges } from './incident-changes.ts';
import type { LiveReads } from './live-reads.ts';
import { hasListeners, type Namespaces } from './namespaces.ts';
import type { PaymentChanges } from './payment-changes.ts';

export function createPublisher(
  { visitors, agents }: Namespaces,
  changes: Changes,
  payments: PaymentChanges,
  incidents: IncidentChanges,
  liveReads: LiveReads,
): Publisher {
  return {
    entryAppended({ entry, visitorId }) {
      if (hasListeners(visitors, visitorId)) {
        visitors.to(visitorId).emit('entry:appended', toVisitorEntry(entry));
      }
      if (hasListeners(agents, entry.conversationId)) {
        agents.to(entry.conversationId).emit('entry:appended', entry);
        liveReads.received(entry);
      }
      changes.mark(entry.conversationId, entry.type === 'event');
      if (entry.type === 'payment') payments.mark(entry.payment.paymentId);
    },
    readChanged(visitorId, fact) {
      visitors.to(visitorId).emit('read:changed', fact);
      agents.to(fact.conversationId).emit('read:changed', fact);
    },
    paymentChanged: (paymentId) => payments.mark(paymentId),
    incidentChanged: (incidentId) => incidents.mark(incidentId),
    conversationChanged: (conversationId) => changes.mark(conversationId, true),
  };
}
