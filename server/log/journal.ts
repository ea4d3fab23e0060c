/**
 * The append path under load. A group commit writes its entries as one row of a journal table: a
 * few pages to the disk, where the tables with their indexes would take two pages an entry. Within
 * `FOLD_AFTER_MS`, and before anything reads the tables, everything is folded into them by one
 * transaction. An entry is durable in the database from the first commit on; a crash between the two
 * leaves rows in the journal, which the next start folds.
 */
import { AppError } from '../app-error.ts';
import { prepareOne } from '../store/prepared.ts';
import type { EntryRow } from '../store/schema.ts';
import type { SqliteStore } from '../store/store.ts';
import type { CardWatch, SplitCard } from './card-watch.ts';
import type { EntryDraft } from './entry-draft.ts';
import { rowToEntry } from './entry-rows.ts';
import type { EntryTables } from './entry-tables.ts';
import { type Head, type Placed, placeEntries } from './placing.ts';
import type { LogEntry } from './publisher.ts';
import type { Written } from './writer.ts';
import { toWritten, withoutSplit } from './written.ts';

export interface Journal {
  /** In memory, until `seal`. @throws AppError `conversation_unknown`, having changed nothing */
  write(draft: EntryDraft, at: number): Written;
  /** Puts what was written into the open transaction. */
  seal(): void;
  /** Back to what is on disk, after a transaction that failed. */
  reset(): void;
  /** Moves the journal into the tables. Nothing when it is empty, or a transaction is open. */
  fold(): void;
  /** Folds, and leaves no timer behind. */
  close(): void;
}

const FOLD_AFTER_MS = 200;

/** A conversation with entries that the tables do not have yet. */
interface Unfolded {
  head: Head;
  placed: Placed[];
  byClientId: Map<string, LogEntry>;
}

export function createJournal(
  { sqlite }: Pick<SqliteStore, 'sqlite'>,
  tables: EntryTables,
  watch: CardWatch,
  onFoldFailed: (error: unknown) => void,
): Journal {
  const begin = sqlite.prepare('begin immediate');
  const commit = sqlite.prepare('commit');
  const rollback = sqlite.prepare('rollback');
  const insertBatch = sqlite.prepare('insert into journal (entries) values (?)');
  const clear = sqlite.prepare('delete from journal');
  const readFrom = prepareOne<{ id: number; entries: string }>(
    sqlite,
    'select id, entries from journal where id > ? order by id limit 1',
  );
  const unfolded = new Map<string, Unfolded>();
  let staged: EntryRow[] = [];
  let timer: NodeJS.Timeout | null = null;

  function open(conversationId: string): Unfolded {
    const known = unfolded.get(conversationId);
    if (known) return known;
    const head = tables.findHead(conversationId);
    if (!head) throw new AppError('conversation_unknown');
    return { head, placed: [], byClientId: new Map() };
  }

  function add(conversationId: string, conversation: Unfolded, placed: readonly Placed[]): void {
    for (const one of placed) {
      conversation.placed.push(one);
      if (one.entry.clientId) conversation.byClientId.set(one.entry.clientId, one.entry);
    }
    unfolded.set(conversationId, conversation);
  }

  function recover(): void {
    unfolded.clear();
    staged = [];
    for (let batch = readFrom(0); batch; batch = readFrom(batch.id)) {
      for (const row of JSON.parse(batch.entries) as EntryRow[]) {
        const conversation = open(row.conversation_id);
        const entry = rowToEntry(row);
        conversation.head.lastSeq = row.seq;
        if (entry.type === 'event' && entry.event === 'reopened') conversation.head.status = 'open';
        add(row.conversation_id, conversation, [{ entry, row }]);
      }
    }
  }

  function fold(): void {
    if (unfolded.size === 0 || staged.length > 0) return;
    if (!sqlite.isOpen || sqlite.isTransaction) return;
    begin.run();
    try {
      moveAll();
      commit.run();
    } catch (error) {
      if (sqlite.isTransaction) rollback.run();
      throw error;
    }
    unfolded.clear();
  }

  function moveAll(): void {
    for (const [conversationId, { placed }] of unfolded) tables.insert(conversationId, placed);
    clear.run();
  }

  /**
   * Inside the transaction of `write`: an entry that changes must stand in the tables, and nowhere
   * else. If the transaction fails, `reset` finds the journal as it was.
   */
  function redact(conversationId: string, { cuts }: SplitCard): LogEntry[] {
    if (cuts.length === 0) return [];
    moveAll();
    unfolded.clear();
    staged = [];
    return tables.redact(conversationId, cuts);
  }

  function foldLater(): void {
    timer ??= setTimeout(() => {
      timer = null;
      try {
        fold();
      } catch (error) {
        onFoldFailed(error);
        foldLater();
      }
    }, FOLD_AFTER_MS);
  }

  recover();
  fold();

  return {
    write(draft, at) {
      const { conversationId, clientId } = draft;
      const conversation = open(conversationId);
      const sent =
        clientId === undefined
          ? undefined
          : (conversation.byClientId.get(clientId) ?? tables.findSent(conversationId, clientId));
      if (sent) return { entry: sent, repeated: true, published: [] };
      const split = watch.look(draft, at);
      const changed = split ? redact(conversationId, split) : [];
      const current = changed.length > 0 ? open(conversationId) : conversation;
      const { head } = current;
      const placed = placeEntries(withoutSplit(draft, split), head, at);
      add(conversationId, current, placed);
      for (const { row } of placed) staged.push(row);
      return toWritten(placed, head.visitorId, { watch, changed });
    },
    seal() {
      if (staged.length === 0) return;
      insertBatch.run(JSON.stringify(staged));
      staged = [];
      foldLater();
    },
    reset() {
      watch.reset();
      recover();
    },
    fold,
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
      fold();
    },
  };
}
