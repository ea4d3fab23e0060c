/**
 * Pages of the log, one after another for each socket, and the next one only when the peer has read
 * the last [LIMIT-1]: however many are asked for at once, one is under way.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../app-error.ts';
import { type Connection, unreadBytes } from './unread.ts';

interface Peer {
  readonly connected: boolean;
  readonly conn: Connection;
}
type Run<Context, Body, Data> = (context: Context, body: Body) => Data | Promise<Data>;
export type TakeTurns = <Context extends Peer, Body, Data>(
  run: Run<Context, Body, Data>,
) => (context: Context, body: Body) => Promise<Data>;

/** More than an honest client asks for before it has read anything. */
const MAX_WAITING = 100;
/** As good as read: no more than what a network holds anyway. */
const READ_BELOW_BYTES = 65_536;
const LOOK_AGAIN_MS = 10;

/** @returns what makes actions wait for each other, for each socket apart */
export function createTurns(): TakeTurns {
  const lines = new WeakMap<Peer, { last: Promise<unknown>; waiting: number }>();
  return (run) => (peer, body) => {
    const line = lines.get(peer) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= MAX_WAITING) throw new AppError('rate_limited', { retryAfterMs: 1000 });
    line.waiting++;
    const turn = line.last.then(async () => {
      await untilRead(peer);
      line.waiting--;
      if (!peer.connected) throw new AppError('unavailable');
      return run(peer, body);
    });
    line.last = turn.catch(() => {});
    lines.set(peer, line);
    return turn;
  };
}

async function untilRead(peer: Peer): Promise<void> {
  // So that the last answer is on its way.
  await nextTurn();
  while (peer.connected && unreadBytes(peer.conn) > READ_BELOW_BYTES) await sleep(LOOK_AGAIN_MS);
}
