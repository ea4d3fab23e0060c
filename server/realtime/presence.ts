/**
 * Which visitors have a socket open, and how many, in all processes. Each keeps its own in a hash in
 * Redis, under a sign of life that ends by itself with the process; the others look for that sign.
 * While Redis is away each knows its own sockets alone.
 */
import type { ChainableCommander } from 'ioredis';
import type { Presence } from '../chat/conversation-rows.ts';
import type { Cluster } from '../shared/open-shared.ts';
import type { Logger } from '../world.ts';
import { hasListeners, type VisitorNamespace } from './namespaces.ts';

export interface SharedPresence extends Presence {
  /** Sockets of a visitor, in all processes. */
  countSockets(visitorId: string): Promise<number>;
  close(): Promise<void>;
}

export interface PresenceOptions {
  visitors: VisitorNamespace;
  /** `null`: there are no others. */
  cluster: Pick<Cluster, 'link'> | null;
  logger: Pick<Logger, 'error'>;
  /** A process came or went, and with it these visitors. */
  moved(visitorIds: readonly string[]): void;
}

const BEAT_MS = 1000;
/** Without a sign of life for so long a process is gone. */
const ALIVE_MS = 4000;
/** Longer, so that the others can read who was there. */
const KEPT_MS = 60_000;
const CHUNK = 1000;
const IS_VISITOR = /^vs_/;

export function createPresence(options: PresenceOptions): SharedPresence {
  const { visitors, cluster } = options;
  const countHere = (id: string) => visitors.adapter.rooms.get(id)?.size ?? 0;
  if (!cluster) {
    return {
      online: async (ids) => new Set(ids.filter((id) => hasListeners(visitors, id))),
      countSockets: async (id) => countHere(id),
      close: async () => {},
    };
  }
  const { client, prefix, isAlive } = cluster.link;
  const self = crypto.randomUUID();
  const members = `${prefix}:processes`;
  const lifeOf = (process: string) => `${prefix}:alive:${process}`;
  const visitorsOf = (process: string) => `${prefix}:visitors:${process}`;
  /** Alive as of the last beat. */
  let others: readonly string[] = [];
  /** Whose number of sockets has changed since it was written. */
  const changed = new Set<string>();
  /** Whether all of ours has to be written, since Redis may not have it. */
  let isUnwritten = true;
  let isClosed = false;

  async function run(commands: ChainableCommander): Promise<unknown[]> {
    const replies = (await commands.exec()) ?? [];
    return replies.map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
  }

  function write(commands: ChainableCommander, ids: Iterable<string>): void {
    for (const id of ids) {
      const sockets = countHere(id);
      if (sockets > 0) commands.hset(visitorsOf(self), id, sockets);
      else commands.hdel(visitorsOf(self), id);
    }
  }

  /** Before the facts of the same turn of the loop, which go by the same connection. */
  function flush(): void {
    const ids = [...changed];
    changed.clear();
    if (!isAlive() || isUnwritten || isClosed) return;
    const commands = client.pipeline();
    write(commands, ids);
    run(commands).catch(() => {
      isUnwritten = true;
    });
  }

  function note(room: string): void {
    if (!IS_VISITOR.test(room)) return;
    if (changed.size === 0) setImmediate(flush);
    changed.add(room);
  }
  visitors.adapter.on('join-room', note).on('leave-room', note).on('delete-room', note);

  async function writeAll(): Promise<void> {
    isUnwritten = false;
    const ids = [...visitors.adapter.rooms.keys()].filter((room) => IS_VISITOR.test(room));
    await client.unlink(visitorsOf(self));
    for (let from = 0; from < ids.length; from += CHUNK) {
      const commands = client.pipeline();
      write(commands, ids.slice(from, from + CHUNK));
      await run(commands);
    }
  }

  async function beat(): Promise<void> {
    if (isUnwritten) await writeAll();
    const signs = client
      .pipeline()
      .set(lifeOf(self), '', 'PX', ALIVE_MS)
      .sadd(members, self)
      .pexpire(members, KEPT_MS)
      .pexpire(visitorsOf(self), KEPT_MS)
      .smembers(members);
    const replies = await run(signs);
    const [isKept, all] = replies.slice(-2) as [number, string[]];
    // Who was held up for long finds its visitors forgotten.
    if (isKept === 0 && visitors.sockets.size > 0) await writeAll();
    const known = all.filter((process) => process !== self);
    const looks = client.pipeline();
    for (const process of known) looks.exists(lifeOf(process));
    const alive = await run(looks);
    const dead = known.filter((_, index) => alive[index] === 0);
    if (dead.length > 0) await client.srem(members, ...dead);
    const before = others;
    others = known.filter((_, index) => alive[index] !== 0);
    const gone = before.filter((process) => !others.includes(process));
    const came = others.filter((process) => !before.includes(process));
    for (const process of [...gone, ...came]) {
      const ids = await client.hkeys(visitorsOf(process));
      if (ids.length > 0) options.moved(ids);
    }
  }

  async function beatSafely(): Promise<void> {
    if (!isAlive()) {
      isUnwritten = true;
      return;
    }
    await beat().catch((err: unknown) => {
      isUnwritten = true;
      if (isAlive() && !isClosed) options.logger.error({ err }, 'presence could not be shared');
    });
  }
  let beating = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating.then(beatSafely);
  }, BEAT_MS).unref();

  /** Of every other process the number of sockets of each of `ids`. */
  async function askOthers(ids: readonly string[]): Promise<number[][]> {
    if (others.length === 0 || ids.length === 0 || !isAlive()) return [];
    const commands = client.pipeline();
    for (const process of others) commands.hmget(visitorsOf(process), ...ids);
    const replies = await run(commands).catch(() => []);
    return (replies as (string | null)[][]).map((counts) => counts.map(Number));
  }

  return {
    async online(ids) {
      const found = new Set(ids.filter((id) => hasListeners(visitors, id)));
      const unseen = ids.filter((id) => !found.has(id));
      for (const counts of await askOthers(unseen)) {
        for (const [index, id] of unseen.entries()) if (counts[index]) found.add(id);
      }
      return found;
    },
    async countSockets(id) {
      const here = countHere(id);
      const elsewhere = await askOthers([id]);
      return here + elsewhere.reduce((sum, [count = 0]) => sum + count, 0);
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      visitors.adapter.off('join-room', note).off('leave-room', note).off('delete-room', note);
      await beating;
      // Whoever ends in order is gone at once.
      if (isAlive()) await client.unlink(lifeOf(self)).catch(() => {});
    },
  };
}
