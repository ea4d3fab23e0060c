/** The log on SQLite: one connection, a journal under load, everything between two turns of the loop. */

import type { QueueBounds } from '../metrics/meters.ts';
import type { SqliteStore, Tx } from '../store/store.ts';
import type { Clock, Logger } from '../world.ts';
import { createCardWatch } from './card-watch.ts';
import { createCommitQueue } from './commit-queue.ts';
import type { EntryDraft } from './entry-draft.ts';
import { createEntryTables } from './entry-tables.ts';
import { writeEntry } from './entry-writer.ts';
import { createJournal } from './journal.ts';
import { createSentMemory } from './sent-memory.ts';
import type { LogWriter, OnCommitted, Written } from './writer.ts';

interface SqliteWriting {
  store: SqliteStore;
  clock: Clock;
  logger: Pick<Logger, 'error'>;
  onCommitted: OnCommitted;
  bounds: QueueBounds;
}

export function createSqliteWriter(writing: SqliteWriting): LogWriter {
  const { store, clock, logger, onCommitted, bounds } = writing;
  const tables = createEntryTables(store.sqlite);
  const watch = createCardWatch();
  const sent = createSentMemory((conversationId) => [
    ...tables.sentIn(conversationId),
    ...journal.unfolded(conversationId).flatMap(({ clientId }) => clientId ?? []),
  ]);
  const journal = createJournal({
    store,
    tables,
    watch,
    sent,
    onFoldFailed: (err) => logger.error({ err }, 'folding failed'),
  });
  // Whoever reads the tables, or opens a transaction, finds everything that was acknowledged.
  store.beforeRead(journal.fold);
  const queue = createCommitQueue<EntryDraft, Written>({
    store,
    write: (draft) => journal.write(draft, clock.now()),
    seal: journal.seal,
    reset: journal.reset,
    onCommitted,
    ...bounds,
  });

  return {
    append: queue.add,
    unfolded: journal.unfolded,

    async transact(work) {
      const all: Written[] = [];
      const run = (tx: Tx) =>
        work(tx, async (draft) => {
          const written = writeEntry({ tables, watch, sent }, draft, clock.now());
          all.push(written);
          return written;
        });
      const result = await store.transact(run).catch((error: unknown) => {
        watch.reset();
        throw error;
      });
      onCommitted(all);
      return result;
    },

    async close() {
      await queue.close();
      journal.close();
    },
  };
}
