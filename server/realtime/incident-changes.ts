/**
 * `incident:changed` to every agent, gathered: an attack on many visitors at once is many reports a
 * second of one incident, and each summary is sent at most four times in that time [REPORT-4]. Read
 * from the database when it is sent, so that it is never older than what was said before.
 */
import type { Deps } from '../deps.ts';
import { findIncidents } from '../incidents/incident-rows.ts';
import { isStoreOutage } from '../store/outage.ts';
import type { Namespaces } from './namespaces.ts';

/** For the first change after a quiet time: what is filed with it goes with it. */
const GATHER_MS = 20;
/** Between two rounds, however much happens. */
const EVERY_MS = 250;
/** More than that while the store is away: nobody says a second time what has changed. */
const RETRY_MS = 2000;
/** Each is a few queries; what is left over goes with the next round. */
const ROUND_MAX = 50;

export interface IncidentChanges {
  mark(incidentId: string): void;
  close(): Promise<void>;
}

export function createIncidentChanges(
  { store, logger }: Pick<Deps, 'store' | 'logger'>,
  { agents }: Pick<Namespaces, 'agents'>,
): IncidentChanges {
  const marked = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let sentAt = Number.NEGATIVE_INFINITY;
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const ids = [...marked].slice(0, ROUND_MAX);
    for (const id of ids) marked.delete(id);
    const summaries = await findIncidents(store.db, ids).catch((error: unknown) => {
      if (isStoreOutage(error)) for (const id of ids) marked.add(id);
      throw error;
    });
    for (const summary of summaries) agents.emit('incident:changed', summary);
  }

  function sendSoon(): void {
    if (closed || timer || marked.size === 0) return;
    timer = setTimeout(
      () => {
        timer = null;
        sentAt = performance.now();
        sending = sending
          .then(send)
          .catch((err: unknown) => {
            logger.error({ err }, 'incident summaries failed');
            sentAt = performance.now() + RETRY_MS;
          })
          .then(sendSoon);
      },
      Math.max(GATHER_MS, sentAt + EVERY_MS - performance.now()),
    );
  }

  return {
    mark(incidentId) {
      if (agents.sockets.size === 0) return;
      marked.add(incidentId);
      sendSoon();
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      timer = null;
      await sending;
    },
  };
}
