/** SECURITY.md says what proves each of its lines: names that the drill has, and files that there are. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ATTACKS } from './attacks.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const text = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');

/** Of the threat table: the last cell of each line but its head. */
const proofs = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| The attacker holds'))
  .map((line) => line.split(' | ').at(-1) ?? '');
const names = proofs.flatMap((cell) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
);
const isPlace = (name: string) => name.includes('/');
const isNamed = (id: string, name: string) =>
  name.endsWith('*') ? id.startsWith(name.slice(0, -1)) : id === name;

describe('the threat table of SECURITY.md', () => {
  it('has a proof on every line', () => {
    expect(proofs.length).toBeGreaterThan(15);
    for (const cell of proofs) expect(cell).toMatch(/`[^`]+`/);
  });

  it.each(names.filter((name) => !isPlace(name)))('names an attack of the drill: %s', (name) => {
    expect(ATTACKS.some(({ id }) => isNamed(id, name))).toBe(true);
  });

  it.each(names.filter(isPlace))('names a test that there is: %s', (place) => {
    expect(existsSync(path.join(ROOT, place))).toBe(true);
  });

  it.each(ATTACKS.map(({ id }) => id))('names %s', (id) => {
    expect(names.some((name) => isNamed(id, name))).toBe(true);
  });
});
