import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReleaseLogLine, ReleaseStatement } from '../../protocol/releases.ts';
import { findFaults, formatLine, hashLine, nextLine, parseLog, standingOf } from './log.ts';
import { createKey, publicKeyOf, sign } from './signing.ts';
import { CONTEXTS, type StatementKind, unsigned } from './statements.ts';

const AT = '2026-11-21T12:00:00Z';
const people = [createKey(), createKey()];
const keys = { threshold: 2, keys: people.map(publicKeyOf) };

const release = (sequence: number): ReleaseStatement => ({
  version: `1.${sequence}.0`,
  sequence,
  protocol: 1,
  commit: 'unknown',
  created: AT,
  expires: '2027-02-19T12:00:00Z',
  kills: 0,
  files: {},
});
const kills = (sequence: number) => ({ sequence, created: AT, versions: ['1.1.0'] });

function add(
  lines: ReleaseLogLine[],
  statement: ReleaseStatement | ReturnType<typeof kills>,
  kind: StatementKind = 'files' in statement ? 'release' : 'kills',
): ReleaseLogLine[] {
  const { statement: text } = unsigned(statement);
  const signatures = people.map((key) => sign(CONTEXTS[kind], text, key));
  return [...lines, nextLine(lines, { at: AT, kind, signed: { statement: text, signatures } })];
}
const written = [release(1), kills(1), release(2), release(3)].reduce<ReleaseLogLine[]>(
  (lines, statement) => add(lines, statement),
  [],
);
const withLine = (index: number, change: (line: ReleaseLogLine) => Partial<ReleaseLogLine>) =>
  written.map((line, at) => (at === index ? { ...line, ...change(line) } : line));
/** The hash made right again: what is then wrong has to be found by what follows. */
const rehashed = (line: ReleaseLogLine): ReleaseLogLine => ({ ...line, hash: hashLine(line) });

describe('[REL-7] the release log', () => {
  it('holds as it was written, and after a way through its text', () => {
    expect(findFaults(written, keys)).toEqual([]);
    expect(parseLog(written.map(formatLine).join(''))).toEqual(written);
  });

  it('hashes the JSON text of the fields in the order of the contract', () => {
    const [line] = written;
    if (!line) throw new Error('empty');
    const { n, at, kind, signed, previous } = line;
    const text = JSON.stringify({ n, at, kind, signed, previous });
    expect(line.hash).toBe(createHash('sha256').update(text).digest('hex'));
    expect(previous).toBe('0'.repeat(64));
  });

  it('knows what is in force', () => {
    const { release: current, kills: list } = standingOf(written);
    expect([current?.statement.version, list?.statement.sequence]).toEqual(['1.3.0', 1]);
  });

  it.each(
    written.map(({ n }, index) => [n, index] as const),
  )('shows an alteration of any field of line %i', (_n, index) => {
    const other = { statement: 'x', signatures: [] };
    const changes: Partial<ReleaseLogLine>[] = [
      { n: 99 },
      { at: '2020-01-01T00:00:00Z' },
      { kind: written[index]?.kind === 'kills' ? 'release' : 'kills' },
      { signed: other },
      { previous: 'f'.repeat(64) },
      { hash: 'f'.repeat(64) },
    ];
    for (const change of changes) {
      expect(
        findFaults(
          withLine(index, () => change),
          keys,
        ),
        `${Object.keys(change)}`,
      ).not.toEqual([]);
    }
  });

  it('shows a line that was altered and hashed again, by the one after it', () => {
    const faults = findFaults(
      withLine(1, (line) => rehashed({ ...line, at: '2020-01-01T00:00:00Z' })),
      keys,
    );
    expect(faults).toEqual(['Line 3 does not follow from the line before it']);
  });

  it('shows a dropped line, two that were swapped, and one that was repeated', () => {
    const [one, two, three, four] = written as [
      ReleaseLogLine,
      ReleaseLogLine,
      ReleaseLogLine,
      ReleaseLogLine,
    ];
    for (const lines of [
      [two, three, four],
      [one, three, four],
      [one, two, four],
      [one, three, two, four],
      [one, one, two, three, four],
    ])
      expect(findFaults(lines, keys)).not.toEqual([]);
  });

  it('shows a log that was written anew without the keys', () => {
    const forged = add([], release(1)).map((line) =>
      rehashed({ ...line, signed: { ...line.signed, signatures: [] } }),
    );
    expect(findFaults(forged, keys)).toEqual(['Line 1 is not signed by a threshold of the keys']);
    expect(findFaults(forged, null)).toEqual([]);
  });

  it('shows a sequence that goes back, and a statement of another kind', () => {
    expect(findFaults(add(add([], release(2)), release(1)), keys)).toEqual([
      'Line 2 has the sequence 1 after 2',
    ]);
    expect(findFaults(add([], kills(1), 'release'), keys)).toContain(
      'Line 1 says release and holds a statement of kills',
    );
  });

  it('still holds after a rotation, by the keys of before', () => {
    const after = { threshold: 1, keys: [publicKeyOf(createKey())] };
    expect(findFaults(written, after)).toHaveLength(written.length);
    expect(findFaults(written, { ...after, earlier: [keys] })).toEqual([]);
  });

  it('says which line cannot be read, and that the last one is cut off', () => {
    const text = written.map(formatLine).join('');
    expect(() => parseLog(text.slice(0, -40))).toThrow(/last line .* cut off/);
    expect(() => parseLog(`${text}{}\n`)).toThrow(/Line 5 .* another form/);
    expect(() => parseLog(`x\n${text}`)).toThrow(/Line 1 .* not JSON/);
  });
});
