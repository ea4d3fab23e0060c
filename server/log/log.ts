/**
 * The conversation log: an append-only list of entries per conversation with a contiguous `seq`
 * [LOG-1] [LOG-2]. Chat and payments both stand on it and on nothing of each other. Owns order,
 * uniqueness of `clientId`, redaction and durability; knows neither sockets nor who may do what.
 */
import { PAGE_MAX_ENTRIES } from '../../protocol/limits.ts';
import type { Clock, Logger } from '../deps.ts';
import type { Store, Tx } from '../store/store.ts';
import type { EntryDraft } from './entry-draft.ts';
import { rowToEntry } from './entry-rows.ts';
import { createPostgresWriter } from './postgres-writer.ts';
import type { LogEntry, Publisher } from './publisher.ts';
import { createSqliteWriter } from './sqlite-writer.ts';
import type { Appended, AppendIn, OnCommitted } from './writer.ts';

export type { EntryDraft } from './entry-draft.ts';
export type { Appended, AppendIn } from './writer.ts';

export interface ReadOptions {
  conversationId: string;
  /** Entries past it, ascending. Wins over `before`. */
  after?: number | undefined;
  /** The page that ends just below it. With neither, the last page [LOG-3]. */
  before?: number | undefined;
  limit?: number | undefined;
}
export interface ReadPage {
  /** Ascending by `seq`. */
  entries: LogEntry[];
  more: boolean;
}

export interface ConversationLog {
  /**
   * Resolves once the entry is durable [SEND-3], having been published. Appends that arrive together
   * share one commit.
   * @throws AppError `conversation_unknown`
   */
  append(draft: EntryDraft): Promise<Appended>;
  /**
   * One transaction for entries and a caller's own rows; what `append` wrote in it is published
   * after the commit, or never. Nothing slow (no network) may be awaited inside.
   */
  transact<T>(work: (tx: Tx, append: AppendIn) => Promise<T>): Promise<T>;
  read(options: ReadOptions): Promise<ReadPage>;
  /** Writes what waits and accepts no more. */
  close(): Promise<void>;
}

export interface LogDeps {
  store: Store;
  clock: Clock;
  publisher: Publisher;
  logger: Pick<Logger, 'error'>;
}

export function createLog({ store, clock, publisher, logger }: LogDeps): ConversationLog {
  const onCommitted: OnCommitted = (written) => {
    for (const { published } of written) {
      for (const entry of published) publisher.entryAppended(entry);
    }
    if (written.some(({ redacts }) => redacts)) store.shred();
  };
  const writer =
    store.kind === 'sqlite'
      ? createSqliteWriter({ store, clock, logger, onCommitted })
      : createPostgresWriter({ store, clock, onCommitted });
  return { ...writer, read: (options) => readPage(store, options) };
}

async function readPage(store: Store, options: ReadOptions): Promise<ReadPage> {
  const { conversationId, after, before } = options;
  const limit = Math.min(options.limit ?? PAGE_MAX_ENTRIES, PAGE_MAX_ENTRIES);
  const forward = after !== undefined;
  let query = store.db
    .selectFrom('entries')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('seq', forward ? 'asc' : 'desc')
    .limit(limit + 1);
  if (forward) query = query.where('seq', '>', after);
  else if (before !== undefined) query = query.where('seq', '<', before);

  const rows = await query.execute();
  const page = rows.slice(0, limit).map(rowToEntry);
  return { entries: forward ? page : page.reverse(), more: rows.length > limit };
}
