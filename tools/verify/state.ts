/**
 * What is remembered from one run to the next: how far each server's log went, and its last hash. Two
 * merchants who compare theirs, or one who compares two days, find a log that was rewritten [REL-7].
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { type Finding, finding } from './findings.ts';
import type { ReleaseLog } from './release-log.ts';
import { createCheck, parseJson } from './statements.ts';

const strict = { additionalProperties: false };
const Remembered = Type.Object(
  {
    /** Lines of the log, and the hash of the last of them. */
    n: Type.Integer({ minimum: 0 }),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    release: Type.Integer({ minimum: 0 }),
    kills: Type.Integer({ minimum: 0 }),
    at: Type.String(),
  },
  strict,
);
export type Remembered = Static<typeof Remembered>;
export const StateFile = Type.Object(
  { bulkheadVerifyState: Type.Literal(1), servers: Type.Record(Type.String(), Remembered) },
  strict,
);
export type StateFile = Static<typeof StateFile>;

const isState = createCheck(StateFile);
const NOTHING: StateFile = { bulkheadVerifyState: 1, servers: {} };

/** @returns nothing where the file is there and is none; an empty state where it is not there */
export async function readState(file: string): Promise<StateFile | undefined> {
  try {
    const state = parseJson(await readFile(file, 'utf8'));
    return isState(state) ? state : undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? NOTHING
      : undefined;
  }
}

/** By another name first, so that a run that is cut short leaves the state of before. */
export async function writeState(file: string, state: StateFile): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, file);
}

/** Whether the log begins as it did, and nothing in force went back [REL-4]. */
export function compareWithState(
  log: Pick<ReleaseLog, 'hashes'>,
  known: Remembered,
  current: { release: number; kills: number } | null,
): Finding[] {
  const subject = `line ${known.n}`;
  if (log.hashes.length < known.n) {
    const detail = `${log.hashes.length} lines; there were ${known.n} on ${known.at}`;
    return [finding('log_truncated', subject, detail)];
  }
  if (known.n > 0 && log.hashes[known.n - 1] !== known.hash) {
    return [finding('log_rewritten', subject, `it was ${known.hash} on ${known.at}`)];
  }
  const older =
    current && (current.release < known.release || current.kills < known.kills)
      ? [finding('current_rolled_back', 'current.json', `older than on ${known.at}`)]
      : [];
  const grown = log.hashes.length - known.n;
  return [...older, finding('log_grew', subject, `${grown} new since ${known.at}`)];
}
