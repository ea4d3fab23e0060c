/**
 * A page of a conversation costs the same however much else is stored: by the database's own plan it
 * is read along the primary key, from where the page begins, and nothing is sorted.
 */
import { describe, expect, it } from 'vitest';
import { pageQuery, type ReadOptions } from '../../server/log/log.ts';
import type { Store } from '../../server/store/store.ts';
import type { OpenedStore } from '../support/stores.ts';
import { addConversation } from './log-contract.ts';

const CONVERSATIONS = 20;
const ENTRIES = 300;
const idOf = (index: number) => `cv_${String(index).padStart(20, '0')}`;

async function fill(store: Store): Promise<void> {
  for (let index = 0; index < CONVERSATIONS; index++) {
    const id = idOf(index);
    await addConversation(store, id);
    const rows = Array.from({ length: ENTRIES }, (_, at) => ({
      ...{ conversation_id: id, seq: at + 1, at, type: 'message', author_kind: 'visitor' as const },
      ...{ author_id: null, author_name: null, client_id: `${at}`, body: '{"text":"Hello"}' },
    }));
    await store.db
      .insertInto('entries')
      .values(rows as never)
      .execute();
  }
}

/** What the database says it will do, one step a line. */
async function planOf(store: Store, sql: string, parameters: readonly unknown[]): Promise<string> {
  if (store.kind === 'sqlite') {
    const plan = store.sqlite.prepare(`explain query plan ${sql}`);
    return plan
      .all(...parameters.map((value) => value as string | number))
      .map(({ detail }) => detail)
      .join('\n');
  }
  await store.pool.query('analyze entries');
  const { rows } = await store.pool.query(`explain ${sql}`, [...parameters]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const BY_KEY = {
  sqlite: /^SEARCH entries USING PRIMARY KEY \(conversation_id=\?/,
  postgres: /Index Scan(?: Backward)? using entries_primary on entries/,
} as const;
const SORTED = { sqlite: /TEMP B-TREE|SCAN/, postgres: /Sort|Seq Scan|Bitmap/ } as const;

export function describePages(name: string, openStore: () => Promise<OpenedStore>): void {
  describe(`a page on ${name}`, () => {
    it('[LOG-3] is read by the primary key, with nothing sorted, wherever it stands', async () => {
      const { store, destroy } = await openStore();
      await fill(store);
      const conversationId = idOf(7);
      const pages: ReadOptions[] = [
        { conversationId },
        { conversationId, before: ENTRIES / 2 },
        { conversationId, after: ENTRIES / 2 },
        { conversationId, after: 0 },
      ];
      for (const page of pages) {
        const { sql, parameters } = pageQuery(store.db, page).compile();
        const plan = await planOf(store, sql, parameters);
        expect(plan).toMatch(BY_KEY[store.kind]);
        expect(plan).not.toMatch(SORTED[store.kind]);
      }
      // The check is one that can fail.
      const { sql, parameters } = store.db
        .selectFrom('entries')
        .selectAll()
        .where('conversation_id', '=', conversationId)
        .orderBy('at')
        .limit(50)
        .compile();
      expect(await planOf(store, sql, parameters)).toMatch(SORTED[store.kind]);
      await destroy();
    });
  });
}
