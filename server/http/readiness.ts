/**
 * Whether this process may be sent requests, and if not, why not, as a code. Knows nothing of HTTP.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shared } from '../shared/shared.ts';
import { findUnknownMigrations } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';

export type UnreadyReason =
  | 'starting'
  | 'migrating'
  | 'draining'
  | 'store_unreachable'
  | 'database_newer';

export interface Readiness {
  /** `null`: ready. */
  reason: UnreadyReason | null;
  /** Whether the other processes can be asked; this one serves without them. */
  shared: 'alive' | 'away';
}

export interface Phase {
  /** Not ready from `draining` on; nothing new is taken from `leaving` on. */
  now: 'starting' | 'serving' | 'draining' | 'leaving';
}

/** A balancer asks every few seconds and does not wait long. */
const STORE_ANSWERS_WITHIN_MS = 2000;
/** However often it is asked. */
const GOOD_FOR_MS = 500;

interface ReadinessDeps {
  phase: Phase;
  store: Pick<Store, 'isAlive' | 'db'>;
  shared: Pick<Shared, 'isAlive'> | null;
}

export function createReadiness({ phase, store, shared }: ReadinessDeps) {
  async function reasonOfStore(): Promise<UnreadyReason | null> {
    if (!(await store.isAlive())) return 'store_unreachable';
    // Another process may have brought the database to a newer release under this one.
    const unknown = await findUnknownMigrations(store.db);
    return unknown.length > 0 ? 'database_newer' : null;
  }

  const askStore = () =>
    Promise.race([
      reasonOfStore().catch(() => 'store_unreachable' as const),
      sleep(STORE_ANSWERS_WITHIN_MS, 'store_unreachable' as const, { ref: false }),
    ]);
  let asked = { at: Number.NEGATIVE_INFINITY, answer: askNobody() };

  function askStoreSeldom(): Promise<UnreadyReason | null> {
    const now = performance.now();
    if (now - asked.at > GOOD_FOR_MS) asked = { at: now, answer: askStore() };
    return asked.answer;
  }

  async function reasonNow(): Promise<UnreadyReason | null> {
    if (phase.now === 'serving') return askStoreSeldom();
    return phase.now === 'starting' ? 'starting' : 'draining';
  }

  return async (): Promise<Readiness> => ({
    reason: await reasonNow(),
    shared: shared && !shared.isAlive() ? 'away' : 'alive',
  });
}

const askNobody = async (): Promise<UnreadyReason | null> => null;
