/**
 * Puts a signed statement into force [REL-2]: verifies its threshold, keeps its files, appends it to
 * the log, and replaces what follows from the log. Cut short anywhere, it may be done again; in force
 * is what stands in the log.
 */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Manifest, ReleaseFile } from '../../protocol/http.ts';
import type {
  CurrentRelease,
  KillStatement,
  ReleaseKeys,
  ReleaseLogLine,
  ReleaseStatement,
  Signed,
} from '../../protocol/releases.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import {
  appendLine,
  CURRENT,
  KEYS,
  keepScript,
  MANIFEST,
  readKeys,
  readLog,
  readManifestFile,
  readScript,
  replaceFile,
} from './directory.ts';
import { findFaults, nextLine, type Standing, standingOf } from './log.ts';
import { ReleaseError } from './release-error.ts';
import { signersOf } from './signing.ts';
import { readStatement, toInstant } from './statements.ts';

export interface PublishOptions {
  signed: Signed;
  /** Whose signatures count: the publisher's own list. */
  keys: ReleaseKeys;
  releasesDir: string;
  /** Built files; the release directory itself to publish again what stands there. */
  filesDir: string;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface Published {
  line: ReleaseLogLine;
  signers: string[];
}

/** @throws ReleaseError, and nothing is in force then that was not before */
export function publish(options: PublishOptions): Published {
  const { signed, keys, releasesDir, filesDir, now } = options;
  const read = readStatement(signed, 'the file');
  const signers = signersOf(read.context, signed, keys.keys);
  if (signers.length < keys.threshold) {
    throw new ReleaseError(
      `Signed by ${signers.length} of the ${keys.threshold} keys that it takes: npm run release -- sign`,
    );
  }
  const lines = readLog(releasesDir);
  const faults = findFaults(lines, keys);
  if (faults.length) throw new ReleaseError(`The release log does not hold:\n${faults.join('\n')}`);
  const last = lines.at(-1);
  const isRepeated = last?.signed.statement === signed.statement;
  if (!isRepeated) {
    const standing = standingOf(lines);
    if (read.kind === 'release') requireNewRelease(read.statement, standing, now);
    else requireNewKills(read.statement, standing);
  }

  mkdirSync(releasesDir, { recursive: true });
  keepKeys(releasesDir, keys);
  if (read.kind === 'release') keepFiles(read.statement, { filesDir, releasesDir });
  const line = isRepeated ? last : nextLine(lines, { at: toInstant(now), kind: read.kind, signed });
  if (!isRepeated) appendLine(releasesDir, line);
  writeStanding(releasesDir, isRepeated ? lines : [...lines, line], filesDir);
  return { line, signers };
}

function requireNewRelease(statement: ReleaseStatement, standing: Standing, now: number): void {
  const { release, kills } = standing;
  const { version, sequence, expires } = statement;
  const above = release?.statement.sequence ?? 0;
  if (sequence <= above) {
    throw new ReleaseError(
      `The statement has the sequence ${sequence}, and ${above} is published: build and sign again`,
    );
  }
  if (Date.parse(expires) <= now) throw new ReleaseError(`The statement expired at ${expires}`);
  if (kills?.statement.versions.includes(version)) {
    throw new ReleaseError(`${version} is on the kill list: raise the version`);
  }
  if (statement.kills !== (kills?.statement.sequence ?? 0)) {
    throw new ReleaseError(
      `The statement knows the kill list ${statement.kills}, and ` +
        `${kills?.statement.sequence ?? 0} is published: build and sign again`,
    );
  }
}

/** A list only ever grows: what was killed stays so. */
function requireNewKills(statement: KillStatement, { kills }: Standing): void {
  const above = kills?.statement.sequence ?? 0;
  if (statement.sequence <= above) {
    throw new ReleaseError(
      `The list has the sequence ${statement.sequence}, and ${above} is published: make it again`,
    );
  }
  const lost = kills?.statement.versions.filter((each) => !statement.versions.includes(each)) ?? [];
  if (lost.length) throw new ReleaseError(`The list leaves out ${lost.join(', ')}`);
}

/** Other keys than the published ones are a rotation, whose earlier sets must be kept for the log. */
function keepKeys(releasesDir: string, keys: ReleaseKeys): void {
  const file = path.join(releasesDir, KEYS);
  if (existsSync(file)) {
    const known = readKeys(file);
    const sets = [keys, ...(keys.earlier ?? [])].map((set) => nameOf(set));
    if (!sets.includes(nameOf(known))) {
      throw new ReleaseError(
        `${file} names other keys. For a rotation, put those of now into "earlier" of the new list`,
      );
    }
  }
  replaceFile(file, `${JSON.stringify(keys, null, 2)}\n`);
}

const nameOf = ({ threshold, keys }: Pick<ReleaseKeys, 'threshold' | 'keys'>) =>
  `${threshold} of ${[...keys].sort().join(' ')}`;

interface Places {
  filesDir: string;
  releasesDir: string;
}

/** All are read and compared before the first is written. */
function keepFiles({ version, files }: ReleaseStatement, { filesDir, releasesDir }: Places): void {
  const scripts = Object.values(files).map((each) => ({
    to: path.join(releasesDir, version, each.file),
    bytes: readScript(path.join(filesDir, version, each.file), each),
  }));
  const bootstrap = bootstrapOf(filesDir);
  if (bootstrap) {
    scripts.push({
      to: path.join(releasesDir, bootstrap.file),
      bytes: readScript(path.join(filesDir, bootstrap.file), bootstrap),
    });
  }
  for (const { to, bytes } of scripts) keepScript(to, bytes);
}

const bootstrapOf = (dir: string): ReleaseFile | undefined =>
  existsSync(path.join(dir, MANIFEST)) ? readManifestFile(dir).bootstrap : undefined;

/** `current.json` and `manifest.json`, as the log has it. */
function writeStanding(dir: string, lines: readonly ReleaseLogLine[], filesDir: string): void {
  const { release, kills } = standingOf(lines);
  if (!release) throw new ReleaseError('Publish a release before a kill list');
  const bootstrap = bootstrapOf(filesDir) ?? bootstrapOf(dir);
  const manifest: Manifest = {
    protocol: PROTOCOL_VERSION,
    releases: releasesIn(lines),
    ...(bootstrap && { bootstrap }),
  };
  replaceFile(path.join(dir, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  const current: CurrentRelease = { release: release.signed, kills: kills?.signed ?? null };
  replaceFile(path.join(dir, CURRENT), `${JSON.stringify(current)}\n`);
}

/** Newest first, each version once. */
function releasesIn(lines: readonly ReleaseLogLine[]): Manifest['releases'] {
  const seen = new Map<string, ReleaseStatement['files']>();
  for (const { n, signed } of [...lines].reverse()) {
    const { kind, statement } = readStatement(signed, `line ${n}`);
    if (kind === 'release' && !seen.has(statement.version)) {
      seen.set(statement.version, statement.files);
    }
  }
  return [...seen].map(([version, files]) => ({ version, files }));
}
