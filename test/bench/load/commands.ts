/** What the bench asks of the load's process. */
import type { Stormed } from './storm.ts';
import type { Pace, Talked } from './talk.ts';
import type { Kind } from './visitors.ts';
import type { Address } from './websocket.ts';

export interface Target {
  kind: Kind;
  address: Address;
  others?: readonly Address[];
}

export interface Commands {
  /** @param given `others` are processes of the same installation; visitors are dealt out */
  target(given: Target): Promise<void>;
  /** @returns how long they all took */
  connect(given: { count: number; inFlight: number }): Promise<{ seconds: number }>;
  /** The first `count` visitors get a conversation each, and one watcher follows all of them. */
  beginToTalk(given: { count: number }): Promise<void>;
  talk(given: Pace): Promise<Talked>;
  counts(given: null): Promise<{ delivered: number; lost: number; visitors: number }>;
  /** Resolves when everybody is back whose connection will have been lost by then. */
  storm(given: { timeoutMs: number }): Promise<Stormed>;
  leave(given: null): Promise<void>;
}

export type CommandName = keyof Commands;

export interface Ask {
  id: number;
  name: CommandName;
  given: unknown;
}
export type Answer = { id: number; result: unknown } | { id: number; error: string };
