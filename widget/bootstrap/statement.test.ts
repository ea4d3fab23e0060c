import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { KillStatement, ReleaseStatement } from '../../protocol/releases.ts';
import { readKills, readRelease } from './statement.ts';

const file = {
  file: 'loader.js',
  sha384: `sha384-${'A'.repeat(64)}`,
  bytes: 1,
  gzip: 1,
  brotli: 1,
};
const RELEASE = {
  version: '1.4.0-rc.1',
  sequence: 7,
  protocol: 1,
  commit: 'a'.repeat(40),
  created: '2026-11-21T12:00:00Z',
  expires: '2027-02-19T12:00:00Z',
  kills: 2,
  files: { loader: file, chat: { ...file, file: 'chat.0123456789.js' } },
};
const KILLS = { sequence: 2, created: '2026-11-21T12:00:00Z', versions: ['1.3.0', '1.3.1-b'] };

/** Changed at a dotted path; `undefined` takes the field away. */
function changed(value: object, path: string, to: unknown): unknown {
  const copy = structuredClone(value);
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at: unknown = copy;
  for (const name of names) at = Reflect.get(Object(at), name);
  Reflect.set(Object(at), last, to);
  return copy;
}
const isRead = (read: (json: string) => unknown, value: unknown) => {
  try {
    read(JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
};

describe('a statement that the bootstrap reads', () => {
  it('says what it says', () => {
    expect(readRelease(JSON.stringify(RELEASE))).toEqual({
      version: '1.4.0-rc.1',
      sequence: 7,
      expires: Date.UTC(2027, 1, 19, 12),
      kills: 2,
      file: 'loader.js',
      sha384: file.sha384,
    });
    expect(readKills(JSON.stringify(KILLS))).toEqual({
      sequence: 2,
      versions: ['1.3.0', '1.3.1-b'],
    });
  });

  it.each([
    ['version', '1.4'],
    ['version', '1.4.0/../../evil'],
    ['version', undefined],
    ['version', ['1.4.0']],
    ['sequence', 0],
    ['sequence', 1.5],
    ['sequence', '7'],
    ['sequence', null],
    ['expires', 'tomorrow'],
    ['expires', '2027-02-19'],
    ['expires', 4_102_444_800_000],
    ['kills', -1],
    ['kills', undefined],
    ['files', {}],
    ['files', null],
    ['files.loader.file', undefined],
    ['files.loader.sha384', 'sha384-short'],
    ['files.loader.sha384', 'sha256-'.padEnd(71, 'A')],
    ['files.loader.sha384', `${file.sha384} sha384-${'B'.repeat(64)}`],
  ])('is refused with %s being %j, as by the schema of the wire', (path, value) => {
    const statement = changed(RELEASE, path, value);
    expect(isRead(readRelease, statement)).toBe(false);
    // The schema lets a release be without a loader; nobody can load one.
    if (path !== 'files' || value === null)
      expect(Compile(ReleaseStatement).Check(statement)).toBe(false);
  });

  it.each([
    '../0.9.0/loader.js',
    '//evil.example/x.js',
    'loader',
    'a b.js',
    'x.js?y',
    '',
  ])('is refused with the file %j, which is no plain name', (name) => {
    expect(isRead(readRelease, changed(RELEASE, 'files.loader.file', name))).toBe(false);
  });

  it.each([
    ['sequence', 0],
    ['versions', '1.3.0'],
    ['versions', undefined],
    ['versions', ['1.3']],
    ['versions', [7]],
  ])('is refused as a kill list with %s being %j', (path, value) => {
    const statement = changed(KILLS, path, value);
    expect(isRead(readKills, statement)).toBe(false);
    expect(Compile(KillStatement).Check(statement)).toBe(false);
  });

  it.each(['', 'null', '[]', '7', '{"version":', '"x"'])('is refused being %j', (json) => {
    expect(() => readRelease(json)).toThrow();
    expect(() => readKills(json)).toThrow();
  });

  it('[VER-2] may say more than is known here', () => {
    expect(isRead(readRelease, { ...RELEASE, later: true })).toBe(true);
  });

  it('has expired on a day that there is not', () => {
    const { expires } = readRelease(
      JSON.stringify({ ...RELEASE, expires: '2999-99-99T99:99:99Z' }),
    );
    expect(expires > Date.now()).toBe(false);
  });
});
