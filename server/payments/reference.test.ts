import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { newReference } from './reference.ts';

it('[PAY-7] reads well aloud, and every letter is as likely as another', () => {
  let n = 0;
  const seeded = (length: number) =>
    createHash('sha256').update(`${n++}`).digest().subarray(0, length);
  const seen = new Map<string, number>();
  for (let made = 0; made < 5400; made++) {
    const reference = newReference(seeded);
    expect(reference).toMatch(/^[^-]{4}-[^-]{4}$/);
    for (const letter of reference.replace('-', '')) {
      seen.set(letter, (seen.get(letter) ?? 0) + 1);
    }
  }
  expect([...seen.keys()].sort().join('')).toBe('23456789BCDFGHJKMNPQRTVWXYZ');
  // 1,600 of each, give or take four standard deviations.
  expect([...seen.values()].every((times) => Math.abs(times - 1600) < 160)).toBe(true);
});
