/**
 * How drafts become durable entries: one writer for each kind of store, behind the same face. What a
 * writer commits it hands on in the order of `seq`, before anybody is answered.
 */
import type { Tx } from '../store/store.ts';
import type { EntryDraft } from './entry-draft.ts';
import type { LogEntry, PublishedEntry } from './publisher.ts';

export interface Appended {
  entry: LogEntry;
  /** The `clientId` was known: nothing was written, `entry` is the first one [SEND-1]. */
  repeated: boolean;
}

export interface Written extends Appended {
  /** What has to be published once the transaction has committed, in order. */
  published: PublishedEntry[];
  /** Whether earlier entries lost parts of a card, whose bytes are to leave the disk. */
  redacts?: boolean;
}

/** Appends inside a transaction of `transact`. */
export type AppendIn = (draft: EntryDraft) => Promise<Appended>;

export interface LogWriter {
  /** @throws AppError `conversation_unknown` */
  append(draft: EntryDraft): Promise<Appended>;
  transact<T>(work: (tx: Tx, append: AppendIn) => Promise<T>): Promise<T>;
  /** Entries of a conversation that a query marked `AS_FOLDED` may not see yet, where there are such. */
  unfolded?(conversationId: string): readonly LogEntry[];
  /** Writes what waits and accepts no more. */
  close(): Promise<void>;
}

/** After a commit and before its answers. */
export type OnCommitted = (written: readonly Written[]) => void;
