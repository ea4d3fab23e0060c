/**
 * The public, hash-chained log of what was published [REL-7]: lines as text and as values, and the
 * proof that none was altered, dropped or swapped. Reads no file and trusts no clock.
 */
import { createHash } from 'node:crypto';
import type { KillStatement, ReleaseKeys, ReleaseStatement } from '../../protocol/releases.ts';
import { ReleaseLogLine, type Signed } from '../../protocol/releases.ts';
import { ReleaseError } from './release-error.ts';
import { isSigned, type KeySet } from './signing.ts';
import { createCheck, parseJson, type ReadStatement, readStatement } from './statements.ts';

export const FIRST_PREVIOUS = '0'.repeat(64);

const isLine = createCheck(ReleaseLogLine);

/** With its fields in the order of the schema, which is the order that is hashed. */
const inOrder = ({ statement, signatures }: Signed): Signed => ({
  statement,
  signatures: signatures.map(({ key, signature }) => ({ key, signature })),
});

export function hashLine({ n, at, kind, signed, previous }: Omit<ReleaseLogLine, 'hash'>): string {
  const text = JSON.stringify({ n, at, kind, signed: inOrder(signed), previous });
  return createHash('sha256').update(text).digest('hex');
}

/** The line that comes after the others. */
export function nextLine(
  lines: readonly ReleaseLogLine[],
  line: Pick<ReleaseLogLine, 'at' | 'kind' | 'signed'>,
): ReleaseLogLine {
  const last = lines.at(-1);
  const unhashed = {
    n: (last?.n ?? 0) + 1,
    at: line.at,
    kind: line.kind,
    signed: inOrder(line.signed),
    previous: last?.hash ?? FIRST_PREVIOUS,
  };
  return { ...unhashed, hash: hashLine(unhashed) };
}

/** @throws ReleaseError that names the line. The chain itself is not looked at. */
export function parseLog(text: string): ReleaseLogLine[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) {
    throw new ReleaseError(
      'The last line of the release log is cut off. If a publishing was interrupted, nothing of ' +
        'it is in force yet: remove that piece and publish again.',
    );
  }
  return text
    .slice(0, -1)
    .split('\n')
    .map((line, index) => {
      const value = parseJson(line, `Line ${index + 1} of the release log`);
      if (isLine(value)) return value;
      throw new ReleaseError(`Line ${index + 1} of the release log has another form`);
    });
}

export const formatLine = (line: ReleaseLogLine): string => `${JSON.stringify(line)}\n`;

/** What the log says is in force: the newest of each kind. */
export interface Standing {
  release: { signed: Signed; statement: ReleaseStatement } | null;
  kills: { signed: Signed; statement: KillStatement } | null;
}

export function standingOf(lines: readonly ReleaseLogLine[]): Standing {
  const standing: Standing = { release: null, kills: null };
  for (const { n, signed } of lines) {
    const read = readStatement(signed, `line ${n}`);
    if (read.kind === 'release') standing.release = { signed, statement: read.statement };
    else standing.kills = { signed, statement: read.statement };
  }
  return standing;
}

/**
 * Everything that is wrong with the log, in words, line by line; empty when it holds.
 *
 * @param keys whose signatures count; without them only the chain is proved
 */
export function findFaults(lines: readonly ReleaseLogLine[], keys: ReleaseKeys | null): string[] {
  const faults: string[] = [];
  const sets: KeySet[] = keys ? [keys, ...(keys.earlier ?? [])] : [];
  const last: Record<string, ReadStatement['statement']> = {};
  let previous = FIRST_PREVIOUS;
  for (const [index, line] of lines.entries()) {
    const complain = (words: string) => faults.push(`Line ${index + 1} ${words}`);
    if (line.n !== index + 1) complain(`bears the number ${line.n}`);
    if (line.previous !== previous) complain('does not follow from the line before it');
    if (line.hash !== hashLine(line)) complain('was altered: its hash is another');
    previous = line.hash;
    try {
      const { kind, context, statement } = readStatement(line.signed, `line ${index + 1}`);
      if (kind !== line.kind) complain(`says ${line.kind} and holds a statement of ${kind}`);
      if (keys && !sets.some((set) => isSigned(context, line.signed, set)))
        complain('is not signed by a threshold of the keys');
      const before = last[kind];
      if (before && statement.sequence <= before.sequence)
        complain(`has the sequence ${statement.sequence} after ${before.sequence}`);
      last[kind] = statement;
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      complain(`cannot be read: ${error.message}`);
    }
  }
  return faults;
}
