/** The journal by itself, over a real database: what is folded when, and what a crash leaves. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSqliteStore } from '../store/sqlite.ts';
import type { SqliteStore } from '../store/store.ts';
import { createCardWatch } from './card-watch.ts';
import { createEntryTables } from './entry-tables.ts';
import { createJournal, type Journal } from './journal.ts';
import { createSentMemory } from './sent-memory.ts';

const CONVERSATIONS = 10;
const MESSAGES = 100;
let dataDir = '';
let store: SqliteStore;
let journal: Journal;

function open(): void {
  const tables = createEntryTables(store.sqlite);
  journal = createJournal({
    store,
    tables,
    watch: createCardWatch(),
    sent: createSentMemory(tables.sentIn),
    onFoldFailed(error) {
      throw error;
    },
  });
}

/** One group commit. */
function commit<T>(run: () => T): T {
  store.sqlite.exec('begin immediate');
  const result = run();
  journal.seal();
  store.sqlite.exec('commit');
  return result;
}

function stage(conversation: number, text: string): number {
  const { entry } = journal.write(
    {
      conversationId: `cv_${conversation}`,
      author: { kind: 'visitor', id: `vs_${conversation}` },
      clientId: `client ${conversation} ${text}`,
      type: 'message',
      text,
    },
    1,
  );
  return entry.seq;
}
const write = (conversation: number, text: string) => commit(() => stage(conversation, text));

const count = (table: string) =>
  Number(store.sqlite.prepare(`select count(*) as n from ${table}`).get()?.n);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  dataDir = await mkdtemp(path.join(tmpdir(), 'bulkhead-journal-'));
  store = await openSqliteStore(dataDir);
  store.sqlite.exec(`
    pragma foreign_keys = off;
    insert into sites (id, public_key, name, color, greeting, allowed_origins, created_at)
      values ('st_1', 'site_12345678', 'Shop', '#000000', '', '[]', 1);`);
  for (let index = 0; index < CONVERSATIONS; index++) {
    store.sqlite.exec(`
      insert into conversations (id, site_id, visitor_id, status, last_seq, visitor_read_seq,
          agent_read_seq, unread, preview, preview_by, updated_at, created_at)
        values ('cv_${index}', 'st_1', 'vs_${index}', 'open', 0, 0, 0, 0, '', 'system', 1, 1);`);
  }
  open();
});

afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

function writeMany(): void {
  for (let message = 0; message < MESSAGES; message++) {
    commit(() => {
      for (let index = 0; index < CONVERSATIONS; index++) stage(index, `message ${message}`);
    });
  }
}

it('folds a few conversations at a time, and empties the journal with the last of them', async () => {
  writeMany();
  expect(count('entries')).toBe(0);
  await vi.advanceTimersByTimeAsync(500);
  const first = count('entries');
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(CONVERSATIONS * MESSAGES);
  expect(count('journal')).toBe(MESSAGES);
  await vi.advanceTimersByTimeAsync(100);
  expect(count('entries')).toBe(CONVERSATIONS * MESSAGES);
  expect(count('journal')).toBe(0);
});

it('[LOG-2] goes on where it was when messages come between two parts', async () => {
  writeMany();
  await vi.advanceTimersByTimeAsync(500);
  for (let index = 0; index < CONVERSATIONS; index++) {
    expect(write(index, 'in between')).toBe(MESSAGES + 1);
  }
  await vi.advanceTimersByTimeAsync(100);
  journal.fold();
  expect(count('entries')).toBe(CONVERSATIONS * (MESSAGES + 1));
  expect(count('journal')).toBe(0);
});

it('[SEND-3] [LOG-2] a crash between two parts leaves everything, once', async () => {
  writeMany();
  await vi.advanceTimersByTimeAsync(500);
  vi.clearAllTimers();
  open();
  expect(count('entries')).toBe(CONVERSATIONS * MESSAGES);
  expect(count('journal')).toBe(0);
  expect(write(3, 'after')).toBe(MESSAGES + 1);
  expect(write(3, 'message 7')).toBe(8);
  const { last_seq: lastSeq, unread } =
    store.sqlite.prepare(`select last_seq, unread from conversations where id = 'cv_3'`).get() ??
    {};
  expect(lastSeq).toBe(MESSAGES);
  expect(unread).toBe(MESSAGES);
});

it('[SEND-1] answers a repeated clientId with the first entry, folded or not', async () => {
  expect(write(1, 'once')).toBe(1);
  expect(write(1, 'once')).toBe(1);
  await vi.advanceTimersByTimeAsync(600);
  expect(write(1, 'once')).toBe(1);
  expect(write(1, 'twice')).toBe(2);
});

it('knows what a query that does not wait for it would miss', async () => {
  write(2, 'one');
  write(2, 'two');
  expect(journal.unfolded('cv_2').map(({ seq }) => seq)).toEqual([1, 2]);
  await vi.advanceTimersByTimeAsync(600);
  expect(journal.unfolded('cv_2')).toEqual([]);
});

it('[LOG-2] gives no place away twice after a disk that failed while the journal was read', () => {
  write(5, 'acknowledged');
  write(6, 'acknowledged too');
  const prepare = store.sqlite.prepare.bind(store.sqlite);
  let isFailing = false;
  const failing = vi.spyOn(store.sqlite, 'prepare').mockImplementation((query) => {
    const statement = prepare(query);
    if (!query.includes('from journal where id >')) return statement;
    const get = statement.get.bind(statement);
    return Object.assign(statement, {
      get(from: number) {
        if (isFailing && from > 0) throw new Error('disk I/O error');
        return get(from);
      },
    });
  });
  // Not folded: what is to be read is still in the journal.
  store.sqlite.exec('begin');
  open();
  store.sqlite.exec('rollback');
  failing.mockRestore();

  isFailing = true;
  expect(() => journal.reset()).toThrow('disk I/O error');
  expect(() => journal.fold()).toThrow('disk I/O error');
  isFailing = false;
  expect(write(6, 'the next')).toBe(2);
  journal.fold();
  expect(count('entries')).toBe(3);
  expect(count('journal')).toBe(0);
});
