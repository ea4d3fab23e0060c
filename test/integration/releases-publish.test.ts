/** What may be put into force, and what may not, whoever has signed it [REL-1] to [REL-6]. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReleaseDesk, type ReleaseDesk, scriptsSaying } from '../support/release-desk.ts';

let desk: ReleaseDesk;
beforeEach(() => {
  desk = openReleaseDesk();
});
afterEach(() => desk.remove());

const lines = () => readFileSync(path.join(desk.releases, 'releases.jsonl'), 'utf8');

describe('publishing', () => {
  beforeEach(() => desk.build('1.0.0'));

  it('[REL-1] refuses other bytes under a version that is published', () => {
    desk.publish(desk.releaseOf());
    desk.build('1.0.0', scriptsSaying('something else'));
    expect(() => desk.publish(desk.releaseOf())).toThrow(/raise the version/);
    expect(readFileSync(path.join(desk.releases, '1.0.0/loader.js'), 'utf8')).toBe(
      scriptsSaying('1.0.0').loader,
    );
    expect(lines().trim().split('\n')).toHaveLength(1);
  });

  it('refuses files that are not those that were signed', () => {
    const statement = desk.releaseOf();
    writeFileSync(path.join(desk.built, '1.0.0/loader.js'), '/* altered on the way */');
    expect(() => desk.publish(statement)).toThrow(/not the file that the statement names/);
    expect(existsSync(path.join(desk.releases, 'releases.jsonl'))).toBe(false);
  });

  it('[REL-4] refuses a sequence that was used, and [REL-5] a time that is over', () => {
    const first = desk.releaseOf();
    desk.publish(first);
    desk.build('1.1.0');
    expect(() => desk.publish({ ...desk.releaseOf(), sequence: 1 })).toThrow(/sequence 1/);
    const expired = { ...desk.releaseOf(), expires: '2020-01-01T00:00:00Z' };
    expect(() => desk.publish(expired)).toThrow(/expired/);
  });

  it('[REL-6] refuses a list that leaves out what was killed, and a statement that knows no list', () => {
    desk.publish(desk.releaseOf());
    desk.build('1.1.0');
    const unaware = desk.releaseOf();
    desk.publish(desk.killsOf('1.0.0'));
    expect(() => desk.publish(unaware)).toThrow(/knows the kill list 0/);
    expect(() => desk.killsOf('1.0.0')).toThrow(/already/);
    desk.publish(desk.releaseOf());
    const lenient = { ...desk.killsOf('1.1.0'), versions: ['1.1.0'] };
    expect(() => desk.publish(lenient)).toThrow(/leaves out 1\.0\.0/);
  });

  it('refuses a name that leads out of its folder', () => {
    const { files, ...rest } = desk.releaseOf();
    const loader = { ...files.loader, file: '../../escaped.js' };
    expect(() => desk.publish({ ...rest, files: { loader } } as never)).toThrow(/neither/);
    expect(existsSync(path.join(desk.root, 'escaped.js'))).toBe(false);
  });

  it('is finished by doing it again, after it was cut short', () => {
    const statement = desk.releaseOf();
    desk.publish(statement);
    rmSync(path.join(desk.releases, 'current.json'));
    rmSync(path.join(desk.releases, 'manifest.json'));
    expect(desk.publish(statement).line.n).toBe(1);
    expect(existsSync(path.join(desk.releases, 'current.json'))).toBe(true);
    expect(lines().trim().split('\n')).toHaveLength(1);
  });

  it('refuses other keys than before, unless those are kept for the log', () => {
    desk.publish(desk.releaseOf());
    const file = path.join(desk.releases, 'keys.json');
    const [first = '', second = '', third = ''] = desk.keys.keys;
    writeFileSync(file, JSON.stringify({ threshold: 1, keys: [first] }));
    desk.build('1.1.0');
    expect(() => desk.publish(desk.releaseOf())).toThrow(/"earlier"/);
    writeFileSync(file, JSON.stringify({ threshold: 2, keys: [first, second, third] }));
    expect(desk.publish(desk.releaseOf()).line.n).toBe(2);
  });
});
