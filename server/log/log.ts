/**
 * The conversation log: an append-only list of entries per conversation with a contiguous `seq`
 * [LOG-1] [LOG-2]. Chat and payments both stand on it and on nothing of each other. Owns order,
 * uniqueness of `clientId`, redaction and durability; knows neither sockets nor who may do what.
 */
import { PAGE_MAX_ENTRIES } from '../../protocol/limits.ts';
import { countUp, createMeters, type Meters } from '../metrics/meters.ts';
import type { Database, Store, Tx } from '../store/store.ts';
import type { Clock, Logger } from '../world.ts';
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
   * @throws AppError `conversation_unknown` or `busy`
   */
  append(draft: EntryDraft): Promise<Appended>;
  /**
   * One transaction for entries and a caller's own rows; what `append` wrote in it is published
   * after the commit, or never. Nothing slow (no network) may be awaited inside.
   */
  transact<T>(work: (tx: Tx, append: AppendIn) => Promise<T>): Promise<T>;
  read(options: ReadOptions): Promise<ReadPage>;
  /** Entries of a conversation that a query marked `AS_FOLDED` may not see yet, ascending. */
  unfolded(conversationId: string): readonly LogEntry[];
  /** Writes what waits and accepts no more. */
  close(): Promise<void>;
}

export interface LogDeps {
  store: Store;
  clock: Clock;
  publisher: Publisher;
  logger: Pick<Logger, 'error'>;
  meters?: Pick<Meters, 'appended' | 'log'>;
  /** Entries that may wait for their commit [LIMIT-4]. */
  maxWaiting?: number;
}

export function createLog(deps: LogDeps): ConversationLog {
  const { store, clock, publisher, logger } = deps;
  const { meters = createMeters(), maxWaiting = Number.POSITIVE_INFINITY } = deps;
  const bounds = { maxWaiting, meter: meters.log };
  const onCommitted: OnCommitted = (written) => {
    for (const { published, repeated, entry } of written) {
      if (!repeated) countUp(meters.appended, entry.type);
      for (const entry of published) publisher.entryAppended(entry);
    }
    if (written.some(({ redacts }) => redacts)) store.shred();
  };
  const writer =
    store.kind === 'sqlite'
      ? createSqliteWriter({ store, clock, logger, onCommitted, bounds })
      : createPostgresWriter({ store, clock, onCommitted, bounds });
  return {
    ...writer,
    unfolded: writer.unfolded ?? (() => []),
    read: (options) => readPage(store, options),
  };
}

const limitOf = ({ limit = PAGE_MAX_ENTRIES }: ReadOptions) => Math.min(limit, PAGE_MAX_ENTRIES);

/** What PostgreSQL's column holds; it refuses to compare it with more. */
const LAST_SEQ = 2 ** 31 - 1;

/** One more than the page, backwards from its end where it has no `after`. */
export function pageQuery(db: Database, options: ReadOptions) {
  const { conversationId, after, before } = options;
  const query = db
    .selectFrom('entries')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('seq', after !== undefined ? 'asc' : 'desc')
    .limit(limitOf(options) + 1);
  if (after !== undefined) return query.where('seq', '>', Math.min(after, LAST_SEQ));
  return before === undefined ? query : query.where('seq', '<', Math.min(before, LAST_SEQ));
}

async function readPage({ db }: Store, options: ReadOptions): Promise<ReadPage> {
  const limit = limitOf(options);
  const forward = options.after !== undefined;
  const rows = await pageQuery(db, options).execute();
  const page = rows.slice(0, limit).map(rowToEntry);
  return { entries: forward ? page : page.reverse(), more: rows.length > limit };
}
