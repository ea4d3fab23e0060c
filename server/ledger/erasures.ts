/**
 * Notices within seconds what other processes did to the ledger: visitors whom they erased, and lines
 * that one of them left waiting when it was killed.
 */

import type { Store } from '../store/store.ts';
import type { Logger } from '../world.ts';

const EVERY_MS = 2000;

export interface ErasureWatch {
  /** What was erased until now is known already. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

interface Watching {
  store: Store;
  logger: Pick<Logger, 'warn'>;
  settle(): Promise<void>;
  onErased(visitorId: string): void;
}

export function watchErasures({ store, logger, settle, onErased }: Watching): ErasureWatch {
  let seen = 0;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    if (await isAnyWaiting(store)) await settle();
    const rows = await erasedSince(store, seen);
    for (const { n, visitor_id: visitorId } of rows) {
      seen = n;
      if (visitorId !== null) onErased(visitorId);
    }
  }
  function lookAgain(): void {
    timer = setTimeout(() => {
      looking = look()
        .catch((err: unknown) => logger.warn({ err }, 'erasures could not be looked for'))
        .then(() => {
          if (timer) lookAgain();
        });
    }, EVERY_MS).unref();
  }

  return {
    async begin() {
      seen = await lastErasure(store);
      lookAgain();
    },
    async close() {
      if (timer) clearTimeout(timer);
      timer = null;
      await looking;
    },
  };
}

/** Never any on SQLite, where what belongs to a transaction is a line at once. */
async function isAnyWaiting({ kind, db }: Store): Promise<boolean> {
  if (kind === 'sqlite') return false;
  const row = await db.selectFrom('ledger_waiting').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

async function lastErasure({ db }: Store): Promise<number> {
  const row = await db
    .selectFrom('ledger')
    .select('n')
    .where('kind', '=', 'data.erased')
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.n ?? 0;
}

const erasedSince = ({ db }: Store, n: number) =>
  db
    .selectFrom('ledger')
    .select(['n', 'visitor_id'])
    .where('kind', '=', 'data.erased')
    .where('n', '>', n)
    .orderBy('n')
    .execute();
