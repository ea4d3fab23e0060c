/**
 * Which alerts are due, and those on their way: both in the database, so that none is lost when the
 * process ends [REPORT-3]. The first report of an incident is due at once, growth once an hour.
 */
import type { Deps } from '../deps.ts';
import { newId } from '../ids.ts';
import type { AlertRow } from '../store/schema.ts';
import type { Database, Tx } from '../store/store.ts';

const HOUR_MS = 3_600_000;
/**
 * Of one site. Whoever forges reports can make many incidents; more than these wait for the next
 * hour, and none is forgotten.
 */
const MAX_PER_HOUR = 20;
/** On their way, of all sites: while a receiver is out of reach nothing more piles up. */
const MAX_WAITING = 1000;

/** Before the next try. After the last of them an alert is given up. */
export const RETRY_MS = [1, 10, 60, 600, 3600, 10_800, 21_600, 43_200].map((s) => s * 1000);

export type Target = Pick<AlertRow, 'channel' | 'scope'>;

/** Puts what is due on its way. */
export async function queueDue(
  { store, clock, random }: Pick<Deps, 'store' | 'clock' | 'random'>,
  targetsOf: (siteId: string) => Promise<Target[]>,
): Promise<void> {
  const now = clock.now();
  for (const siteId of await sitesWithDue(store.db, now)) {
    if ((await countWaiting(store.db)) >= MAX_WAITING) return;
    const targets = await targetsOf(siteId);
    await store.transact(async (tx) => {
      const room = MAX_PER_HOUR - (await countRecent(tx, siteId, now));
      if (room <= 0) return;
      const incidents = await due(tx, now)
        .select(['id', 'count', 'alerted_at'])
        .where('site_id', '=', siteId)
        .orderBy('opened_at')
        .limit(room)
        .execute();
      for (const { id, count, alerted_at } of incidents) {
        for (const target of targets) {
          await tx
            .insertInto('alerts')
            .values({
              id: newId(random, 'al'),
              incident_id: id,
              ...target,
              reason: alerted_at === null ? 'new' : 'grown',
              tries: 0,
              next_at: now,
              created_at: now,
            })
            // One that is still on its way will tell the newest counts.
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
        await tx
          .updateTable('incidents')
          .set({ alerted_at: now, alerted_count: count })
          .where('id', '=', id)
          .execute();
      }
    });
  }
}

const due = (db: Database | Tx, now: number) =>
  db
    .selectFrom('incidents')
    .where('status', '=', 'open')
    .where((where) => where('count', '>', where.ref('alerted_count')))
    .where((where) =>
      where.or([where('alerted_at', 'is', null), where('alerted_at', '<=', now - HOUR_MS)]),
    );

async function sitesWithDue(db: Database, now: number): Promise<string[]> {
  const rows = await due(db, now).select('site_id').distinct().execute();
  return rows.map(({ site_id }) => site_id);
}

async function countRecent(tx: Tx, siteId: string, now: number): Promise<number> {
  const { rows } = await tx
    .selectFrom('incidents')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('site_id', '=', siteId)
    .where('alerted_at', '>', now - HOUR_MS)
    .executeTakeFirstOrThrow();
  return Number(rows);
}

async function countWaiting(db: Database): Promise<number> {
  const { rows } = await db
    .selectFrom('alerts')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return Number(rows);
}

/** @param limit how many are tried at the same time */
export const takeReady = (db: Database, now: number, limit: number): Promise<AlertRow[]> =>
  db
    .selectFrom('alerts')
    .selectAll()
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .limit(limit)
    .execute();

/** @returns the instant of the next try, or nothing when none waits. */
export async function nextTryAt(db: Database): Promise<number | null> {
  const row = await db
    .selectFrom('alerts')
    .select(({ fn }) => fn.min('next_at').as('at'))
    .executeTakeFirst();
  return row?.at ?? null;
}

export async function forget(db: Database, id: string): Promise<void> {
  await db.deleteFrom('alerts').where('id', '=', id).execute();
}

/** @returns whether it will be tried again. */
export async function putOff(db: Database, { id, tries }: AlertRow, now: number): Promise<boolean> {
  const waitMs = RETRY_MS[tries];
  if (waitMs === undefined) {
    await forget(db, id);
    return false;
  }
  await db
    .updateTable('alerts')
    .set({ tries: tries + 1, next_at: now + waitMs })
    .where('id', '=', id)
    .execute();
  return true;
}
