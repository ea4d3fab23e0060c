/**
 * Heads: signed statements of how the ledger stands [LEDGER-3]. Each one that was ever made is kept,
 * so that the ledger here can be held against those that others have.
 */
import type { LedgerHead } from '../../protocol/ledger.ts';
import type { LedgerKey } from '../keys.ts';
import type { Database, Store } from '../store/store.ts';
import type { Clock } from '../world.ts';
import { headText } from './chain.ts';
import { START } from './ledger-line.ts';

export interface Heads {
  /** Of the ledger as it stands on disk. The same head again while nothing is new. */
  sign(): Promise<LedgerHead>;
  /** How far the ledger goes, give or take what is being written. */
  length(): Promise<number>;
  /** The newest line that the witness has. */
  sentUpTo(): Promise<number>;
  markSent(n: number): Promise<void>;
  /** The key that the ledger itself says is the current one, or null. */
  announcedKey(): Promise<string | null>;
}

export interface HeadsOptions {
  store: Pick<Store, 'db'>;
  clock: Clock;
  key: LedgerKey;
}

export function createHeads({ store: { db }, clock, key }: HeadsOptions): Heads {
  async function signOn(one: Database): Promise<LedgerHead> {
    const { n, hash } = await readTail(one);
    const kept = await findKept(one, n);
    if (kept && kept.hash === hash && kept.key === key.publicKey) return kept;
    const at = clock.now();
    const signature = key.sign(headText({ n, hash, at }));
    const head = { n, hash, at, signature, key: key.publicKey };
    if (n === 0) return head;
    await one
      .insertInto('ledger_heads')
      .values({ ...head, sent_at: null })
      .onConflict((conflict) => conflict.column('n').doNothing())
      .execute();
    // Another process may have signed the same line a moment ago: one of the two is kept, and told.
    const now = await findKept(one, n);
    return now && now.hash === hash && now.key === key.publicKey ? now : head;
  }

  return {
    // With the connection to itself: a line in somebody's open transaction may come to nothing.
    sign: () => db.connection().execute(signOn),
    length: async () => (await readTail(db)).n,
    async sentUpTo() {
      const row = await db
        .selectFrom('ledger_heads')
        .select('n')
        .where('sent_at', 'is not', null)
        .orderBy('n', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.n ?? 0;
    },
    async markSent(n) {
      await db
        .updateTable('ledger_heads')
        .set({ sent_at: clock.now() })
        .where('n', '=', n)
        .execute();
    },
    async announcedKey() {
      const row = await db
        .selectFrom('ledger')
        .innerJoin('ledger_details', 'ledger_details.n', 'ledger.n')
        .select('ledger_details.detail')
        .where('ledger.kind', '=', 'key.changed')
        .where('ledger_details.detail', 'like', '{"what":"ledger key"%')
        .orderBy('ledger.n', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? (JSON.parse(row.detail).key ?? null) : null;
    },
  };
}

const findKept = (db: Database, n: number): Promise<LedgerHead | undefined> =>
  db
    .selectFrom('ledger_heads')
    .select(['n', 'hash', 'at', 'signature', 'key'])
    .where('n', '=', n)
    .executeTakeFirst();

async function readTail(db: Database) {
  const row = await db
    .selectFrom('ledger')
    .select(['n', 'hash'])
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? START;
}
