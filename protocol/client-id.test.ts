import Value from 'typebox/value';
import { afterEach, expect, it, vi } from 'vitest';
import { findCards } from './card-guard.ts';
import { newClientId } from './client-id.ts';
import { ClientId } from './entries.ts';

afterEach(() => vi.restoreAllMocks());

function chanceGives(word: number): void {
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((words) => {
    // Typed for any kind of array; the code under test asks for this one.
    (words as unknown as Uint32Array).fill(word);
    return words;
  });
}

it('[SEND-1] makes ids that the protocol takes, no two alike, in the order of time', () => {
  const ids = Array.from({ length: 2000 }, newClientId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(Value.Check(ClientId, id)).toBe(true);
  const prefixes = ids.map((id) => id.slice(0, 8));
  expect([...prefixes].sort()).toEqual(prefixes);
});

it.each([0, 1, 2 ** 32 - 1])('takes whatever chance gives: %i', (word) => {
  chanceGives(word);
  expect(Value.Check(ClientId, newClientId())).toBe(true);
});

it('[CARD-2] never looks like a card number', () => {
  // Words that are digits alone in this writing, as long as they get; and a time that is such too.
  vi.spyOn(Date, 'now').mockReturnValue(Number.parseInt('42424242', 36));
  chanceGives(Number.parseInt('1424242', 36));
  expect(newClientId()).toBe('42424242Z1424242Z1424242Z1424242Z1424242');
  expect(findCards(newClientId())).toEqual([]);
});
