/**
 * The ledger, as the parts of the server see it: they say what happened, and wait where an answer
 * may only leave once that is durable [LEDGER-1]. Knows nothing of who asks for what.
 */
import type { DataCategory, LedgerHead, LedgerKind } from '../../protocol/ledger.ts';
import type { Tx } from '../store/store.ts';

/** One thing that happened. What is personal belongs in `detail` and nowhere else [LEDGER-4]. */
export interface LedgerEvent {
  kind: LedgerKind;
  siteId?: string | null;
  agentId?: string | null;
  visitorId?: string | null;
  conversationId?: string | null;
  release?: string | null;
  /**
   * Address of whoever did it, a page, a name: kept beside the chain and erasable. `ip` is the
   * address of an agent, and is indexed.
   */
  detail?: Readonly<Record<string, unknown>>;
}

/** Whose data it is. */
export interface Giver {
  id: string;
  siteId: string;
  conversationId: string | null;
}

export interface Ledger {
  /** Resolves with the line's `n` once it is durable. Events that come together share one commit. */
  record(event: LedgerEvent): Promise<number>;
  /** In a transaction of `store.transact`: durable with it, or never was. A line once that has ended. */
  recordIn(tx: Tx, event: LedgerEvent): Promise<void>;
  /** Once per visitor and category for ever, so cheap to call with every message. */
  given(visitor: Giver, category: DataCategory): Promise<void>;
  givenIn(tx: Tx, visitor: Giver, categories: readonly DataCategory[]): Promise<void>;
  /** Signed now, and kept. */
  head(): Promise<LedgerHead>;
  /**
   * Another process may have erased a visitor: what was remembered of one is forgotten, and `run`
   * hears of it within seconds.
   */
  onErased(run: (visitorId: string) => void): void;
  close(): Promise<void>;
}
