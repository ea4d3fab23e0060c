/** Summaries that cannot be read for a while: what has changed is said when they can. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSqliteStore } from '../store/sqlite.ts';
import type { SqliteStore } from '../store/store.ts';
import { createChanges } from './changes.ts';
import { createIncidentChanges } from './incident-changes.ts';
import type { LiveReads } from './live-reads.ts';
import type { Namespaces } from './namespaces.ts';

let dataDir = '';
let store: SqliteStore;
let failing: 'disk I/O error' | 'a fault of ours' | null = null;
let reads = 0;
const emit = vi.fn();

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  dataDir = await mkdtemp(path.join(tmpdir(), 'bulkhead-changes-'));
  store = await openSqliteStore(dataDir);
  store.sqlite.exec(`
    insert into sites (id, public_key, name, color, greeting, allowed_origins, created_at)
      values ('st_1', 'site_12345678', 'Shop', '#000000', '', '[]', 1);
    insert into visitors (id, site_id, first_seen_at, created_at)
      values ('vs_1', 'st_1', 1, 1);
    insert into conversations (id, site_id, visitor_id, status, last_seq, visitor_read_seq,
        agent_read_seq, unread, preview, preview_by, updated_at, created_at)
      values ('cv_1', 'st_1', 'vs_1', 'open', 0, 0, 0, 0, '', 'system', 1, 1);`);
  const selectFrom = store.db.selectFrom.bind(store.db);
  store = { ...store, db: Object.create(store.db) };
  store.db.selectFrom = ((table: never) => {
    reads++;
    if (failing === 'disk I/O error') throw Object.assign(new Error(failing), { errcode: 10 });
    if (failing) throw new Error(failing);
    return selectFrom(table);
  }) as typeof selectFrom;
  failing = null;
  reads = 0;
  emit.mockClear();
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

const agents = { sockets: new Map([['socket', {}]]), emit };
// Of Socket.IO only what is used.
const namespaces = { agents, visitors: {} } as unknown as Namespaces;
const liveReads: LiveReads = { received() {}, shown() {}, close: async () => {} };
const deps = () => ({ store, logger: pino({ level: 'silent' }), unfolded: () => [] });
const open = () => createChanges(deps(), namespaces, { online: async () => new Set() }, liveReads);

it('says what has changed once the store is back', async () => {
  const changes = open();
  failing = 'disk I/O error';
  changes.mark('cv_1', false);
  await vi.advanceTimersByTimeAsync(5000);
  expect(emit).not.toHaveBeenCalled();
  failing = null;
  await vi.advanceTimersByTimeAsync(2500);
  await changes.close();
  expect(emit).toHaveBeenCalledTimes(1);
  expect(emit).toHaveBeenCalledWith(
    'conversation:changed',
    expect.objectContaining({ id: 'cv_1' }),
  );
});

it('is not kept from the rest by one that cannot be told', async () => {
  const changes = open();
  failing = 'a fault of ours';
  changes.mark('cv_1', false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(1);
  await changes.close();
});

it('asks again for incidents, and not at once', async () => {
  const incidents = createIncidentChanges(deps(), namespaces);
  failing = 'disk I/O error';
  incidents.mark('in_1');
  await vi.advanceTimersByTimeAsync(5000);
  expect(reads).toBeGreaterThan(1);
  expect(reads).toBeLessThan(5);
  await incidents.close();
});
