/**
 * Whether the store failed for want of something that may come back: room on the disk, a disk that
 * answers, a lock that another process holds, a database that can be reached. Nothing was written
 * then, and trying again makes sense.
 */
import { isOutage as isPostgresOutage } from './postgres.ts';

/**
 * SQLITE_BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN: the low byte of an extended code
 * (sqlite.org, Result and Error Codes).
 */
const SQLITE_OUTAGES: readonly number[] = [5, 6, 8, 10, 13, 14];

const isSqliteOutage = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  SQLITE_OUTAGES.includes(error.errcode & 0xff);

export const isStoreOutage = (error: unknown): boolean =>
  isSqliteOutage(error) || isPostgresOutage(error);
