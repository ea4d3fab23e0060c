/** The embedded store, on a disk that can be filled. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteStore } from '../../../server/store/sqlite.ts';
import type { Backing } from './backing.ts';
import { furnishTorture } from './furnishing.ts';
import { createSmallDisk, type SmallDisk } from './small-disk.ts';

const BASE_MB = 96;
/** Of database and write-ahead log for each message, ledger and indexes included. */
const BYTES_PER_MESSAGE = 4_000;

export const diskFor = (messages: number): SmallDisk =>
  createSmallDisk(BASE_MB + Math.ceil((messages * BYTES_PER_MESSAGE) / 1e6));

/** A disk that is full for a moment. */
export const diskBlow =
  (disk: SmallDisk) => async (random: { between(a: number, b: number): number }) => {
    const ms = random.between(300, 1_500);
    await disk.fill();
    await sleep(ms);
    await disk.empty();
    return `full for ${ms} ms`;
  };

export async function createSqliteBacking(messages: number): Promise<Backing> {
  const disk = diskFor(messages);
  const dataDir = join(disk.path, 'data');
  const store = await openSqliteStore(dataDir);
  await furnishTorture(store.db);
  await store.close();
  return {
    env: { BULKHEAD_DATA: dataDir },
    blows: disk.whyNot === null ? { 'disk-full': diskBlow(disk) } : {},
    missing: disk.whyNot === null ? [] : [`disk-full: ${disk.whyNot}`],
    async close() {
      disk.close();
    },
  };
}
