/**
 * The ledger's lines in Postgres, where several processes write one chain. Whoever writes a batch holds
 * a lock until it has committed, and reads the last line under it; so no two lines follow the same one.
 *
 * What belongs to somebody's transaction cannot wait for that lock inside of it, nor follow a line that
 * it does not see yet. It is put down in that transaction as waiting, and becomes a line right after
 * it, before the transaction is answered; if the process is killed in between, by another one.
 */
import { sql } from 'kysely';
import { createBatchQueue, type Settled } from '../log/batch-queue.ts';
import type { LedgerGivenRow } from '../store/schema.ts';
import type { PostgresStore, Tx } from '../store/store.ts';
import type { LedgerEvent } from './ledger.ts';
import { type NewLine, nextLine, START } from './ledger-line.ts';
import type { LedgerJob, LedgerWriter, LedgerWriting } from './ledger-writer.ts';

/** Any number that nobody else locks, the same in every release. */
const CHAIN_LOCK = 7_240_002;
const BATCH_MAX = 500;
/** A batch of ours and as many of these stay below the 65,535 parameters of one statement. */
const WAITING_MAX = 1_000;

/** Null: only what waits. */
type Queued = LedgerJob | null;

export function createPostgresLedger(
  { random, onNews, bounds }: LedgerWriting,
  store: PostgresStore,
): LedgerWriter {
  const queue = createBatchQueue<Queued, number>({
    max: BATCH_MAX,
    // Read committed: what the others wrote before they let go of the lock is seen.
    write: (jobs) => store.db.transaction().execute((tx) => writeAll(tx, jobs)),
    onCommitted: onNews,
    ...bounds,
  });

  async function writeAll(tx: Tx, jobs: readonly Queued[]): Promise<Settled<number>[]> {
    await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx);
    let waiting: LedgerJob[];
    do {
      waiting = await takeWaiting(tx);
      if (waiting.length > 0) await writeLines(tx, waiting);
    } while (waiting.length === WAITING_MAX);
    const own = jobs.filter((job) => job !== null);
    const numbers = own.length > 0 ? await writeLines(tx, own) : [];
    return jobs.map((job) => ({ result: (job && numbers.shift()) ?? 0 }));
  }

  /** @returns for each job its line's `n`, or 0 where it was no news */
  async function writeLines(tx: Tx, jobs: readonly LedgerJob[]): Promise<number[]> {
    let tail = (await readTail(tx)) ?? START;
    const known = await readGiven(tx, jobs);
    const given = new Map<string, LedgerGivenRow>();
    const erased = new Set<string>();
    const lines: NewLine[] = [];

    function append(event: LedgerEvent, at: number): number {
      const line = nextLine(tail, event, at, random);
      lines.push(line);
      tail = line;
      if (event.kind === 'data.erased' && event.visitorId) forget(event.visitorId);
      return line.n;
    }
    /** Whoever writes again after an erasure gives again. */
    function forget(visitorId: string): void {
      erased.add(visitorId);
      for (const set of [known, given]) {
        for (const key of set.keys()) if (key.startsWith(`${visitorId} `)) set.delete(key);
      }
    }
    function write(job: LedgerJob): number {
      if ('event' in job) return append(job.event, job.at);
      const { id: visitorId, siteId, conversationId } = job.visitor;
      const { category } = job;
      const key = keyOf({ visitor_id: visitorId, category });
      if (known.has(key) || given.has(key)) return 0;
      const detail = { category };
      const n = append({ kind: 'data.given', visitorId, siteId, conversationId, detail }, job.at);
      given.set(key, { visitor_id: visitorId, category, n });
      return n;
    }

    const numbers = jobs.map(write);
    await insertLines(tx, lines);
    if (erased.size > 0) {
      await tx
        .deleteFrom('ledger_given')
        .where('visitor_id', 'in', [...erased])
        .execute();
    }
    if (given.size > 0)
      await tx
        .insertInto('ledger_given')
        .values([...given.values()])
        .execute();
    return numbers;
  }

  const settle = async () => void (await queue.add(null));

  return {
    add: queue.add,
    async addIn(tx, jobs) {
      if (jobs.length === 0) return;
      await tx.insertInto('ledger_waiting').values(jobs.map(toRow)).execute();
      // It is durable by then: whoever writes next takes it along where this cannot.
      store.afterCommit(tx, () => settle().catch(() => {}));
    },
    settle,
    close: queue.close,
  };
}

type GivenKey = Pick<LedgerGivenRow, 'visitor_id' | 'category'>;
const keyOf = ({ visitor_id, category }: GivenKey) => `${visitor_id} ${category}`;

function toRow({ at, ...job }: LedgerJob): { at: number; job: string } {
  if ('event' in job) return { at, job: JSON.stringify(job) };
  const { category, visitor } = job;
  const { id, siteId, conversationId } = visitor;
  return { at, job: JSON.stringify({ category, visitor: { id, siteId, conversationId } }) };
}

async function takeWaiting(tx: Tx): Promise<LedgerJob[]> {
  const rows = await tx
    .deleteFrom('ledger_waiting')
    .where('id', 'in', (waiting) =>
      waiting.selectFrom('ledger_waiting').select('id').orderBy('id').limit(WAITING_MAX),
    )
    .returningAll()
    .execute();
  return rows.sort((a, b) => a.id - b.id).map(({ at, job }) => ({ ...JSON.parse(job), at }));
}

const readTail = (tx: Tx) =>
  tx
    .selectFrom('ledger')
    .select(['n', 'at', 'hash'])
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();

async function readGiven(tx: Tx, jobs: readonly LedgerJob[]): Promise<Map<string, unknown>> {
  const ids = new Set(jobs.flatMap((job) => ('visitor' in job ? job.visitor.id : [])));
  if (ids.size === 0) return new Map();
  const rows = await tx
    .selectFrom('ledger_given')
    .select(['visitor_id', 'category'])
    .where('visitor_id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function insertLines(tx: Tx, lines: readonly NewLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx
    .insertInto('ledger')
    .values(
      lines.map((line) => ({
        n: line.n,
        at: line.at,
        kind: line.kind,
        site_id: line.siteId,
        agent_id: line.agentId,
        visitor_id: line.visitorId,
        conversation_id: line.conversationId,
        release: line.release,
        detail_hash: line.detailHash,
        hash: line.hash,
      })),
    )
    .execute();
  await tx
    .insertInto('ledger_details')
    .values(lines.map(({ n, salt, detail, address }) => ({ n, salt, detail, address })))
    .execute();
}
