/**
 * The log on Postgres, where other processes write to the same conversations. A batch locks the rows
 * of its conversations, reads where each log ends, and writes behind it; so `seq` is decided by the
 * database and by nobody's memory. What arrives while a batch is under way is the next one.
 */
import { AppError } from '../app-error.ts';
import type { Clock } from '../deps.ts';
import { isOutage, isRace } from '../store/postgres.ts';
import type { PostgresStore, Tx } from '../store/store.ts';
import { CARD_WINDOW_MS, createCardWatch, isWatched } from './card-watch.ts';
import type { EntryDraft } from './entry-draft.ts';
import { type Placed, placeEntries } from './placing.ts';
import {
  findSent,
  insertPlaced,
  lockHeads,
  readRecent,
  redactEntries,
  type Sent,
} from './postgres-entries.ts';
import type { LogEntry } from './publisher.ts';
import type { LogWriter, OnCommitted, Written } from './writer.ts';
import { toWritten, withoutSplit } from './written.ts';

/** Well below the 65,535 parameters of one statement, and a pause that nobody notices. */
const BATCH_MAX = 500;
/** Another process's transaction was in the way; a batch that lost three times is not alone. */
const MAX_RUNS = 5;
const RETRY_AFTER_MS = 2_000;

interface Waiting {
  draft: EntryDraft;
  resolve(written: Written): void;
  reject(reason: unknown): void;
}
type Settled = Written | { refused: unknown };
const isWritten = (settled: Settled): settled is Written => 'entry' in settled;

interface PostgresWriting {
  store: PostgresStore;
  clock: Clock;
  onCommitted: OnCommitted;
}

export function createPostgresWriter({ store, clock, onCommitted }: PostgresWriting): LogWriter {
  const waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  async function runBatches(): Promise<void> {
    // What arrives in this turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await runOne(waiting.splice(0, BATCH_MAX));
    running = null;
  }

  async function runOne(batch: readonly Waiting[]): Promise<void> {
    const drafts = batch.map(({ draft }) => draft);
    let settled: Settled[];
    try {
      settled = await commit(drafts);
    } catch (error) {
      const reason = isOutage(error)
        ? new AppError('unavailable', { cause: error, retryAfterMs: RETRY_AFTER_MS })
        : error;
      for (const { reject } of batch) reject(reason);
      return;
    }
    onCommitted(settled.filter(isWritten));
    settled.forEach((one, index) => {
      if (isWritten(one)) batch[index]?.resolve(one);
      else batch[index]?.reject(one.refused);
    });
  }

  /** Read committed: the row locks are all that the batch stands on. */
  async function commit(drafts: readonly EntryDraft[]): Promise<Settled[]> {
    for (let run = 1; ; run++) {
      try {
        return await store.db.transaction().execute((tx) => writeAll(tx, drafts, clock.now()));
      } catch (error) {
        if (!isRace(error) || run === MAX_RUNS) throw error;
      }
    }
  }

  return {
    append(draft) {
      if (closed) return Promise.reject(new Error('The log is closed'));
      return new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject });
        running ??= runBatches();
      });
    },

    async transact(work) {
      let all: Written[] = [];
      const result = await store.transact((tx) => {
        all = [];
        return work(tx, async (draft) => {
          const [written] = await writeAll(tx, [draft], clock.now());
          if (!written || !isWritten(written)) throw written?.refused;
          all.push(written);
          return written;
        });
      });
      onCommitted(all);
      return result;
    },

    async close() {
      closed = true;
      await running;
    },
  };
}

const keyOf = ({ conversationId, clientId = '' }: Partial<Sent>) => `${conversationId} ${clientId}`;

async function writeAll(tx: Tx, drafts: readonly EntryDraft[], at: number): Promise<Settled[]> {
  const heads = await lockHeads(tx, [...new Set(drafts.map((draft) => draft.conversationId))]);
  const named = drafts.flatMap(({ conversationId, clientId }) =>
    clientId === undefined ? [] : [{ conversationId, clientId }],
  );
  const sent = new Map((await findSent(tx, named)).map((entry) => [keyOf(entry), entry]));
  const watch = await watchOf(tx, drafts, at);
  let placed = new Map<string, Placed[]>();

  /** What is to be cut must stand in the tables. */
  async function redact(conversationId: string, cuts: Parameters<typeof redactEntries>[2]) {
    if (cuts.length === 0) return [];
    await insertPlaced(tx, placed);
    placed = new Map();
    return redactEntries(tx, conversationId, cuts);
  }

  async function write(draft: EntryDraft): Promise<Settled> {
    const { conversationId, clientId } = draft;
    const head = heads.get(conversationId);
    if (!head) return { refused: new AppError('conversation_unknown') };
    const first = clientId === undefined ? undefined : sent.get(keyOf(draft));
    if (first) return { entry: first, repeated: true, published: [] };
    const split = watch.look(draft, at);
    const changed: LogEntry[] = split ? await redact(conversationId, split.cuts) : [];
    const own = placeEntries(withoutSplit(draft, split), head, at);
    placed.set(conversationId, [...(placed.get(conversationId) ?? []), ...own]);
    const written = toWritten(own, head.visitorId, { watch, changed });
    if (clientId !== undefined) sent.set(keyOf(draft), written.entry);
    return written;
  }

  const settled: Settled[] = [];
  for (const draft of drafts) settled.push(await write(draft));
  await insertPlaced(tx, placed);
  return settled;
}

/** Read from the log each time: parts of a number may have come through other processes [CARD-3]. */
async function watchOf(tx: Tx, drafts: readonly EntryDraft[], at: number) {
  const watch = createCardWatch();
  const ids = new Set(drafts.filter(isWatched).map(({ conversationId }) => conversationId));
  for (const id of ids) {
    for (const entry of await readRecent(tx, id, at - CARD_WINDOW_MS)) watch.keep(entry);
  }
  return watch;
}
