/**
 * Heads: signed statements of how the ledger stands [LEDGER-3]. Each one that was ever made is kept,
 * so that the ledger here can be held against those that others have.
 */
import type { LedgerHead } from '../../protocol/ledger.ts';
import type { Clock } from '../deps.ts';
import type { LedgerKey } from '../keys.ts';
import { prepareOne } from '../store/prepared.ts';
import type { SqliteStore } from '../store/store.ts';
import { headText } from './chain.ts';
import type { Tail } from './ledger-tables.ts';

export interface Heads {
  /** Of the ledger as it stands on disk. The same head again while nothing is new. */
  sign(): Promise<LedgerHead>;
  /** How far the ledger goes, give or take what is being written. */
  length(): number;
  /** The newest line that the witness has. */
  sentUpTo(): number;
  markSent(n: number): void;
  /** The key that the ledger itself says is the current one, or null. */
  announcedKey(): Promise<string | null>;
}

export interface HeadsOptions {
  store: SqliteStore;
  clock: Clock;
  key: LedgerKey;
  tail: () => Tail;
}

export function createHeads({ store, clock, key, tail }: HeadsOptions): Heads {
  const { sqlite, db } = store;
  const find = prepareOne<LedgerHead>(
    sqlite,
    'select n, hash, at, signature, key from ledger_heads where n = ? and hash = ? and key = ?',
  );
  const keep = sqlite.prepare(
    `insert into ledger_heads (n, hash, at, signature, key) values (?, ?, ?, ?, ?)
     on conflict (n) do nothing`,
  );
  const lastSent = prepareOne<{ n: number }>(
    sqlite,
    'select n from ledger_heads where sent_at is not null order by n desc limit 1',
  );
  const setSent = sqlite.prepare('update ledger_heads set sent_at = ? where n = ?');

  function signNow(): LedgerHead {
    const { n, hash } = tail();
    const kept = find(n, hash, key.publicKey);
    if (kept) return { ...kept };
    const at = clock.now();
    const signature = key.sign(headText({ n, hash, at }));
    const head = { n, hash, at, signature, key: key.publicKey };
    if (n > 0) keep.run(n, hash, at, signature, key.publicKey);
    return head;
  }

  return {
    // With the connection to itself: a line in somebody's open transaction may come to nothing.
    sign: () => db.connection().execute(async () => signNow()),
    length: () => tail().n,
    sentUpTo: () => lastSent()?.n ?? 0,
    markSent: (n) => void setSent.run(clock.now(), n),
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
