/**
 * The ledger's rows in SQLite. Whoever writes is inside a transaction that holds the write lock, and
 * looks at the last line there: two processes (the server and a command) can never write two lines
 * after the same one. Statements are prepared once.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { DataCategory } from '../../protocol/ledger.ts';
import type { RandomBytes } from '../deps.ts';
import { prepareOne } from '../store/prepared.ts';
import { GENESIS, hashDetail, hashLine } from './chain.ts';
import type { Giver, LedgerEvent } from './ledger.ts';

export interface Tail {
  n: number;
  at: number;
  hash: string;
}

export interface LedgerTables {
  /** The last line; of an empty ledger what stands before the first. */
  tail(): Tail;
  /** Needs a transaction. @returns the line's `n` */
  append(event: LedgerEvent, at: number): number;
  /** Needs a transaction. Nothing where it is known already. @returns whether it was news */
  give(visitor: Giver, category: DataCategory, at: number): boolean;
  /** Visitors who were erased by a line past `n`, with the last such line. */
  erasedSince(n: number): { n: number; visitorIds: string[] };
}

const SALT_BYTES = 16;

export function createLedgerTables(sqlite: DatabaseSync, random: RandomBytes): LedgerTables {
  const last = prepareOne<Tail>(sqlite, 'select n, at, hash from ledger order by n desc limit 1');
  const insertLine = sqlite.prepare(
    `insert into ledger
       (n, at, kind, site_id, agent_id, visitor_id, conversation_id, release, detail_hash, hash)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertDetail = sqlite.prepare(
    'insert into ledger_details (n, salt, detail, address) values (?, ?, ?, ?)',
  );
  const isGiven = prepareOne(
    sqlite,
    'select 1 from ledger_given where visitor_id = ? and category = ?',
  );
  const insertGiven = sqlite.prepare(
    'insert into ledger_given (visitor_id, category, n) values (?, ?, ?)',
  );
  const erased = sqlite.prepare(
    `select n, visitor_id from ledger where kind = 'data.erased' and n > ? order by n`,
  );

  const tail = () => last() ?? { n: 0, at: 0, hash: GENESIS };

  function append(event: LedgerEvent, at: number): number {
    const before = tail();
    const salt = random(SALT_BYTES).toString('base64url');
    const detail = JSON.stringify(event.detail ?? {});
    const line = {
      n: before.n + 1,
      // A clock may be set back; the order of the lines may not.
      at: Math.max(at, before.at),
      kind: event.kind,
      siteId: event.siteId ?? null,
      agentId: event.agentId ?? null,
      visitorId: event.visitorId ?? null,
      conversationId: event.conversationId ?? null,
      release: event.release ?? null,
      detailHash: hashDetail(salt, detail),
    };
    insertLine.run(
      line.n,
      line.at,
      line.kind,
      line.siteId,
      line.agentId,
      line.visitorId,
      line.conversationId,
      line.release,
      line.detailHash,
      hashLine(before.hash, line),
    );
    insertDetail.run(line.n, salt, detail, addressIn(event.detail));
    return line.n;
  }

  return {
    tail,
    append,
    give(visitor, category, at) {
      if (isGiven(visitor.id, category)) return false;
      const { id: visitorId, siteId, conversationId } = visitor;
      const detail = { category };
      const n = append({ kind: 'data.given', visitorId, siteId, conversationId, detail }, at);
      insertGiven.run(visitorId, category, n);
      return true;
    },
    erasedSince(n) {
      const rows = erased.all(n) as { n: number; visitor_id: string | null }[];
      return {
        n: rows.at(-1)?.n ?? n,
        visitorIds: rows.flatMap(({ visitor_id }) => visitor_id ?? []),
      };
    },
  };
}

/** What stands in the column `address`, which the chain covers by way of the detail. */
export const addressIn = (detail: LedgerEvent['detail']): string | null =>
  typeof detail?.ip === 'string' ? detail.ip : null;
