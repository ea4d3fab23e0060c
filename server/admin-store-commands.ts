/** What `admin.ts` can do with whole stores: bring one up to date, back it up and restore it. */
import { access, rm } from 'node:fs/promises';
import { type AdminContext, AdminError, type Given, required } from './admin-commands.ts';
import { createLog } from './log/log.ts';
import { copyStore, type TableSum } from './store/copy.ts';
import { openSqliteFile } from './store/sqlite.ts';
import type { Store } from './store/store.ts';

type StoreCommand = (context: AdminContext, given: Given) => Promise<void>;

/** Opening has done it. */
const migrate: StoreCommand = async ({ store, say }) => {
  say(`The database (${store.kind}) is up to date.`);
};

/** What the log keeps elsewhere for a moment goes to its tables. No server may be running. */
async function settle(store: Store): Promise<void> {
  const nobody = () => {};
  const publisher = {
    entryAppended: nobody,
    paymentChanged: nobody,
    readChanged: nobody,
    conversationChanged: nobody,
    incidentChanged: nobody,
  };
  const log = createLog({
    store,
    publisher,
    clock: { now: Date.now },
    logger: { error: nobody },
  });
  await log.close();
}

async function copy({ say }: AdminContext, source: Store, target: Store): Promise<void> {
  let last = '';
  const sums = await copyStore(source, target, ({ table, rows }) => {
    if (table !== last) say(`${table} …`);
    last = table;
    if (rows % 100_000 === 0) say(`${table}: ${rows} rows`);
  });
  for (const { table, rows, sha256 } of sums) say(`${table}: ${rows} rows, ${sha256.slice(0, 16)}`);
  say(`Both hold the same: ${total(sums)} rows in ${sums.length} tables.`);
}

const total = (sums: readonly TableSum[]) => sums.reduce((rows, sum) => rows + sum.rows, 0);

const backup: StoreCommand = async (context, { values }) => {
  const file = required(values.to, '--to');
  if (await exists(file)) throw new AdminError(`${file} exists already; a backup replaces nothing`);
  const target = await openSqliteFile(file);
  try {
    await copy(context, context.store, target);
  } catch (error) {
    await target.close();
    await rm(file, { force: true });
    throw error;
  }
  await target.close();
};

const restore: StoreCommand = async (context, { values }) => {
  const file = required(values.from, '--from');
  if (!(await exists(file))) throw new AdminError(`There is no ${file}`);
  const source = await openSqliteFile(file);
  try {
    await settle(source);
    await copy(context, source, context.store);
  } finally {
    await source.close();
  }
};

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

export const STORE_COMMANDS: ReadonlyMap<string, StoreCommand> = new Map([
  ['migrate', migrate],
  ['backup', backup],
  ['restore', restore],
]);
