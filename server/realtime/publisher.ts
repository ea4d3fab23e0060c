/** Committed facts on their way to everyone concerned, the sender included [SEND-3]. */
import type { Publisher } from '../log/publisher.ts';
import type { Tell } from './facts.ts';

export const createPublisher = (tell: Tell): Publisher => ({
  entryAppended: (published) => tell({ is: 'entry', published }),
  readChanged: (visitorId, changed) => tell({ is: 'read', visitorId, changed }),
  paymentChanged: (id) => tell({ is: 'payment', id }),
  incidentChanged: (id) => tell({ is: 'incident', id }),
  conversationChanged: (id) => tell({ is: 'conversation', id, withView: true }),
});
