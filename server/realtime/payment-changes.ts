/**
 * `payment:changed` to every agent, gathered: a payment that changes several times at once is told
 * once. Read from the database when it is sent, so that it is never older than what was said before.
 */
import type { Deps } from '../deps.ts';
import { findSummaries } from '../payments/payment-history.ts';
import { livemodeOf } from '../payments/summaries.ts';
import { isStoreOutage } from '../store/outage.ts';
import type { LiveReads } from './live-reads.ts';
import type { Namespaces } from './namespaces.ts';

/** So that what belongs together goes together. */
const GATHER_MS = 20;
/** While the store is away: nobody says a second time what has changed. */
const RETRY_MS = 2000;
/** Well below SQLite's limit of parameters in one statement. */
const CHUNK = 500;

export interface PaymentChanges {
  mark(paymentId: string): void;
  close(): Promise<void>;
}

export function createPaymentChanges(
  { store, logger, config }: Pick<Deps, 'store' | 'logger' | 'config'>,
  { agents }: Pick<Namespaces, 'agents'>,
  liveReads: LiveReads,
): PaymentChanges {
  const livemode = livemodeOf(config);
  let marked = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const ids = [...marked];
    marked = new Set();
    try {
      await tell(ids);
    } catch (error) {
      if (isStoreOutage(error)) for (const id of ids) marked.add(id);
      throw error;
    }
  }

  async function tell(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += CHUNK) {
      const summaries = await findSummaries(store.db, ids.slice(from, from + CHUNK), livemode);
      const shown = summaries.map(({ conversationId }) => conversationId);
      if (shown.length > 0) liveReads.shown('payments', shown);
      for (const summary of summaries) agents.emit('payment:changed', summary);
    }
  }

  function sendSoon(): void {
    timer = null;
    sending = sending.then(send).catch((err: unknown) => {
      logger.error({ err }, 'payment summaries failed');
      if (!closed && marked.size > 0) timer ??= setTimeout(sendSoon, RETRY_MS);
    });
  }

  return {
    mark(paymentId) {
      if (closed || agents.sockets.size === 0) return;
      marked.add(paymentId);
      timer ??= setTimeout(sendSoon, GATHER_MS);
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      timer = null;
      await sending;
    },
  };
}
