/**
 * One, two and four server processes on one PostgreSQL and one Redis, under the same load, beside one
 * bare server. Visitors are dealt out to the processes; the watcher is at the first one and hears of
 * the others through Redis. How busy the machine was says whether its cores were the limit.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openPostgresStore } from '../../../server/store/postgres.ts';
import { startLoad } from '../load-process.ts';
import { settlePeople } from '../people.ts';
import { makeDatabase } from '../postgres-database.ts';
import { type Subject, startBare, startServer } from '../subjects.ts';
import { type TalkFigures, talkAndMeasure } from './talk.ts';

const VISITORS = 200;
const IN_FLIGHT = 100;
const WARM_UP = 4000;

export interface ProcessesFigures extends TalkFigures {
  kind: 'bare' | 'bulkhead';
  /** `cpuMicrosPerMessage` is the sum of theirs; the database and Redis are not in it. */
  processes: number;
  /** Of all cores, by everything that ran on them. */
  machineBusyShare: number;
}

export interface ProcessesOptions {
  postgres?: string | undefined;
  redis: string;
  messages: number;
}

export async function runProcesses(
  counts: readonly number[],
  { postgres, redis, messages }: ProcessesOptions,
): Promise<ProcessesFigures[]> {
  if (postgres === undefined) throw new Error('--modes processes needs --postgres URL');
  const all = [await measure('bare', [await startBare()], messages)];
  for (const count of counts) {
    const database = await makeDatabase(postgres);
    try {
      const store = await openPostgresStore(database.url);
      await settlePeople(store);
      await store.close();
      const env = {
        DATABASE_URL: database.url,
        REDIS_URL: redis,
        BULKHEAD_SECRET: randomBytes(32).toString('base64url'),
      };
      const servers: Subject[] = [];
      for (let index = 0; index < count; index++) servers.push(await startServer({ env }));
      all.push(await measure('bulkhead', servers, messages));
    } finally {
      await database.drop();
    }
  }
  return all;
}

async function measure(
  kind: 'bare' | 'bulkhead',
  servers: readonly Subject[],
  messages: number,
): Promise<ProcessesFigures> {
  const load = startLoad();
  try {
    const [first, ...others] = servers.map(({ address }) => address);
    if (!first) throw new Error('no server');
    await load.ask('target', { kind, address: first, others });
    await load.ask('connect', { count: VISITORS, inFlight: 20 });
    await load.ask('beginToTalk', { count: VISITORS });
    await load.ask('talk', { messages: Math.min(WARM_UP, messages), inFlight: IN_FLIGHT });
    const busyBefore = machineTicks();
    const talked = await talkAndMeasure(load, servers, { messages, inFlight: IN_FLIGHT });
    const busyAfter = machineTicks();
    return {
      kind,
      processes: servers.length,
      ...talked,
      machineBusyShare:
        (busyAfter.busy - busyBefore.busy) / Math.max(1, busyAfter.all - busyBefore.all),
    };
  } finally {
    await load.close();
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Of the first line of proc(5)'s `stat`: idle and waiting for the disk are the fourth and fifth. */
function machineTicks(): { busy: number; all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return { all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
}
