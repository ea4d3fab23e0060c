/**
 * The ledger over the store: group commit for what is said by itself, the caller's transaction for
 * what belongs to other rows, and a memory of who has given what, so that a message costs no query.
 */
import type { DataCategory } from '../../protocol/ledger.ts';
import type { LedgerKey } from '../keys.ts';
import { createQueueMeter, type QueueMeter } from '../metrics/meters.ts';
import type { Shared } from '../shared/shared.ts';
import type { Store } from '../store/store.ts';
import type { Clock, Logger, RandomBytes } from '../world.ts';
import { backfill } from './backfill.ts';
import { watchErasures } from './erasures.ts';
import { createGivenMemory } from './given-memory.ts';
import { createHeads } from './heads.ts';
import type { Giver, Ledger, LedgerEvent } from './ledger.ts';
import type { LedgerWriter, LedgerWriting } from './ledger-writer.ts';
import { createPostgresLedger } from './postgres-ledger.ts';
import { createSqliteLedger } from './sqlite-ledger.ts';
import { createWitness } from './witness.ts';

export interface LedgerOptions {
  store: Store;
  clock: Clock;
  random: RandomBytes;
  logger: Pick<Logger, 'error' | 'warn'>;
  key: LedgerKey;
  /** Where heads go; null keeps them here alone. */
  witnessUrl: string | null;
  /** With other processes, of which one sends a head. */
  shared?: Pick<Shared, 'kind' | 'claim'>;
  /** Shorter only in tests. */
  headEveryMs?: number;
  meter?: QueueMeter;
}

/** More than all sockets of a process that leave at once. */
const MAX_WAITING = 50_000;

/** `app.ts` begins it; a command only writes its lines. */
export interface RunningLedger extends Ledger {
  /** Announces the key that signs where it is new, and begins to send heads. */
  begin(): Promise<void>;
  /** What is remembered of a visitor, who was erased. */
  forget(visitorId: string): void;
  /** Makes lines of what another process, which was killed, has left. */
  settle(): Promise<void>;
}

const createWriter = (writing: LedgerWriting, store: Store): LedgerWriter =>
  store.kind === 'sqlite'
    ? createSqliteLedger(writing, store)
    : createPostgresLedger(writing, store);

export function createLedger(options: LedgerOptions): RunningLedger {
  const { store, clock, random, logger, key, meter = createQueueMeter() } = options;
  const bounds = { maxWaiting: MAX_WAITING, meter };
  const heads = createHeads({ store, clock, key });
  const witness = createWitness({ ...options, heads });
  const memory = createGivenMemory();
  const writer = createWriter({ random, onNews: witness.noteNews, bounds }, store);
  const erasures = watchErasures({ store, logger, settle: writer.settle, onErased });
  let tellErased: (visitorId: string) => void = () => {};

  function onErased(visitorId: string): void {
    memory.forget(visitorId);
    tellErased(visitorId);
  }

  const record = (event: LedgerEvent): Promise<number> => writer.add({ at: clock.now(), event });

  async function given(visitor: Giver, category: DataCategory): Promise<void> {
    if (memory.has(visitor.id, category)) return;
    await writer.add({ at: clock.now(), visitor, category });
    memory.add(visitor.id, category);
  }

  return {
    record,
    recordIn: (tx, event) => writer.addIn(tx, [{ at: clock.now(), event }]),
    given,
    givenIn(tx, visitor, categories) {
      // Not remembered: the transaction may come to nothing.
      const at = clock.now();
      return writer.addIn(
        tx,
        categories.map((category) => ({ at, visitor, category })),
      );
    },
    head: heads.sign,
    forget: memory.forget,
    settle: writer.settle,
    onErased(run) {
      tellErased = run;
    },
    begin: () =>
      store.alone('ledger', async () => {
        await writer.settle();
        await erasures.begin();
        const known = await heads.announcedKey();
        // Again after a start that was cut short: what is known is not said twice.
        if (known === null) await backfill(store, { given });
        if (known !== key.publicKey) {
          const detail = { what: 'ledger key', key: key.publicKey, before: known };
          await record({ kind: 'key.changed', detail });
          if (known !== null) logger.warn('the ledger is signed with a new key');
        }
        await witness.begin();
      }),
    async close() {
      await erasures.close();
      await writer.close();
      await witness.close();
    },
  };
}
