/** All that a server keeps, as bytes that a test can look through. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TABLES } from '../../server/store/copy.ts';
import { openTestStore, TEST_STORE } from './data-dir.ts';

/** Files by name, and tables where they are elsewhere; one character a byte. */
export async function readKept(dataDir: string): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  for (const file of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    kept.set(file.name, await readFile(join(file.parentPath, file.name), 'latin1'));
  }
  if (TEST_STORE === 'sqlite') return kept;
  const store = await openTestStore(dataDir);
  for (const table of TABLES) {
    const rows = await store.db.selectFrom(table).selectAll().execute();
    kept.set(table, Buffer.from(JSON.stringify(rows)).toString('latin1'));
  }
  await store.close();
  return kept;
}
