/** What a visitor may see of the log [LOG-4]. */
import type { Entry } from '../../protocol/entries.ts';
import type { LogEntry } from '../log/publisher.ts';

export const toVisitorEntry = (entry: LogEntry): Entry =>
  entry.type === 'note'
    ? { conversationId: entry.conversationId, seq: entry.seq, type: 'hidden' }
    : entry;
