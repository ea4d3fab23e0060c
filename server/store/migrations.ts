/**
 * The schema's history, listed in code so that a release carries its own. A migration that has been
 * released never changes; the next one follows it. Names sort in the order in which they run.
 */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createFirstTables } from './migrations/0001-first.ts';
import { completePayments } from './migrations/0002-payments.ts';
import { createIndexes } from './migrations/0003-indexes.ts';
import { createLedgerTables } from './migrations/0004-ledger.ts';
import { addPaymentAttention } from './migrations/0004-payment-attention.ts';
import { createIncidents } from './migrations/0005-incidents.ts';
import { createNotices } from './migrations/0006-notices.ts';
import { createLedgerWaiting } from './migrations/0007-ledger-waiting.ts';
import { putEntriesInOrder } from './migrations/0008-entries-in-order.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': { up: (db: Kysely<never>) => createFirstTables(db) },
  '0002-payments': { up: (db: Kysely<never>) => completePayments(db) },
  '0003-indexes': { up: (db: Kysely<never>) => createIndexes(db) },
  '0004-payment-attention': { up: (db: Kysely<never>) => addPaymentAttention(db) },
  '0004-ledger': { up: (db: Kysely<never>) => createLedgerTables(db) },
  '0005-incidents': { up: (db: Kysely<never>) => createIncidents(db) },
  '0006-notices': { up: (db: Kysely<never>) => createNotices(db) },
  '0007-ledger-waiting': { up: (db: Kysely<never>) => createLedgerWaiting(db) },
  '0008-entries-in-order': { up: (db: Kysely<never>) => putEntriesInOrder(db) },
};
