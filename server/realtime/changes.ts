/**
 * `conversation:changed`, gathered: a busy conversation changes with every message, and a list that
 * is redrawn four times a second is enough. Read from the database when it is sent, so that it is
 * never older than what was said before.
 */
import {
  type ConversationListRow,
  type Presence,
  selectConversations,
  toSummary,
  toView,
  withNewest,
} from '../chat/conversation-rows.ts';
import type { Deps } from '../deps.ts';
import type { ConversationLog } from '../log/log.ts';
import { isStoreOutage } from '../store/outage.ts';
import { AS_FOLDED } from '../store/store.ts';
import type { LiveReads } from './live-reads.ts';
import type { Namespaces } from './namespaces.ts';

/** For the first change after a quiet time, so that what belongs together goes together. */
const GATHER_MS = 20;
/** Between two rounds, however much happens. */
const EVERY_MS = 250;
/** While the store is away: nobody says a second time what has changed. */
const RETRY_MS = 2000;
/** Well below SQLite's limit of parameters in one statement. */
const CHUNK = 500;

export interface Changes {
  /** @param withView whether the visitor's own view has changed too */
  mark(conversationId: string, withView: boolean): void;
  /** The conversations of visitors, whose presence has changed. */
  markOf(visitorIds: readonly string[]): void;
  close(): Promise<void>;
}

export interface ChangesDeps extends Pick<Deps, 'store' | 'logger'> {
  unfolded: ConversationLog['unfolded'];
}

export function createChanges(
  { store, logger, unfolded }: ChangesDeps,
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
    try {
      await tell(now);
    } catch (error) {
      if (isStoreOutage(error)) for (const [id, withView] of now) add(id, withView);
      throw error;
    }
  }

  async function tell(now: ReadonlyMap<string, boolean>): Promise<void> {
    const ids = [...now.keys()];
    for (let from = 0; from < ids.length; from += CHUNK) {
      const chunk = ids.slice(from, from + CHUNK);
      // Before the query: what is folded meanwhile, both know of.
      const newest = new Map(chunk.map((id) => [id, unfolded(id)]));
      const found = await selectConversations(store.db)
        .where('c.id', 'in', chunk)
        .modifyEnd(AS_FOLDED)
        .execute();
      const rows = found.map((row) => withNewest(row, newest.get(row.id) ?? []));
      for (const row of rows) {
        if (now.get(row.id)) visitors.to(row.visitor_id).emit('conversation:changed', toView(row));
      }
      await tellAgents(rows);
    }
  }

  async function tellAgents(rows: readonly ConversationListRow[]): Promise<void> {
    if (agents.sockets.size === 0) return;
    const online = await presence.online(rows.map(({ visitor_id }) => visitor_id));
    liveReads.shown(
      'conversations',
      rows.map(({ id }) => id),
    );
    for (const row of rows) agents.emit('conversation:changed', toSummary(row, online));
  }

  const add = (id: string, withView: boolean) =>
    marked.set(id, withView || marked.get(id) === true);

  function sendIn(ms: number): void {
    timer ??= setTimeout(() => {
      timer = null;
      sentAt = performance.now();
      // One after the other, so that no summary comes after a newer one.
      sending = sending.then(send).catch((err: unknown) => {
        logger.error({ err }, 'conversation summaries failed');
        if (!closed && marked.size > 0) sendIn(RETRY_MS);
      });
    }, ms);
  }

  function mark(conversationId: string, withView: boolean): void {
    if (closed || (!withView && agents.sockets.size === 0)) return;
    add(conversationId, withView);
    sendIn(Math.max(GATHER_MS, sentAt + EVERY_MS - performance.now()));
  }

  async function markAll(visitorIds: readonly string[]): Promise<void> {
    for (let from = 0; from < visitorIds.length; from += CHUNK) {
      const rows = await store.db
        .selectFrom('conversations')
        .select('id')
        .where('visitor_id', 'in', visitorIds.slice(from, from + CHUNK))
        .execute();
      for (const { id } of rows) mark(id, false);
    }
  }

  return {
    mark,
    markOf(visitorIds) {
      if (closed || agents.sockets.size === 0) return;
      markAll(visitorIds).catch((err: unknown) => {
        logger.error({ err }, 'presence could not be told');
      });
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      timer = null;
      await sending;
    },
  };
}
