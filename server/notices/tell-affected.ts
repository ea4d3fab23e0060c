/**
 * Tells the affected conversations, once each, by a message of the system in their log. Works in the
 * background in small batches, and goes on after a restart: the message's `clientId` follows from the
 * notice, so that one which was told and not yet noted as told is not told again [SEND-1].
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../app-error.ts';
import { findSite } from '../sites/sites.ts';
import type { NoticeRow } from '../store/schema.ts';
import { noticeUrl, viewOf, wordsOf } from './notice-rows.ts';
import { type NoticePart, requireNotice } from './part.ts';
import { pageWords } from './words.ts';

export interface Teller {
  /** There may be something to tell. */
  wake(): void;
  /** Resolves when nothing of it still touches the store. */
  close(): Promise<void>;
}

/** One commit of the log, between which everybody else's messages are written. */
const BATCH = 50;
const RETRY_MS = 1000;
/** How often agents hear how far it is. */
const PROGRESS_MS = 1000;

export function createTeller(part: NoticePart): Teller {
  const { store, logger, turns } = part.deps;
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;

  async function tellAll(): Promise<void> {
    const notices = await store.db
      .selectFrom('notices')
      .selectAll()
      .where('telling', '=', 1)
      .orderBy('published_at')
      .execute();
    for (const notice of notices) await tell(notice);
  }

  async function tell(notice: NoticeRow): Promise<void> {
    const draft = await messageOf(part, notice);
    let shownAt = performance.now();
    while (!closed) {
      const told = await tellBatch(part, notice.id, draft);
      if (told === 0) break;
      await nextTurn();
      if (performance.now() - shownAt < PROGRESS_MS) continue;
      shownAt = performance.now();
      await show(notice.id);
    }
    if (!closed) await show(notice.id);
  }

  async function show(noticeId: string): Promise<void> {
    const row = await requireNotice(store.db, noticeId);
    part.facts.toAgents(await viewOf(store.db, row, part.deps.publicUrl()));
  }

  function wake(): void {
    if (closed) return;
    if (running) {
      again = true;
      return;
    }
    again = false;
    running = turns
      .take('the affected are told', tellAll)
      .catch((err: unknown) => {
        logger.error({ err }, 'the affected could not be told');
        timer = setTimeout(wake, RETRY_MS).unref();
      })
      .finally(() => {
        running = null;
        if (again) wake();
      });
  }

  return {
    wake,
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}

interface TellingDraft {
  text: string;
  name: string;
}

async function messageOf({ deps }: NoticePart, notice: NoticeRow): Promise<TellingDraft> {
  const { title, locale } = wordsOf(notice);
  const site = await findSite(deps.store.db, notice.site_id);
  const { told } = pageWords(locale);
  return {
    text: `${title}\n\n${told}\n${noticeUrl(deps.publicUrl(), notice.id)}`,
    name: site?.name ?? '',
  };
}

/** @returns how many conversations were looked at; 0 when all have been told */
async function tellBatch(
  { deps }: NoticePart,
  noticeId: string,
  { text, name }: TellingDraft,
): Promise<number> {
  const { store, log, keys, clock } = deps;
  const rows = await store.db
    .selectFrom('notice_affected')
    .select('conversation_id')
    .where('notice_id', '=', noticeId)
    .where('told_at', 'is', null)
    .where('conversation_id', '!=', '')
    .limit(BATCH)
    .execute();
  if (rows.length === 0) {
    await store.db.updateTable('notices').set({ telling: 0 }).where('id', '=', noticeId).execute();
    return 0;
  }
  const outcomes = await Promise.all(
    rows.map(async ({ conversation_id: conversationId }) => {
      // Signed, so that nobody else can have used it before and so keep the message away.
      const clientId = `notice-${keys.sign('notice-message', `${noticeId} ${conversationId}`)}`;
      const author = { kind: 'system' as const, ...(name && { name }) };
      return log
        .append({ conversationId, author, clientId, type: 'message', text })
        .then(() => ({ conversationId, toldAt: clock.now() }))
        .catch((error: unknown) => {
          if (!(error instanceof AppError) || error.code !== 'conversation_unknown') throw error;
          return { conversationId, toldAt: 0 };
        });
    }),
  );
  await store.transact(async (tx) => {
    const of = (given: typeof outcomes) => given.map(({ conversationId }) => conversationId);
    const told = outcomes.filter(({ toldAt }) => toldAt > 0);
    const gone = outcomes.filter(({ toldAt }) => toldAt === 0);
    for (const [some, at] of [
      [told, clock.now()],
      [gone, 0],
    ] as const) {
      if (some.length === 0) continue;
      await tx
        .updateTable('notice_affected')
        .set({ told_at: at })
        .where('notice_id', '=', noticeId)
        .where('conversation_id', 'in', of(some))
        .execute();
    }
    await tx
      .updateTable('notices')
      .set((row) => ({ told: row('told', '+', told.length) }))
      .where('id', '=', noticeId)
      .execute();
  });
  return rows.length;
}
