/**
 * A page at the end and one in the middle of a conversation, in a short store and in a long one. The
 * reads go through the log as the server's do; `same` asks for one conversation again and again,
 * `any` for any of them, which a long store no longer has in its memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '../../../server/log/log.ts';
import { openPostgresStore } from '../../../server/store/postgres.ts';
import { openSqliteStore } from '../../../server/store/sqlite.ts';
import type { Store } from '../../../server/store/store.ts';
import { median, quantile } from '../figures.ts';
import { CONVERSATION_LENGTH, fillStore } from '../long-store.ts';
import { makeDatabase } from '../postgres-database.ts';

const READS = 1500;
const WARM_UP = 300;

interface ReadFigures {
  medianMicros: number;
  p95Micros: number;
  cpuMicros: number;
}
export interface HistoryFigures {
  store: Store['kind'];
  messages: number;
  fillSeconds: number;
  lastPageSame: ReadFigures;
  middlePageSame: ReadFigures;
  lastPageAny: ReadFigures;
  middlePageAny: ReadFigures;
}

/** @param postgres where databases may be made; absent leaves it out */
export async function runHistory(
  lengths: readonly number[],
  postgres: string | undefined,
): Promise<{ stores: HistoryFigures[]; ratios: Record<string, number> }> {
  const stores: HistoryFigures[] = [];
  for (const messages of lengths) stores.push(await onSqlite(messages));
  for (const messages of postgres === undefined ? [] : lengths) {
    stores.push(await onPostgres(messages, postgres ?? ''));
  }
  return { stores, ratios: ratiosOf(stores) };
}

async function onSqlite(messages: number): Promise<HistoryFigures> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bulkhead-history-'));
  const store = await openSqliteStore(directory);
  try {
    return await measure(store, messages);
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function onPostgres(messages: number, url: string): Promise<HistoryFigures> {
  const database = await makeDatabase(url);
  const store = await openPostgresStore(database.url);
  try {
    return await measure(store, messages);
  } finally {
    await store.close();
    await database.drop();
  }
}

async function measure(store: Store, messages: number): Promise<HistoryFigures> {
  const startedAt = performance.now();
  const conversations = await fillStore(store, messages);
  const fillSeconds = (performance.now() - startedAt) / 1000;
  const publisher = {
    entryAppended() {},
    paymentChanged() {},
    readChanged() {},
    incidentChanged() {},
    conversationChanged() {},
  };
  const log = createLog({ store, clock: { now: Date.now }, publisher, logger: { error() {} } });

  async function read(ids: readonly string[], before?: number): Promise<ReadFigures> {
    const times: number[] = [];
    let cpu = process.cpuUsage();
    for (let index = 0; index < READS + WARM_UP; index++) {
      if (index === WARM_UP) cpu = process.cpuUsage();
      const conversationId = ids[(index * 7919) % ids.length] ?? '';
      const begun = performance.now();
      await log.read({ conversationId, before });
      if (index >= WARM_UP) times.push((performance.now() - begun) * 1000);
    }
    const { user, system } = process.cpuUsage(cpu);
    times.sort((a, b) => a - b);
    return {
      medianMicros: median(times),
      p95Micros: quantile(times, 0.95),
      cpuMicros: (user + system) / READS,
    };
  }

  const middle = CONVERSATION_LENGTH / 2;
  const same = conversations.slice(0, 1);
  const figures = {
    store: store.kind,
    messages,
    fillSeconds,
    lastPageSame: await read(same),
    middlePageSame: await read(same, middle),
    lastPageAny: await read(conversations),
    middlePageAny: await read(conversations, middle),
  };
  await log.close();
  return figures;
}

/** The longest beside the shortest. */
function ratiosOf(stores: readonly HistoryFigures[]): Record<string, number> {
  const ratios: Record<string, number> = {};
  for (const kind of ['sqlite', 'postgres'] as const) {
    const [short, ...longer] = stores.filter(({ store }) => store === kind);
    const long = longer.at(-1);
    if (!short || !long) continue;
    for (const page of [
      'lastPageSame',
      'middlePageSame',
      'lastPageAny',
      'middlePageAny',
    ] as const) {
      ratios[`${kind} ${page} time`] = long[page].medianMicros / short[page].medianMicros;
      ratios[`${kind} ${page} cpu`] = long[page].cpuMicros / short[page].cpuMicros;
    }
  }
  return ratios;
}
