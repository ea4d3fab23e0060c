/** The ledger. */
import type { Generated } from 'kysely';
import type { DataCategory, LedgerKind } from '../../../protocol/ledger.ts';

/** The chain [LEDGER-2]. Nothing here is ever changed or deleted. */
export interface LedgerRow {
  n: number;
  at: number;
  kind: LedgerKind;
  site_id: string | null;
  agent_id: string | null;
  visitor_id: string | null;
  conversation_id: string | null;
  release: string | null;
  detail_hash: string;
  hash: string;
}
/** What a line says besides; deleted by an erasure [LEDGER-4]. */
export interface LedgerDetailRow {
  n: number;
  salt: string;
  /** JSON. */
  detail: string;
  /** The detail's `ip`, for looking up. */
  address: string | null;
}
/** Which line says so: once for each visitor and category, until it is erased. */
export interface LedgerGivenRow {
  visitor_id: string;
  category: DataCategory;
  n: number;
}
export interface LedgerHeadRow {
  n: number;
  hash: string;
  at: number;
  signature: string;
  key: string;
  /** When the witness took it. */
  sent_at: number | null;
}

/** Durable, and on its way into the chain; see `ledger/postgres-ledger.ts`. */
export interface LedgerWaitingRow {
  id: Generated<number>;
  at: number;
  /** JSON. */
  job: string;
}

export interface LedgerTables {
  ledger: LedgerRow;
  ledger_details: LedgerDetailRow;
  ledger_given: LedgerGivenRow;
  ledger_heads: LedgerHeadRow;
  ledger_waiting: LedgerWaitingRow;
}
