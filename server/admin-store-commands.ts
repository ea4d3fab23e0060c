/** What `admin.ts` can do with whole stores: bring one up to date, back it up, restore it, move it. */
import { access, rm } from 'node:fs/promises';
import { type AdminContext, AdminError, type Given, required } from './admin-commands.ts';
import { isDatabaseUrl } from './config.ts';
import { createLog } from './log/log.ts';
import { copyStore, type TableSum } from './store/copy.ts';
import { openPostgresStore } from './store/postgres.ts';
import { openSqliteFile } from './store/sqlite.ts';
import type { SqliteStore, Store } from './store/store.ts';

const SAY_EVERY_ROWS = 50_000;

type StoreCommand = (context: AdminContext, given: Given) => Promise<void>;

/** Opening has done it. */
const migrate: StoreCommand = async ({ store, say }) => {
  say(`The database (${store.kind}) is up to date.`);
};

/** What the log keeps elsewhere for a moment goes to its tables. No server may be running on it. */
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

async function copyAll({ say }: AdminContext, source: Store, target: Store): Promise<void> {
  const sums = await copyStore(source, target, ({ table, step, rows, of }) => {
    if (rows % SAY_EVERY_ROWS === 0) say(`${table}: ${step} ${rows} of ${of}`);
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
    await copyAll(context, context.store, target);
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
    await copyAll(context, source, context.store);
  } finally {
    await source.close();
  }
};

const copy: StoreCommand = async (context, { values }) => {
  const { store: source, config } = context;
  const address = required(values.to, '--to');
  if (source.kind !== 'sqlite') {
    throw new AdminError('copy reads the data directory: take DATABASE_URL out of the environment');
  }
  // It is not repeated: it has a password.
  if (!isDatabaseUrl(address)) {
    throw new AdminError('--to must look like postgres://user:password@host:5432/database');
  }
  if (!takeAlone(source)) {
    throw new AdminError(
      `${config.dataDir} is in use: stop its server, so that nothing is written there any more`,
    );
  }
  await settle(source);
  if (!(await source.db.selectFrom('sites').select('id').limit(1).executeTakeFirst())) {
    throw new AdminError(`There is nothing in ${config.dataDir}: is BULKHEAD_DATA set?`);
  }
  const target = await openPostgresStore(address);
  try {
    await copyAll(context, source, target);
    context.say('Set DATABASE_URL, and BULKHEAD_SECRET to what stands in the file secret there.');
  } finally {
    await target.close();
  }
};

/** Leaving write-ahead mode needs every other connection to be gone; the next server returns to it. */
function takeAlone({ sqlite }: SqliteStore): boolean {
  sqlite.exec('pragma busy_timeout = 0; pragma locking_mode = exclusive');
  try {
    return sqlite.prepare('pragma journal_mode = delete').get()?.journal_mode === 'delete';
  } catch {
    return false;
  }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

export const STORE_COMMANDS: ReadonlyMap<string, StoreCommand> = new Map([
  ['migrate', migrate],
  ['backup', backup],
  ['copy', copy],
  ['restore', restore],
]);
