import { expect, it } from 'vitest';
import { createSentMemory } from './sent-memory.ts';

function memory(maxIds = 100) {
  const tables = new Map([['cv_1', ['a', 'b']]]);
  const asked: string[] = [];
  const sent = createSentMemory((conversationId) => {
    asked.push(conversationId);
    return tables.get(conversationId) ?? [];
  }, maxIds);
  return { sent, asked, tables };
}

it('[SEND-1] reads a conversation once, and knows what is written after', () => {
  const { sent, asked } = memory();
  expect(sent.mayHave('cv_1', 2, 'b')).toBe(true);
  expect(sent.mayHave('cv_1', 2, 'c')).toBe(false);
  sent.add('cv_1', 'c');
  expect(sent.mayHave('cv_1', 3, 'c')).toBe(true);
  expect(asked).toEqual(['cv_1']);
});

it('[SEND-1] leaves a long conversation to the tables', () => {
  const { sent, asked } = memory();
  sent.add('cv_long', 'x');
  expect(sent.mayHave('cv_long', 100_000, 'y')).toBe(true);
  expect(asked).toEqual([]);
});

it('[SEND-1] forgets the oldest conversation as a whole, and reads it again', () => {
  const { sent, asked, tables } = memory(4);
  sent.mayHave('cv_1', 2, 'c');
  sent.mayHave('cv_2', 0, 'x');
  for (const id of ['x', 'y', 'z']) sent.add('cv_2', id);
  tables.set('cv_1', ['a', 'b', 'c']);
  expect(sent.mayHave('cv_1', 3, 'c')).toBe(true);
  expect(asked).toEqual(['cv_1', 'cv_2', 'cv_1']);
});
