/**
 * The append path under load. A group commit writes its entries as one row of a journal table: a
 * few pages to the disk, where the tables with their indexes would take two pages an entry. After
 * `FOLD_AFTER_MS` they are folded into the tables, a few at a time so that nobody waits long; before
 * anything reads the tables, all at once. An entry is durable in the database from the first commit
 * on; a crash between the two leaves rows in the journal, which the next start folds.
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
import type { SentMemory } from './sent-memory.ts';
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
  /** Entries of a conversation that the tables do not have yet, ascending. */
  unfolded(conversationId: string): readonly LogEntry[];
  /** Folds, and leaves no timer behind. */
  close(): void;
}

const FOLD_AFTER_MS = 500;
/** Between two parts of a fold, and the entries of a part: two milliseconds or so. */
const FOLD_EVERY_MS = 4;
const FOLD_ENTRIES = 300;

/** A conversation with entries that the tables do not have yet. */
interface Unfolded {
  head: Head;
  placed: Placed[];
}

export interface JournalDeps {
  store: Pick<SqliteStore, 'sqlite'>;
  tables: EntryTables;
  watch: CardWatch;
  sent: SentMemory;
  onFoldFailed(error: unknown): void;
}

export function createJournal(deps: JournalDeps): Journal {
  const { tables, watch, sent, onFoldFailed } = deps;
  const { sqlite } = deps.store;
  const begin = sqlite.prepare('begin immediate');
  const commit = sqlite.prepare('commit');
  const rollback = sqlite.prepare('rollback');
  const insertBatch = sqlite.prepare('insert into journal (entries) values (?)');
  const clear = sqlite.prepare('delete from journal where id <= ?');
  const readFrom = prepareOne<{ id: number; entries: string }>(
    sqlite,
    'select id, entries from journal where id > ? order by id limit 1',
  );
  /** In the order in which they are folded. */
  const unfolded = new Map<string, Unfolded>();
  let staged: EntryRow[] = [];
  let lastBatch = 0;
  /** Whether all of the journal stands in memory; a disk may fail while it is read. */
  let isRead = false;
  /** Of the fold that is under way: what is still to be moved, and which batches are then empty. */
  let folding: { left: number; through: number } | null = null;
  let timer: NodeJS.Timeout | null = null;

  function open(conversationId: string): Unfolded {
    const known = unfolded.get(conversationId);
    if (known) return known;
    const head = tables.findHead(conversationId);
    if (!head) throw new AppError('conversation_unknown');
    return { head, placed: [] };
  }

  function add(conversationId: string, conversation: Unfolded, placed: readonly Placed[]): void {
    for (const one of placed) conversation.placed.push(one);
    unfolded.set(conversationId, conversation);
  }

  function recover(): void {
    isRead = false;
    unfolded.clear();
    staged = [];
    lastBatch = 0;
    for (let batch = readFrom(0); batch; batch = readFrom(batch.id)) {
      lastBatch = batch.id;
      for (const row of JSON.parse(batch.entries) as EntryRow[]) recoverRow(row);
    }
    // What stands in the tables already leaves the journal too.
    folding = lastBatch > 0 ? { left: unfolded.size, through: lastBatch } : null;
    isRead = true;
  }

  function recoverRow(row: EntryRow): void {
    const conversation = open(row.conversation_id);
    // The fold that was cut short, or is under way, had come past it.
    if (row.seq <= conversation.head.lastSeq) return;
    const entry = rowToEntry(row);
    conversation.head.lastSeq = row.seq;
    if (entry.type === 'event' && entry.event === 'reopened') conversation.head.status = 'open';
    add(row.conversation_id, conversation, [{ entry, row }]);
    if (row.client_id !== null) sent.add(row.conversation_id, row.client_id);
  }

  const fold = () => foldUpTo(Number.POSITIVE_INFINITY);

  /**
   * A transaction of its own, which need not wait for the disk: until it has reached it, the journal
   * has the same entries there.
   */
  function foldUpTo(entries: number): void {
    if (isRead && unfolded.size === 0 && folding === null) return;
    if (staged.length > 0 || !sqlite.isOpen || sqlite.isTransaction) return;
    if (!isRead) recover();
    sqlite.exec('pragma synchronous = normal');
    try {
      begin.run();
      const moved = move(entries);
      commit.run();
      for (const conversationId of moved) unfolded.delete(conversationId);
      if (folding) folding.left -= moved.length;
      if (unfolded.size === 0 || (folding && folding.left <= 0)) folding = null;
    } catch (error) {
      if (sqlite.isTransaction) rollback.run();
      throw error;
    } finally {
      sqlite.exec('pragma synchronous = full');
    }
  }

  /** Whole conversations, until there are so many entries. @returns which; they are not let go yet */
  function move(entries: number): string[] {
    folding ??= { left: unfolded.size, through: lastBatch };
    const moved: string[] = [];
    let count = 0;
    for (const [conversationId, { placed }] of unfolded) {
      tables.insert(conversationId, placed);
      moved.push(conversationId);
      count += placed.length;
      if (count >= entries) break;
    }
    if (moved.length === unfolded.size) clear.run(lastBatch);
    else if (moved.length >= folding.left) clear.run(folding.through);
    return moved;
  }

  /**
   * Inside the transaction of `write`: an entry that changes must stand in the tables, and nowhere
   * else. If the transaction fails, `reset` finds the journal as it was.
   */
  function redact(conversationId: string, { cuts }: SplitCard): LogEntry[] {
    if (cuts.length === 0) return [];
    move(Number.POSITIVE_INFINITY);
    unfolded.clear();
    folding = null;
    staged = [];
    return tables.redact(conversationId, cuts);
  }

  function foldLater(): void {
    timer ??= setTimeout(
      () => {
        timer = null;
        try {
          foldUpTo(FOLD_ENTRIES);
        } catch (error) {
          onFoldFailed(error);
          // From the beginning, after a while.
          folding = null;
        }
        if (unfolded.size > 0) foldLater();
      },
      folding ? FOLD_EVERY_MS : FOLD_AFTER_MS,
    );
  }

  /** @returns the entry that has this `clientId` already */
  function findSent(conversationId: string, { head, placed }: Unfolded, clientId: string) {
    if (!sent.mayHave(conversationId, head.lastSeq, clientId)) return undefined;
    const waiting = placed.find(({ entry }) => entry.clientId === clientId);
    return waiting ? waiting.entry : tables.findSent(conversationId, clientId);
  }

  recover();
  fold();

  return {
    write(draft, at) {
      if (!isRead) recover();
      const { conversationId, clientId } = draft;
      const conversation = open(conversationId);
      const first =
        clientId === undefined ? undefined : findSent(conversationId, conversation, clientId);
      if (first) return { entry: first, repeated: true, published: [] };
      const split = watch.look(draft, at);
      const changed = split ? redact(conversationId, split) : [];
      const current = changed.length > 0 ? open(conversationId) : conversation;
      const { head } = current;
      const placed = placeEntries(withoutSplit(draft, split), head, at);
      add(conversationId, current, placed);
      if (clientId !== undefined) sent.add(conversationId, clientId);
      for (const { row } of placed) staged.push(row);
      return toWritten(placed, head.visitorId, { watch, changed });
    },
    seal() {
      if (staged.length === 0) return;
      lastBatch = Number(insertBatch.run(JSON.stringify(staged)).lastInsertRowid);
      staged = [];
      foldLater();
    },
    reset() {
      watch.reset();
      recover();
    },
    fold,
    unfolded: (conversationId) =>
      unfolded.get(conversationId)?.placed.map(({ entry }) => entry) ?? [],
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
      fold();
    },
  };
}
