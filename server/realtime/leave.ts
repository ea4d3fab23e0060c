/**
 * The end of a process, as its clients see it [SYNC-3]: each socket takes nothing new, what it asked
 * is answered, and it is closed; not all in one instant, so that they do not come back in one. Those
 * whose turn it is not yet are served as before.
 */
import type { PeerLoad } from '../load/load.ts';

/** One connection with what is under way on it. */
export interface Leaver {
  conn: { close(discard?: boolean): unknown };
  load: PeerLoad;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const ROUND_MS = 50;
/** Of a small server all at once: spreading them would only keep somebody waiting. */
const MIN_PER_ROUND = 50;
/** For what is under way. */
const ANSWER_WITHIN_MS = 5000;

export async function leaveAll(leavers: readonly Leaver[], spreadMs: number): Promise<void> {
  const rounds = Math.max(1, Math.floor(spreadMs / ROUND_MS));
  const perRound = Math.max(MIN_PER_ROUND, Math.ceil(leavers.length / rounds));
  const left: Promise<void>[] = [];
  for (let from = 0; from < leavers.length; from += perRound) {
    if (from > 0) await sleep(ROUND_MS);
    left.push(...leavers.slice(from, from + perRound).map(leave));
  }
  await Promise.all(left);
}

async function leave({ conn, load }: Leaver): Promise<void> {
  load.leaving = true;
  if (load.running > 0) {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, ANSWER_WITHIN_MS);
    load.onIdle = late.resolve;
    await late.promise;
    clearTimeout(timer);
  }
  conn.close();
}
