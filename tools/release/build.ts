/** New statements, not signed yet: a release of built or of published files, and a kill list. */
import { execFileSync } from 'node:child_process';
import type { KillStatement, ReleaseStatement, Signed } from '../../protocol/releases.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { readLog, readManifestFile } from './directory.ts';
import { standingOf } from './log.ts';
import { ReleaseError } from './release-error.ts';
import { toInstant, unsigned } from './statements.ts';

const DAY_MS = 86_400_000;
export const DEFAULT_DAYS = 90;
const MAX_DAYS = 398;

export interface ReleaseOptions {
  /** Built files, or the release directory itself to sign what is published once more. */
  filesDir: string;
  releasesDir: string;
  /** Milliseconds since the epoch. */
  created: number;
  /** How long it may be loaded for. */
  days?: number;
  /** Of those in `filesDir`; the newest by default. */
  version?: string | undefined;
  /** Full hash of the source commit, or `unknown`. */
  commit: string;
}

/** @throws ReleaseError */
export function newRelease(options: ReleaseOptions): Signed {
  const { filesDir, releasesDir, created, days = DEFAULT_DAYS, version, commit } = options;
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw new ReleaseError(`--days must be a whole number from 1 to ${MAX_DAYS}`);
  }
  const { releases } = readManifestFile(filesDir);
  const release = version ? releases.find((each) => each.version === version) : releases[0];
  if (!release?.files.loader) {
    throw new ReleaseError(`${filesDir} holds no release ${version ?? ''}: npm run build`);
  }
  const { release: last, kills } = standingOf(readLog(releasesDir));
  if (kills?.statement.versions.includes(release.version)) {
    throw new ReleaseError(`${release.version} is on the kill list: raise the version`);
  }
  const statement: ReleaseStatement = {
    version: release.version,
    sequence: (last?.statement.sequence ?? 0) + 1,
    protocol: PROTOCOL_VERSION,
    commit,
    created: toInstant(created),
    expires: toInstant(created + days * DAY_MS),
    kills: kills?.statement.sequence ?? 0,
    files: release.files,
  };
  return unsigned(statement);
}

export interface KillOptions {
  releasesDir: string;
  created: number;
  versions: readonly string[];
}

/** The list of before with those versions added. @throws ReleaseError */
export function newKillList({ releasesDir, created, versions }: KillOptions): Signed {
  const lines = readLog(releasesDir);
  const { kills } = standingOf(lines);
  const published = lines.flatMap(({ kind, signed }) =>
    kind === 'release' ? [JSON.parse(signed.statement).version] : [],
  );
  const unknown = versions.filter((version) => !published.includes(version));
  if (unknown.length) throw new ReleaseError(`Never published: ${unknown.join(', ')}`);
  const killed = [...new Set([...(kills?.statement.versions ?? []), ...versions])];
  if (killed.length === kills?.statement.versions.length) {
    throw new ReleaseError('Every one of them is on the kill list already');
  }
  const statement: KillStatement = {
    sequence: (kills?.statement.sequence ?? 0) + 1,
    created: toInstant(created),
    versions: killed,
  };
  return unsigned(statement);
}

/** Of the checkout that holds `dir`; `unknown` outside a repository, or with changes that no commit has. */
export function commitOf(dir: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  try {
    return git('status', '--porcelain', '--untracked-files=no') === ''
      ? git('rev-parse', 'HEAD')
      : 'unknown';
  } catch {
    return 'unknown';
  }
}
