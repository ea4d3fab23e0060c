/**
 * `conversation:changed`, gathered: a busy conversation changes with every message, and a list that
 * is redrawn four times a second is enough. Read from the database when it is sent, so that it is
 * never older than what was said before.
 */

import type { Presence } from '../chat/conversation-rows.ts';
import { selectConversations, toSummary, toView } from '../chat/conversation-rows.ts';
import type { Deps } from '../deps.ts';
import type { LiveReads } from './live-reads.ts';
import type { Namespaces } from './namespaces.ts';

/** For the first change after a quiet time, so that what belongs together goes together. */
const GATHER_MS = 20;
/** Between two rounds, however much happens. */
const EVERY_MS = 250;
/** Well below SQLite's limit of parameters in one statement. */
const CHUNK = 500;

export interface Changes {
  /** @param withView whether the visitor's own view has changed too */
  mark(conversationId: string, withView: boolean): void;
  close(): Promise<void>;
}

export function createChanges(
  { store, logger }: Pick<Deps, 'store' | 'logger'>,
  { visitors, agents }: Namespaces,
  presence: Presence,
  liveReads: LiveReads,
): Changes {
  let marked = new Map<string, boolean>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let sentAt = Number.NEGATIVE_INFINITY;
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const now = marked;
    marked = new Map();
    const ids = [...now.keys()];
    for (let from = 0; from < ids.length; from += CHUNK) {
      const rows = await selectConversations(store.db)
        .where('c.id', 'in', ids.slice(from, from + CHUNK))
        .execute();
      const shown = rows.map(({ id }) => id);
      if (agents.sockets.size > 0) liveReads.shown('conversations', shown);
      for (const row of rows) {
        if (agents.sockets.size > 0) agents.emit('conversation:changed', toSummary(row, presence));
        if (now.get(row.id)) visitors.to(row.visitor_id).emit('conversation:changed', toView(row));
      }
    }
  }

  return {
    mark(conversationId, withView) {
      if (closed || (!withView && agents.sockets.size === 0)) return;
      marked.set(conversationId, withView || marked.get(conversationId) === true);
      const untilNextMs = sentAt + EVERY_MS - performance.now();
      timer ??= setTimeout(
        () => {
          timer = null;
          sentAt = performance.now();
          sending = send().catch((err: unknown) => {
            logger.error({ err }, 'conversation summaries failed');
          });
        },
        Math.max(GATHER_MS, untilNextMs),
      );
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      timer = null;
      await sending;
    },
  };
}
