import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { clip, FINDINGS, finding, verdictOf } from './findings.ts';

const MARKS = { ok: '✓', warning: '!', problem: '✗', unknown: '?' };

it('lists the same findings as docs/verify.md, with the same marks', async () => {
  const page = await readFile(new URL('../../docs/verify.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| ([✓!✗?]) \| `(\w+)` \|/gm)].map(([, mark, code]) => [
    code,
    mark,
  ]);
  const known = Object.entries(FINDINGS).map(([code, [level]]) => [code, MARKS[level]]);
  expect(listed.sort()).toEqual(known.sort());
});

it('says what to do about every problem', () => {
  for (const [code, [level, , todo]] of Object.entries<readonly string[]>(FINDINGS))
    if (level === 'problem' || level === 'unknown') expect([code, todo]).not.toContain(undefined);
});

it('lets one problem decide, and what could not be checked keep it open', () => {
  const levels = (...all: Parameters<typeof finding>[0][]) => all.map((code) => finding(code));
  expect(verdictOf(levels('file_matches', 'state_none'))).toBe('holds');
  expect(verdictOf(levels('file_matches', 'log_unreachable'))).toBe('unchecked');
  expect(verdictOf(levels('log_unreachable', 'file_differs'))).toBe('differs');
});

it('brings nothing to a terminal that steers it', () => {
  expect(clip('a\u001b[2Jb\u202ec\nd')).toBe('a [2Jb c d');
  expect(clip('x'.repeat(1_000))).toHaveLength(400);
});
