/** Which store it is: the one place that decides, from what the operator has set. */
import { openPostgresStore } from './postgres.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

export interface StoreSettings {
  dataDir: string;
  /** `null` is SQLite, in the data directory. */
  databaseUrl: string | null;
}

/** @throws DatabaseTooNewError, DatabaseUnreachableError, or why it cannot be used */
export const openStore = ({ dataDir, databaseUrl }: StoreSettings): Promise<Store> =>
  databaseUrl === null ? openSqliteStore(dataDir) : openPostgresStore(databaseUrl);
