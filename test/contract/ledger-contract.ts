/** What every store must do for the ledger. One suite, run on each of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeys } from '../../server/keys.ts';
import { createLedger, type RunningLedger } from '../../server/ledger/create-ledger.ts';
import { eraseVisitor } from '../../server/ledger/erase-visitor.ts';
import { readHeads, readLedger } from '../../server/ledger/read-ledger.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { createSite } from '../../server/sites/sites.ts';
import type { Store } from '../../server/store/store.ts';
import { systemRandom } from '../../server/world.ts';
import type { OpenedStore } from '../support/stores.ts';

const logger = { error() {}, warn() {} };
const VISITOR = { id: 'vs_aaaaaaaaaaaaaaaa', siteId: 'st_aaaaaaaaaaaaaaaa', conversationId: null };

export function describeLedger(name: string, openStore: () => Promise<OpenedStore>): void {
  describe(`the ledger on ${name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    let now: number;
    let ledger: RunningLedger;

    const open = (on: Store, secret = 'x'.repeat(32)) =>
      createLedger({
        store: on,
        clock: { now: () => now },
        random: systemRandom,
        logger,
        key: createKeys(secret).ledger,
        witnessUrl: null,
      });
    const rows = () => store.db.selectFrom('ledger').selectAll().orderBy('n').execute();
    const problems = async () =>
      (await verifyLedger(readLedger(store.db), await readHeads(store.db))).problems;

    beforeEach(async () => {
      opened = await openStore();
      store = opened.store;
      now = 1000;
      ledger = open(store);
    });
    afterEach(async () => {
      await ledger.close();
      await opened.destroy();
    });

    it('[LEDGER-1] numbers lines without a gap, and never back in time', async () => {
      const first = ledger.record({ kind: 'session.opened' });
      now = 500;
      const second = ledger.record({ kind: 'session.closed' });
      expect(await Promise.all([first, second])).toEqual([1, 2]);
      expect((await rows()).map(({ n, at }) => [n, at])).toEqual([
        [1, 1000],
        [2, 1000],
      ]);
    });

    it('[LEDGER-2] never forks, however many processes write at once', async () => {
      const other = await opened.another();
      const second = open(other);
      await Promise.all([ledger.begin(), second.begin()]);
      const before = (await rows()).length;
      const record = async () => {
        const recorded = [ledger, second].map((one) =>
          Promise.all(Array.from({ length: 50 }, () => one.record({ kind: 'agent.signed_in' }))),
        );
        return (await Promise.all(recorded)).flat();
      };
      const give = async (one: { ledger: RunningLedger; store: Store }) => {
        for (let visitor = 0; visitor < 20; visitor++) {
          await one.store.transact(async (tx) => {
            await one.ledger.givenIn(tx, { ...VISITOR, id: `vs_${visitor}` }, ['messages', 'name']);
          });
          if (visitor % 5 === 0) await one.ledger.head();
        }
      };
      const parts = [
        record,
        () => give({ ledger, store }),
        () => give({ ledger: second, store: other }),
      ];
      const numbers: number[] = [];
      if (store.kind === 'postgres') {
        numbers.push(...((await Promise.all(parts.map((part) => part()))).at(0) ?? []));
      } else {
        // Two connections of one process: who waits for the other's transaction lets it not end.
        for (const part of parts) numbers.push(...((await part()) ?? []));
      }
      expect(new Set(numbers).size).toBe(100);
      // Of the two that said the same of each visitor, one was news.
      expect(await rows()).toHaveLength(before + 100 + 2 * 20);
      expect(await problems()).toEqual([]);
      await second.close();
      await other.close();
    });

    it('writes nothing for a transaction that came to nothing', async () => {
      await ledger.record({ kind: 'session.opened' });
      const failing = store.transact(async (tx) => {
        await ledger.givenIn(tx, VISITOR, ['messages']);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      await ledger.given(VISITOR, 'messages');
      expect((await rows()).map(({ n, kind }) => [n, kind])).toEqual([
        [1, 'session.opened'],
        [2, 'data.given'],
      ]);
    });

    it('says once what a visitor has given, also after a restart', async () => {
      await Promise.all([ledger.given(VISITOR, 'name'), ledger.given(VISITOR, 'name')]);
      await ledger.given(VISITOR, 'email');
      await ledger.close();
      ledger = open(store);
      await ledger.given(VISITOR, 'name');
      expect((await rows()).map(({ kind }) => kind)).toEqual(['data.given', 'data.given']);
    });

    it('[EXP-2] begins with what was stored before it began', async () => {
      const site = await createSite(
        { db: store.db, random: systemRandom, now },
        { name: 'Shop', allowedOrigins: ['https://a.example'] },
      );
      const nothing = { email: null, page: null, first_page: null, locale: null, browser: null };
      await store.db
        .insertInto('visitors')
        .values({
          ...nothing,
          id: VISITOR.id,
          site_id: site.id,
          name: 'V',
          first_seen_at: 1,
          created_at: 1,
        })
        .execute();
      await ledger.begin();
      expect((await rows()).map(({ kind, visitor_id }) => [kind, visitor_id])).toEqual([
        ['data.given', VISITOR.id],
        ['key.changed', null],
      ]);
    });

    it('[LEDGER-3] announces a key that is new, and none that is known', async () => {
      await ledger.begin();
      await ledger.close();
      ledger = open(store);
      await ledger.begin();
      expect(await rows()).toHaveLength(1);
      await ledger.close();
      ledger = open(store, 'y'.repeat(32));
      await ledger.begin();
      expect((await rows()).map(({ kind }) => kind)).toEqual(['key.changed', 'key.changed']);
    });

    it('says when several begin at once what is said once', async () => {
      const other = await opened.another();
      const second = open(other);
      await Promise.all([ledger.begin(), second.begin()]);
      expect((await rows()).map(({ kind }) => kind)).toEqual(
        store.kind === 'sqlite' ? expect.arrayContaining(['key.changed']) : ['key.changed'],
      );
      await second.close();
      await other.close();
    });

    it('[LEDGER-4] says again what somebody gives after an erasure', async () => {
      await ledger.begin();
      await ledger.record({
        kind: 'session.opened',
        visitorId: VISITOR.id,
        detail: { page: '/vera' },
      });
      await ledger.given(VISITOR, 'messages');
      expect(await eraseVisitor({ store, ledger }, VISITOR.id)).toBe(true);
      ledger.forget(VISITOR.id);
      await ledger.given(VISITOR, 'messages');
      expect((await rows()).map(({ kind }) => kind)).toEqual([
        'key.changed',
        'session.opened',
        'data.given',
        'data.erased',
        'data.given',
      ]);
      expect(await problems()).toEqual([]);
    });

    it('[LEDGER-4] hears of a visitor whom another process erased', async () => {
      const other = await opened.another();
      const second = open(other);
      await ledger.begin();
      await ledger.given(VISITOR, 'name');
      const heard = new Promise((resolve) => ledger.onErased(resolve));
      expect(await eraseVisitor({ store: other, ledger: second }, VISITOR.id)).toBe(true);
      expect(await heard).toBe(VISITOR.id);
      await ledger.given(VISITOR, 'name');
      expect((await rows()).at(-1)).toMatchObject({ kind: 'data.given', visitor_id: VISITOR.id });
      await second.close();
      await other.close();
    });

    it('[LEDGER-1] makes lines of what a process that was killed had left to be made', async () => {
      const { id, siteId, conversationId } = VISITOR;
      const job = { visitor: { id, siteId, conversationId }, category: 'messages' };
      await store.db
        .insertInto('ledger_waiting')
        .values([{ at: 900, job: JSON.stringify(job) }])
        .execute();
      await ledger.begin();
      expect((await rows()).map(({ at, kind, visitor_id }) => [at, kind, visitor_id])).toEqual([
        [900, 'data.given', VISITOR.id],
        [1000, 'key.changed', null],
      ]);
      expect(await store.db.selectFrom('ledger_waiting').selectAll().execute()).toEqual([]);
      expect(await problems()).toEqual([]);
    });
  });
}
