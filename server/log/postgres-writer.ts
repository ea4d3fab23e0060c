/**
 * The log on Postgres, where other processes write to the same conversations. A batch locks the rows
 * of its conversations, reads where each log ends, and writes behind it; so `seq` is decided by the
 * database and by nobody's memory. What arrives while a batch is under way is the next one.
 */
import { AppError } from '../app-error.ts';
import type { QueueBounds } from '../metrics/meters.ts';
import type { PostgresStore, Tx } from '../store/store.ts';
import type { Clock } from '../world.ts';
import { createBatchQueue, type Settled } from './batch-queue.ts';
import { CARD_BEGUN_MS, createCardWatch, isWatched, personOf } from './card-watch.ts';
import type { EntryDraft } from './entry-draft.ts';
import { type Head, type Placed, placeEntries } from './placing.ts';
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

/** Well below the 65,535 parameters of one statement. */
const BATCH_MAX = 500;

interface PostgresWriting {
  store: PostgresStore;
  clock: Clock;
  onCommitted: OnCommitted;
  bounds: QueueBounds;
}

export function createPostgresWriter(writing: PostgresWriting): LogWriter {
  const { store, clock, onCommitted, bounds } = writing;
  const queue = createBatchQueue<EntryDraft, Written>({
    max: BATCH_MAX,
    // Read committed: the row locks are all that the batch stands on.
    write: (drafts) => store.db.transaction().execute((tx) => writeAll(tx, drafts, clock.now())),
    onCommitted,
    ...bounds,
  });

  return {
    append: queue.add,

    async transact(work) {
      let all: Written[] = [];
      const run = (tx: Tx) => {
        all = [];
        return work(tx, async (draft) => {
          const [written] = await writeAll(tx, [draft], clock.now());
          if (!written || !('result' in written)) throw written?.refused;
          all.push(written.result);
          return written.result;
        });
      };
      const result = await store.transact(run);
      onCommitted(all);
      return result;
    },

    close: queue.close,
  };
}

const keyOf = ({ conversationId, clientId = '' }: Partial<Sent>) => `${conversationId} ${clientId}`;

async function writeAll(
  tx: Tx,
  drafts: readonly EntryDraft[],
  at: number,
): Promise<Settled<Written>[]> {
  const heads = await lockHeads(tx, [...new Set(drafts.map((draft) => draft.conversationId))]);
  const named = drafts.flatMap(({ conversationId, clientId }) =>
    clientId === undefined ? [] : [{ conversationId, clientId }],
  );
  const sent = new Map((await findSent(tx, named)).map((entry) => [keyOf(entry), entry]));
  const watch = await watchOf(tx, drafts, { heads, at });
  let placed = new Map<string, Placed[]>();

  /** What is to be cut must stand in the tables. */
  async function redact(conversationId: string, cuts: Parameters<typeof redactEntries>[2]) {
    if (cuts.length === 0) return [];
    await insertPlaced(tx, placed);
    placed = new Map();
    return redactEntries(tx, conversationId, cuts);
  }

  async function write(draft: EntryDraft): Promise<Settled<Written>> {
    const { conversationId, clientId } = draft;
    const head = heads.get(conversationId);
    if (!head) return { refused: new AppError('conversation_unknown') };
    const first = clientId === undefined ? undefined : sent.get(keyOf(draft));
    if (first) return { result: { entry: first, repeated: true, published: [] } };
    const split = watch.look(draft, at);
    const changed: LogEntry[] = split ? await redact(conversationId, split.cuts) : [];
    const own = placeEntries(withoutSplit(draft, split), head, at);
    placed.set(conversationId, [...(placed.get(conversationId) ?? []), ...own]);
    const written = toWritten(own, head.visitorId, { watch, changed });
    if (clientId !== undefined) sent.set(keyOf(draft), written.entry);
    return { result: written };
  }

  const settled: Settled<Written>[] = [];
  for (const draft of drafts) settled.push(await write(draft));
  await insertPlaced(tx, placed);
  return settled;
}

/** Read from the log each time: parts of a number may have come through other processes [CARD-3]. */
async function watchOf(
  tx: Tx,
  drafts: readonly EntryDraft[],
  { heads, at }: { heads: ReadonlyMap<string, Head>; at: number },
) {
  const watch = createCardWatch();
  const people = new Map(drafts.filter(isWatched).map((draft) => [personOf(draft), draft]));
  for (const draft of people.values()) {
    const lastSeq = heads.get(draft.conversationId)?.lastSeq ?? 0;
    const recent = await readRecent(tx, draft, { lastSeq, since: at - CARD_BEGUN_MS });
    for (const entry of recent) watch.keep(entry);
  }
  return watch;
}
