/**
 * Where committed facts go. The realtime layer implements it; the log and the actions only speak to
 * this face. Nothing is published before it is durable.
 */
import type { Entry, HiddenEntry } from '../../protocol/entries.ts';
import type { ReadChanged } from '../../protocol/sockets.ts';

/** An entry that stands in the log: everything but the stand-in for what a visitor may not see. */
export type LogEntry = Exclude<Entry, HiddenEntry>;

export interface PublishedEntry {
  entry: LogEntry;
  /** Whose conversation it is. */
  visitorId: string;
}

export interface Publisher {
  /** To everyone in the conversation, the sender included; a visitor sees notes as `hidden`. */
  entryAppended(published: PublishedEntry): void;
  /** Agents get its summary. A payment entry implies it; this is for what visitors do not hear. */
  paymentChanged(paymentId: string): void;
  readChanged(visitorId: string, fact: ReadChanged): void;
  /** Reported for the first time or again, closed, opened: agents get its summary [REPORT-3]. */
  incidentChanged(incidentId: string): void;
  /** Status, assignee, visitor's facts or presence: agents get the summary, visitors their view. */
  conversationChanged(conversationId: string): void;
}
