/**
 * The public log of releases [REL-7]: its chain, its signatures, and what it says of a release. Pure:
 * what was fetched comes in, findings go out.
 */
import { createHash } from 'node:crypto';
import {
  type KillStatement,
  ReleaseLogLine,
  type ReleaseStatement,
} from '../../protocol/releases.ts';
import { type Finding, finding } from './findings.ts';
import {
  createCheck,
  isSignedBy,
  type KeySet,
  parseJson,
  parseKills,
  parseRelease,
} from './statements.ts';

const FIRST_PREVIOUS = '0'.repeat(64);
const isLine = createCheck(ReleaseLogLine);

export interface LoggedRelease {
  n: number;
  at: string;
  /** Exactly what was signed. */
  text: string;
  statement: ReleaseStatement;
  /** Whether a threshold of the known keys has signed it; null while none are known. */
  signed: boolean | null;
}
export interface LoggedKills {
  n: number;
  at: string;
  statement: KillStatement;
  signed: boolean | null;
}

export interface ReleaseLog {
  /** Of each line, in order: what a later log must begin with. */
  hashes: string[];
  releases: LoggedRelease[];
  kills: LoggedKills[];
  findings: Finding[];
}

/** Over the line's other fields, in the order of the contract. */
export function hashOfLine(line: Omit<ReleaseLogLine, 'hash'>): string {
  const { n, at, kind, previous } = line;
  const { statement } = line.signed;
  const signatures = line.signed.signatures.map(({ key, signature }) => ({ key, signature }));
  const text = JSON.stringify({ n, at, kind, signed: { statement, signatures }, previous });
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Reads as far as it is readable, and says everything that is wrong.
 *
 * @param sets whose signatures count, the newest first; none where no keys are known
 */
export function readLog(text: string, sets: readonly KeySet[]): ReleaseLog {
  const log: ReleaseLog = { hashes: [], releases: [], kills: [], findings: [] };
  const complain = (...of: Parameters<typeof finding>) => void log.findings.push(finding(...of));
  if (text !== '' && !text.endsWith('\n')) complain('log_unreadable', 'last line', 'cut off');

  let previous = FIRST_PREVIOUS;
  for (const [index, raw] of text.split('\n').slice(0, -1).entries()) {
    const subject = `line ${index + 1}`;
    const line = parseJson(raw);
    if (!isLine(line)) {
      complain('log_unreadable', subject, raw.slice(0, 80));
      break;
    }
    if (line.n !== index + 1) complain('log_broken', subject, `it bears the number ${line.n}`);
    if (line.previous !== previous)
      complain('log_broken', subject, 'it does not follow from the line before');
    if (line.hash !== hashOfLine(line)) complain('log_broken', subject, 'its hash is another');
    previous = line.hash;
    log.hashes.push(line.hash);
    const signed = sets.length ? isSignedBy(line.kind, line.signed, sets) : null;
    if (signed === false) complain('log_unsigned', subject, line.kind);
    addStatement(log, line, signed);
  }
  if (log.findings.length === 0) {
    const last = log.hashes.at(-1) ?? FIRST_PREVIOUS;
    complain('log_chained', `${log.hashes.length} lines`, `last hash ${last}`);
    if (sets.length) complain('log_signed', `${log.hashes.length} lines`);
  }
  return log;
}

/** Files the line under its kind, and holds it against those before it. */
function addStatement(log: ReleaseLog, line: ReleaseLogLine, signed: boolean | null): void {
  const { n, at } = line;
  const subject = `line ${n}`;
  const complain = (...of: Parameters<typeof finding>) => void log.findings.push(finding(...of));
  if (line.kind === 'release') {
    const statement = parseRelease(line.signed);
    if (!statement) {
      complain('log_unreadable', subject, 'no statement of a release');
      return;
    }
    const before = log.releases.at(-1)?.statement;
    if (before && statement.sequence <= before.sequence)
      complain('log_went_back', subject, `${statement.sequence} after ${before.sequence}`);
    const first = log.releases.find((other) => other.statement.version === statement.version);
    if (first && filesOf(first.statement) !== filesOf(statement))
      complain('log_redefined', statement.version, `lines ${first.n} and ${n}`);
    log.releases.push({ n, at, text: line.signed.statement, statement, signed });
  } else {
    const statement = parseKills(line.signed);
    if (!statement) {
      complain('log_unreadable', subject, 'no kill list');
      return;
    }
    const before = log.kills.at(-1)?.statement;
    if (before && statement.sequence <= before.sequence)
      complain('log_went_back', subject, `${statement.sequence} after ${before.sequence}`);
    const freed = before?.versions.filter((version) => !statement.versions.includes(version));
    if (freed?.length) complain('log_kills_shrank', subject, freed.join(', '));
    log.kills.push({ n, at, statement, signed });
  }
}

const filesOf = ({ files }: ReleaseStatement) =>
  JSON.stringify(
    Object.entries(files)
      .map(([name, { file, sha384 }]) => [name, file, sha384])
      .sort(),
  );

/** The newest statement of the version that has this loader; nothing where there is none. */
export const findByLoader = (log: ReleaseLog, hash: string): LoggedRelease | undefined =>
  log.releases.findLast(({ statement, signed }) => {
    return statement.files.loader?.sha384 === hash && signed !== false;
  });

/** Every version that any list in the log has killed. */
export const killedVersions = ({ kills }: ReleaseLog): Set<string> =>
  new Set(
    kills.filter(({ signed }) => signed !== false).flatMap((list) => list.statement.versions),
  );
