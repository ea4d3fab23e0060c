/** The whole of a release directory against its keys: chain, signatures, files, and what is in force. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ReleaseKeys, ReleaseLogLine } from '../../protocol/releases.ts';
import { CURRENT, readLog, readScript, readText } from './directory.ts';
import { findFaults, standingOf } from './log.ts';
import { ReleaseError } from './release-error.ts';
import { readStatement } from './statements.ts';

export interface CheckOptions {
  releasesDir: string;
  keys: ReleaseKeys;
  /** Hash of a line that was seen before; the log must still hold it. */
  head?: string | undefined;
}

export interface Checked {
  lines: ReleaseLogLine[];
  /** In words; empty when everything holds. */
  faults: string[];
}

/** @throws ReleaseError where the log cannot even be read */
export function checkReleases({ releasesDir, keys, head }: CheckOptions): Checked {
  const lines = readLog(releasesDir);
  const faults = findFaults(lines, keys);
  if (!lines.length) faults.push(`${releasesDir} holds no release log`);
  if (head && !lines.some(({ hash }) => hash === head)) {
    faults.push(`No line has the hash ${head}: the log was cut or rewritten`);
  }
  faults.push(...fileFaults(releasesDir, lines), ...currentFaults(releasesDir, lines));
  return { lines, faults };
}

function fileFaults(dir: string, lines: readonly ReleaseLogLine[]): string[] {
  const faults = new Set<string>();
  for (const { n, signed } of lines) {
    const read = attempt(() => readStatement(signed, `line ${n}`));
    if (typeof read === 'string' || read.kind === 'kills') continue;
    const { version, files } = read.statement;
    for (const file of Object.values(files)) {
      const found = attempt(() => readScript(path.join(dir, version, file.file), file));
      if (typeof found === 'string') faults.add(found);
    }
  }
  return [...faults];
}

/** Also how a log is found out whose last lines are gone. */
function currentFaults(dir: string, lines: readonly ReleaseLogLine[]): string[] {
  const file = path.join(dir, CURRENT);
  if (!existsSync(file)) return lines.length ? [`${file} is missing`] : [];
  const standing = attempt(() => standingOf(lines));
  if (typeof standing === 'string') return [standing];
  const { release, kills } = standing;
  const expected = { release: release?.signed ?? null, kills: kills?.signed ?? null };
  return readText(file).trim() === JSON.stringify(expected)
    ? []
    : [`${file} is not what the log's last lines say: lines are missing, or it was altered`];
}

function attempt<T>(act: () => T): T | string {
  try {
    return act();
  } catch (error) {
    if (error instanceof ReleaseError) return error.message;
    throw error;
  }
}
