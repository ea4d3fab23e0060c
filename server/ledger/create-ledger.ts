/**
 * The ledger over the store: group commit for what is said by itself, the caller's transaction for
 * what belongs to other rows, and a memory of who has given what, so that a message costs no query.
 */
import type { DataCategory } from '../../protocol/ledger.ts';
import type { Clock, Logger, RandomBytes } from '../deps.ts';
import type { LedgerKey } from '../keys.ts';
import { createCommitQueue } from '../log/commit-queue.ts';
import type { SqliteStore } from '../store/store.ts';
import { backfill } from './backfill.ts';
import { createGivenMemory } from './given-memory.ts';
import { createHeads } from './heads.ts';
import type { Giver, Ledger, LedgerEvent } from './ledger.ts';
import { createLedgerTables } from './ledger-tables.ts';
import { createWitness } from './witness.ts';

export interface LedgerOptions {
  store: SqliteStore;
  clock: Clock;
  random: RandomBytes;
  logger: Pick<Logger, 'error' | 'warn'>;
  key: LedgerKey;
  /** Where heads go; null keeps them here alone. */
  witnessUrl: string | null;
  /** Shorter only in tests. */
  headEveryMs?: number;
}

type Job =
  | { at: number; event: LedgerEvent }
  | { at: number; visitor: Giver; category: DataCategory };

/** How soon another process's erasure is noticed. */
const ERASED_EVERY_MS = 2000;

/** `app.ts` begins it; a command only writes its lines. */
export interface RunningLedger extends Ledger {
  /** Announces the key that signs where it is new, and begins to send heads. */
  begin(): Promise<void>;
  /** What is remembered of a visitor, who was erased. */
  forget(visitorId: string): void;
}

export function createLedger(options: LedgerOptions): RunningLedger {
  const { store, clock, random, logger, key } = options;
  const tables = createLedgerTables(store.sqlite, random);
  const heads = createHeads({ store, clock, key, tail: tables.tail });
  const witness = createWitness({ ...options, heads });
  const memory = createGivenMemory();
  const queue = createCommitQueue<Job, number>({
    store,
    write(job) {
      if ('event' in job) return tables.append(job.event, job.at);
      tables.give(job.visitor, job.category, job.at);
      return 0;
    },
    seal() {},
    reset() {},
    onCommitted: witness.noteNews,
  });

  let tellErased: (visitorId: string) => void = () => {};
  let seenErased = tables.erasedSince(0).n;
  const watching = setInterval(() => {
    if (!store.sqlite.isOpen) return;
    const { n, visitorIds } = tables.erasedSince(seenErased);
    seenErased = n;
    for (const visitorId of visitorIds) {
      memory.forget(visitorId);
      tellErased(visitorId);
    }
  }, ERASED_EVERY_MS).unref();

  async function record(event: LedgerEvent): Promise<number> {
    return queue.add({ at: clock.now(), event });
  }

  async function given(visitor: Giver, category: DataCategory): Promise<void> {
    if (memory.has(visitor.id, category)) return;
    await queue.add({ at: clock.now(), visitor, category });
    memory.add(visitor.id, category);
  }

  return {
    record,
    recordIn(_tx, event) {
      const n = tables.append(event, clock.now());
      witness.noteNews();
      return n;
    },
    given,
    givenIn(_tx, visitor, categories) {
      // Not remembered: the transaction may come to nothing.
      for (const category of categories) tables.give(visitor, category, clock.now());
      witness.noteNews();
    },
    head: heads.sign,
    forget: memory.forget,
    onErased(run) {
      tellErased = run;
    },
    async begin() {
      const known = await heads.announcedKey();
      // Again after a start that was cut short: what is known is not said twice.
      if (known === null) await backfill(store, { given });
      if (known !== key.publicKey) {
        const detail = { what: 'ledger key', key: key.publicKey, before: known };
        await record({ kind: 'key.changed', detail });
        if (known !== null) logger.warn('the ledger is signed with a new key');
      }
      witness.begin();
    },
    async close() {
      clearInterval(watching);
      await queue.close();
      await witness.close();
    },
  };
}
