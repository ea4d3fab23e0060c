/** What every store must do for the conversation log. One suite with one set-up, run on each of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selectConversations, withNewest } from '../../server/chat/conversation-rows.ts';
import { type ConversationLog, createLog, type EntryDraft } from '../../server/log/log.ts';
import type { PublishedEntry } from '../../server/log/publisher.ts';
import { AS_FOLDED, type Store } from '../../server/store/store.ts';
import { systemClock } from '../../server/world.ts';
import { newClientId } from '../support/clients.ts';
import { seeded } from '../support/random.ts';
import { furnish } from '../support/server.ts';
import type { OpenedStore } from '../support/stores.ts';

const CONVERSATION = 'cv_aaaaaaaaaaaaaaaaaaaa';
const OTHER = 'cv_bbbbbbbbbbbbbbbbbbbb';

export async function addConversation(store: Store, id: string): Promise<void> {
  const { site } = await furnish(store.db);
  const visitorId = id.replace('cv_', 'vs_');
  const nothing = { name: null, email: null, page: null, first_page: null, locale: null };
  await store.db
    .insertInto('visitors')
    .values({
      id: visitorId,
      site_id: site.id,
      ...nothing,
      browser: null,
      first_seen_at: 1,
      created_at: 1,
    })
    .execute();
  await store.db
    .insertInto('conversations')
    .values({
      id,
      site_id: site.id,
      visitor_id: visitorId,
      status: 'open',
      last_seq: 0,
      assignee_id: null,
      visitor_read_seq: 0,
      agent_read_seq: 0,
      unread: 0,
      preview: '',
      preview_by: 'system',
      updated_at: 1,
      created_at: 1,
    })
    .execute();
}

const message = (text: string, more: Partial<EntryDraft> = {}): EntryDraft =>
  ({
    conversationId: CONVERSATION,
    author: { kind: 'visitor', id: 'vs_aaaaaaaaaaaaaaaaaaaa' },
    clientId: newClientId(),
    type: 'message',
    text,
    ...more,
  }) as EntryDraft;

export function describeLog(name: string, open: () => Promise<OpenedStore>): void {
  describe(`the conversation log on ${name}`, () => {
    let opened: OpenedStore;
    let log: ConversationLog;
    let published: PublishedEntry[];

    const logOn = (store: Store) =>
      createLog({
        store,
        clock: systemClock,
        logger: { error() {} },
        publisher: {
          entryAppended: (entry) => void published.push(entry),
          paymentChanged() {},
          incidentChanged() {},
          readChanged() {},
          conversationChanged() {},
        },
      });
    const conversation = (store = opened.store) =>
      store.db
        .selectFrom('conversations')
        .selectAll()
        .where('id', '=', CONVERSATION)
        .executeTakeFirstOrThrow();
    const seqs = async () =>
      (await log.read({ conversationId: CONVERSATION })).entries.map(({ seq }) => seq);

    beforeEach(async () => {
      opened = await open();
      await addConversation(opened.store, CONVERSATION);
      await addConversation(opened.store, OTHER);
      published = [];
      log = logOn(opened.store);
    });
    afterEach(async () => {
      await log.close();
      await opened.destroy();
    });

    it('[LOG-2] numbers the entries of each conversation from 1 without gaps', async () => {
      const drafts = Array.from({ length: 40 }, (_, index) =>
        message(`${index}`, { conversationId: index % 4 === 0 ? OTHER : CONVERSATION }),
      );
      const appended = await Promise.all(drafts.map((draft) => log.append(draft)));
      const own = appended.filter(({ entry }) => entry.conversationId === CONVERSATION);
      expect(own.map(({ entry }) => entry.seq)).toEqual(own.map((_, index) => index + 1));
      expect((await conversation()).last_seq).toBe(30);
    });

    it('[SEND-1] gives the first entry back for a repeated clientId, also within one commit', async () => {
      const draft = message('once');
      const [first, second] = await Promise.all([
        log.append(draft),
        log.append({ ...draft, ...{ text: 'twice' } }),
      ]);
      const third = await log.append(draft);
      expect(first.repeated).toBe(false);
      expect([second.repeated, third.repeated]).toEqual([true, true]);
      expect(second.entry).toEqual(first.entry);
      expect(third.entry).toEqual(first.entry);
      expect(await seqs()).toEqual([1]);
      expect(published).toHaveLength(1);
    });

    it('knows by itself what a query that is marked as folded may miss', async () => {
      const summary = (isFolded: boolean) => {
        const query = selectConversations(opened.store.db).where('c.id', '=', CONVERSATION);
        return (isFolded ? query.modifyEnd(AS_FOLDED) : query).executeTakeFirstOrThrow();
      };
      const agent = { kind: 'agent' as const, id: 'ag_annaannaannaanna', name: 'Anna' };
      const expectSame = async (unread: number, preview: string) => {
        const newest = log.unfolded(CONVERSATION);
        const folded = await summary(true);
        if (opened.store.kind === 'sqlite') {
          expect(folded.last_seq).toBeLessThan(newest.at(-1)?.seq ?? 0);
        }
        const row = withNewest(folded, newest);
        expect(row).toEqual(await summary(false));
        expect(row).toMatchObject({ status: 'open', unread, preview });
        // What it knows of by now changes nothing.
        expect(withNewest(await summary(true), newest)).toEqual(row);
      };
      await opened.store.db.updateTable('conversations').set({ status: 'resolved' }).execute();
      await log.append(message('It is broken'));
      await log.append(message('Only we know', { type: 'note', author: agent }));
      await expectSame(1, 'It is broken');
      await log.append(message('Are you there?'));
      await log.append(message('I am', { author: agent }));
      await expectSame(2, 'I am');
      await log.append(message('Nobody reads this', { type: 'note', author: agent }));
      await expectSame(2, 'I am');
    });

    it('[SEND-1] takes the same clientId in another conversation', async () => {
      const draft = message('here');
      await log.append(draft);
      const there = await log.append({ ...draft, conversationId: OTHER });
      expect(there.repeated).toBe(false);
    });

    it('[SEND-3] publishes what it acknowledges, in order, and not before it can be read', async () => {
      await Promise.all([log.append(message('a')), log.append(message('b'))]);
      expect(published.map(({ entry }) => entry.seq)).toEqual([1, 2]);
      expect(await seqs()).toEqual([1, 2]);
    });

    it('keeps what it acknowledged over a restart', async () => {
      await log.append(message('kept'));
      await log.close();
      log = logOn(await opened.reopen());
      await log.append(message('next'));
      expect(await seqs()).toEqual([1, 2]);
    });

    it('finds after a crash what was acknowledged a moment before, and goes on from there', async () => {
      await Promise.all([log.append(message('a')), log.append(message('b'))]);
      await opened.store.db.updateTable('conversations').set({ status: 'resolved' }).execute();
      const draft = message('c');
      await log.append(draft);
      log = logOn(await opened.reopen());
      expect((await log.append(draft)).repeated).toBe(true);
      await log.append(message('d'));
      expect(await seqs()).toEqual([1, 2, 3, 4, 5]);
      expect(await conversation()).toMatchObject({ last_seq: 5, unread: 4, status: 'open' });
    });

    it('shows every reader of the tables what was acknowledged', async () => {
      const { entry } = await log.append(message('now'));
      expect(await conversation()).toMatchObject({ last_seq: entry.seq, preview: 'now' });
      const inside = await log.transact(async (tx, append) => {
        const row = await tx.selectFrom('conversations').selectAll().execute();
        return [
          row.find(({ id }) => id === CONVERSATION)?.last_seq,
          (await append(message('x'))).entry.seq,
        ];
      });
      expect(inside).toEqual([1, 2]);
    });

    it('refuses an unknown conversation without harm to the others of the commit', async () => {
      const results = await Promise.allSettled([
        log.append(message('a')),
        log.append(message('b', { conversationId: 'cv_cccccccccccccccccccc' })),
        log.append(message('c')),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: { code: 'conversation_unknown' } });
      expect(await seqs()).toEqual([1, 2]);
    });

    it('[CARD-2] replaces card numbers whatever way an entry comes in', async () => {
      await log.append(message('my card 4242 4242 4242 4242'));
      await log.append(message('note 5555555555554444', { type: 'note' }));
      await log.transact(async (_tx, append) => append(message('378282246310005')));
      const payment = {
        paymentId: 'pr_aaaaaaaaaaaaaaaaaaaa',
        revision: 1,
        amountMinor: 100,
        currency: 'EUR',
        description: 'for 6011111111111117',
        status: 'failed' as const,
        reason: 'no 6011111111111117',
      };
      await log.append(message('', { type: 'payment', payment }));
      const { entries } = await log.read({ conversationId: CONVERSATION });
      expect(entries).toMatchObject([
        { text: 'my card •••• 4242', redacted: 1 },
        { text: 'note •••• 4444', redacted: 1 },
        { text: '•••• 0005', redacted: 1 },
        { payment: { description: 'for •••• 1117', reason: 'no •••• 1117' } },
      ]);
      const rows = await opened.store.db.selectFrom('entries').select('body').execute();
      expect(JSON.stringify(rows)).not.toMatch(/\d{12}/);
    });

    it('gives back every character that it was given', async () => {
      const text = 'a\u0000b "quoted" \\ \u2028 😀 ‮rtl é';
      await log.append(message(text));
      await log.append(message('half \ud83d'));
      const { entries } = await log.read({ conversationId: CONVERSATION });
      expect(entries).toMatchObject([{ text }, { text: 'half \ufffd' }]);
    });

    it('[LOG-3] reads after, before and the last page', async () => {
      await Promise.all(Array.from({ length: 12 }, (_, index) => log.append(message(`${index}`))));
      const read = async (options: { after?: number; before?: number }) => {
        const page = await log.read({ conversationId: CONVERSATION, limit: 5, ...options });
        return [page.entries.map(({ seq }) => seq), page.more];
      };
      expect(await read({})).toEqual([[8, 9, 10, 11, 12], true]);
      expect(await read({ after: 0 })).toEqual([[1, 2, 3, 4, 5], true]);
      expect(await read({ after: 7 })).toEqual([[8, 9, 10, 11, 12], false]);
      expect(await read({ after: 12 })).toEqual([[], false]);
      expect(await read({ after: Number.MAX_SAFE_INTEGER })).toEqual([[], false]);
      expect(await read({ before: Number.MAX_SAFE_INTEGER })).toEqual([[8, 9, 10, 11, 12], true]);
      expect(await read({ before: 8 })).toEqual([[3, 4, 5, 6, 7], true]);
      expect(await read({ before: 6 })).toEqual([[1, 2, 3, 4, 5], false]);
      expect(await read({ before: 1 })).toEqual([[], false]);
    });

    it('[SEND-4] reopens a resolved conversation for a visitor’s message, once', async () => {
      await opened.store.db.updateTable('conversations').set({ status: 'resolved' }).execute();
      const draft = message('I have one more question');
      const [first] = await Promise.all([log.append(draft), log.append(draft)]);
      expect(first.entry.seq).toBe(2);
      const { entries } = await log.read({ conversationId: CONVERSATION });
      expect(entries).toMatchObject([
        { seq: 1, type: 'event', event: 'reopened' },
        { seq: 2, type: 'message' },
      ]);
      expect((await conversation()).status).toBe('open');
    });

    it('[SEND-4] leaves a conversation resolved when an agent writes, or a visitor’s retry comes', async () => {
      const draft = message('before');
      await log.append(draft);
      await opened.store.db.updateTable('conversations').set({ status: 'resolved' }).execute();
      await log.append(draft);
      await log.append(
        message('bye', { author: { kind: 'agent', id: 'ag_aaaaaaaaaaaaaaaaaaaa' } }),
      );
      expect(await seqs()).toEqual([1, 2]);
      expect((await conversation()).status).toBe('resolved');
    });

    it('keeps preview, unread and time beside the log, in the same commit', async () => {
      await log.append(message('one'));
      await log.append(message('a note', { type: 'note', author: { kind: 'agent' } }));
      const { entry } = await log.append(message(`two  \n ${'x'.repeat(300)}`));
      const row = await conversation();
      expect(row).toMatchObject({
        last_seq: 3,
        unread: 2,
        preview_by: 'visitor',
        updated_at: entry.at,
      });
      expect(row.preview).toMatch(/^two x+$/);
      expect(row.preview).toHaveLength(140);
    });

    it('publishes nothing of a transaction that fails, and leaves no gap', async () => {
      await expect(
        log.transact(async (_tx, append) => {
          await append(message('lost'));
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(published).toEqual([]);
      await log.append(message('kept'));
      expect(await seqs()).toEqual([1]);
    });

    it('waits for a transaction that is open, and never becomes part of it', async () => {
      const [, appended] = await Promise.allSettled([
        log.transact(async (_tx, append) => {
          await append(message('inside'));
          await new Promise((resolve) => setTimeout(resolve, 30));
          throw new Error('rolled back');
        }),
        new Promise((resolve) => setTimeout(resolve, 5)).then(() => log.append(message('outside'))),
      ]);
      expect(appended).toMatchObject({ status: 'fulfilled', value: { entry: { seq: 1 } } });
      expect((await log.read({ conversationId: CONVERSATION })).entries).toHaveLength(1);
    });

    it('writes what waits when it is closed, and accepts no more', async () => {
      const waiting = log.append(message('last'));
      await log.close();
      expect((await waiting).entry.seq).toBe(1);
      await expect(log.append(message('late'))).rejects.toThrow('closed');
    });

    it('[LOG-2] stays whole under a seeded mix of retries, transactions and failures', async () => {
      const random = seeded(20_261_121);
      // Without digits: in any order, they would hold a card number by chance [CARD-3].
      const drafts = Array.from({ length: 60 }, () => message(newClientId().replace(/\d/g, 'x')));
      const tasks = Array.from({ length: 300 }, () => {
        const draft = drafts[Math.floor(random() * drafts.length)] ?? message('');
        const kind = random();
        if (kind < 0.7) return () => log.append(draft);
        if (kind < 0.9) return () => log.transact(async (_tx, append) => append(draft));
        return () =>
          log.transact(async (_tx, append) => {
            await append(draft);
            throw new Error('rolled back');
          });
      });
      const settled = await Promise.allSettled(tasks.map((task) => task()));
      const acked = new Map<string, number>();
      for (const one of settled) {
        if (one.status !== 'fulfilled') continue;
        const { clientId = '', seq } = one.value.entry;
        expect(acked.get(clientId) ?? seq).toBe(seq);
        acked.set(clientId, seq);
      }
      const { entries } = await log.read({ conversationId: CONVERSATION });
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
      expect(new Map(entries.map(({ clientId = '', seq }) => [clientId, seq]))).toEqual(acked);
      expect(published.map(({ entry }) => entry.seq).sort((a, b) => a - b)).toEqual(
        entries.map(({ seq }) => seq),
      );
    });
  });
}
