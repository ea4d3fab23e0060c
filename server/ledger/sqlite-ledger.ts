/**
 * The ledger's lines in SQLite. Whoever writes is inside a transaction that holds the write lock, and
 * looks at the last line there: two processes (the server and a command) can never write two lines
 * after the same one. Synchronous between two turns of the loop; statements are prepared once.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { DataCategory } from '../../protocol/ledger.ts';
import { createCommitQueue } from '../log/commit-queue.ts';
import { prepareOne } from '../store/prepared.ts';
import type { SqliteStore } from '../store/store.ts';
import type { RandomBytes } from '../world.ts';
import type { Giver, LedgerEvent } from './ledger.ts';
import { nextLine, START, type Tail } from './ledger-line.ts';
import type { LedgerJob, LedgerWriter, LedgerWriting } from './ledger-writer.ts';

export function createSqliteLedger(
  { random, onNews, bounds }: LedgerWriting,
  store: SqliteStore,
): LedgerWriter {
  const tables = createTables(store.sqlite, random);

  function write(job: LedgerJob): number {
    if ('event' in job) return tables.append(job.event, job.at);
    return tables.give(job.visitor, job.category, job.at);
  }
  const queue = createCommitQueue<LedgerJob, number>({
    store,
    write,
    seal() {},
    reset() {},
    onCommitted: onNews,
    ...bounds,
  });

  return {
    add: queue.add,
    async addIn(_tx, jobs) {
      for (const job of jobs) write(job);
      onNews();
    },
    /** Only a copy of another store's may have brought some. */
    settle: () =>
      store.transact(async (tx) => {
        const rows = await tx.selectFrom('ledger_waiting').selectAll().orderBy('id').execute();
        if (rows.length === 0) return;
        for (const { at, job } of rows) write({ ...JSON.parse(job), at });
        await tx.deleteFrom('ledger_waiting').execute();
      }),
    close: queue.close,
  };
}

/** Each needs a transaction. */
interface LedgerTables {
  /** @returns the line's `n` */
  append(event: LedgerEvent, at: number): number;
  /** Nothing where it is known already. @returns the line's `n`, or 0 */
  give(visitor: Giver, category: DataCategory, at: number): number;
}

function createTables(sqlite: DatabaseSync, random: RandomBytes): LedgerTables {
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

  function append(event: LedgerEvent, at: number): number {
    const line = nextLine(last() ?? START, event, at, random);
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
      line.hash,
    );
    insertDetail.run(line.n, line.salt, line.detail, line.address);
    return line.n;
  }

  return {
    append,
    give({ id: visitorId, siteId, conversationId }, category, at) {
      if (isGiven(visitorId, category)) return 0;
      const detail = { category };
      const n = append({ kind: 'data.given', visitorId, siteId, conversationId, detail }, at);
      insertGiven.run(visitorId, category, n);
      return n;
    },
  };
}
