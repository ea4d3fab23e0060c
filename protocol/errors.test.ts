import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERRORS, isErrorCode, refuse } from './errors.ts';

const document = readFileSync(new URL('./PROTOCOL.md', import.meta.url), 'utf8');

it('[ERR-1] lists the same codes in PROTOCOL.md and in the code', () => {
  const documented = [...document.matchAll(/^\| `([a-z_]+)` \| \d{3} \|/gm)].map((row) => row[1]);
  expect(documented.sort()).toEqual(Object.keys(ERRORS).sort());
});

it('[ERR-1] has words for a person for each code', () => {
  for (const words of Object.values(ERRORS)) expect(words).toMatch(/^[A-Z].*\.$/);
});

it('[ERR-2] builds a refusal from its code', () => {
  expect(refuse('rate_limited', 500)).toEqual({
    ok: false,
    error: { code: 'rate_limited', message: ERRORS.rate_limited, retryAfterMs: 500 },
  });
  expect(isErrorCode('rate_limited')).toBe(true);
  expect(isErrorCode('toString')).toBe(false);
});
