/**
 * The rows, as they stand in the database: one file an area, put together here. Columns are snake_case
 * and are mapped to the words of the protocol once, beside the queries that read them. Instants are
 * integer milliseconds; JSON is text. Kept to what SQLite and Postgres have in common.
 */
import type { ConversationsTables } from './schema/conversations.ts';
import type { ExposureTables } from './schema/exposure.ts';
import type { IncidentsTables } from './schema/incidents.ts';
import type { LedgerTables } from './schema/ledger.ts';
import type { NoticesTables } from './schema/notices.ts';
import type { PaymentsTables } from './schema/payments.ts';
import type { PeopleTables } from './schema/people.ts';

export type * from './schema/conversations.ts';
export type * from './schema/exposure.ts';
export type * from './schema/incidents.ts';
export type * from './schema/ledger.ts';
export type * from './schema/notices.ts';
export type * from './schema/payments.ts';
export type * from './schema/people.ts';

export interface Schema
  extends PeopleTables,
    ConversationsTables,
    PaymentsTables,
    LedgerTables,
    ExposureTables,
    IncidentsTables,
    NoticesTables {}
