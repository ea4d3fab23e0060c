/**
 * On SQLite the log's entries lie in the order of their key (sqlite.org, Clustered Indexes And The
 * WITHOUT ROWID Optimization): a page of a conversation is read from where it lies and not gathered
 * from all over the table, and an entry is written to two trees in place of three. The columns stay.
 */
import { type Kysely, PostgresAdapter, sql } from 'kysely';

export async function putEntriesInOrder(db: Kysely<never>): Promise<void> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) return;
  await db.schema
    .createTable('entries_in_order')
    .addColumn('conversation_id', 'text', (column) =>
      column.notNull().references('conversations.id'),
    )
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('author_kind', 'text', (column) => column.notNull())
    .addColumn('author_id', 'text')
    .addColumn('author_name', 'text')
    .addColumn('client_id', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('entries_primary', ['conversation_id', 'seq'])
    .addUniqueConstraint('entries_client_id', ['conversation_id', 'client_id'])
    .modifyEnd(sql`without rowid`)
    .execute();
  await sql`
    insert into entries_in_order
      (conversation_id, seq, at, type, author_kind, author_id, author_name, client_id, body)
    select conversation_id, seq, at, type, author_kind, author_id, author_name, client_id, body
      from entries
     order by conversation_id, seq`.execute(db);
  await db.schema.dropTable('entries').execute();
  await db.schema.alterTable('entries_in_order').renameTo('entries').execute();
}
