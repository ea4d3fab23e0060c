/** A prepared statement that names its row's type, as Kysely does for the queries that it builds. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** @returns the first row, or undefined. The statement is kept for the life of the connection. */
export function prepareOne<Row>(
  sqlite: DatabaseSync,
  sql: string,
): (...parameters: SQLInputValue[]) => Row | undefined {
  const statement = sqlite.prepare(sql);
  return (...parameters) => statement.get(...parameters) as Row | undefined;
}
